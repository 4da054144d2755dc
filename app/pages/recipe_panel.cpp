#include "app/pages/recipe_panel.h"

#include "app/notice.h"
#include "app/pages/layout_parts.h"
#include "app/pages/recipe_form.h"
#include "app/settings.h"
#include "app/training_words.h"
#include "app/window_files.h"
#include "core/error.h"
#include "core/train/estimate.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QVBoxLayout>
#include <algorithm>

namespace sinkscope {
namespace {

constexpr int kAfterEditMs = 600;

QString nameOf(const NamedRecipe& recipe) {
  return QString::fromUtf8(recipe.name.data(), static_cast<qsizetype>(recipe.name.size()));
}

/// Of the recipes that ship the one that takes least: the first that one wants to see.
QString smallestRecipe() {
  const auto work = [](const NamedRecipe& named) {
    const TrainingEstimate estimate = estimateTraining(openRecipe(std::string(named.name)), 0.0);
    return estimate.flopsPerToken * static_cast<double>(estimate.tokens);
  };
  return nameOf(std::ranges::min(shippedRecipes(), {}, work));
}

QString sizeWords(std::uint64_t bytes) {
  return QLocale().formattedDataSize(static_cast<qint64>(bytes), 1, QLocale::DataSizeSIFormat);
}

QString estimateWords(const Recipe& recipe, double speed) {
  const TrainingEstimate estimate = estimateTraining(recipe, speed);
  const QLocale locale;
  QStringList words{QObject::tr("%1 parameters").arg(locale.toString(static_cast<qlonglong>(estimate.parameters))),
                    QObject::tr("%1 tokens").arg(locale.toString(static_cast<qlonglong>(estimate.tokens))),
                    QObject::tr("at most %1 of memory").arg(sizeWords(estimate.bytes))};
  if (speed > 0) words << QObject::tr("%1 here").arg(durationWords(estimate.seconds));
  QString line = words.join(QStringLiteral(" · "));
  if (!estimate.fits())
    line += QObject::tr("\nOnly %1 of memory are free here.").arg(sizeWords(estimate.memoryOfMachine));
  return line;
}

}  // namespace

RecipePanel::RecipePanel(Settings& settings, QWidget* parent)
    : QWidget(parent),
      settings_(settings),
      recipes_(new QComboBox(this)),
      form_(new RecipeForm(this)),
      text_(new QPlainTextEdit(this)),
      note_(new QLabel(this)),
      wrong_(new Notice(this)),
      estimate_(new QLabel(this)),
      start_(new QPushButton(tr("Start training"), this)) {
  recipes_->setObjectName(QStringLiteral("recipes"));
  recipes_->setAccessibleName(tr("Recipes that come with the program"));
  for (const NamedRecipe& shipped : shippedRecipes()) recipes_->addItem(nameOf(shipped));
  recipes_->setCurrentText(smallestRecipe());
  text_->setObjectName(QStringLiteral("recipeText"));
  text_->setAccessibleName(tr("The recipe as JSON"));
  text_->setFont(themeFor(this).mono);
  text_->setTabChangesFocus(true);
  form_->setObjectName(QStringLiteral("recipeForm"));
  estimate_->setObjectName(QStringLiteral("recipeEstimate"));
  note_->setObjectName(QStringLiteral("recipeNote"));
  for (QLabel* label : {note_, estimate_}) {
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
  }
  start_->setObjectName(QStringLiteral("startTraining"));
  start_->setMinimumSize(36 * kGrid, 8 * kGrid);
  auto* file = new QPushButton(tr("Open…"), this);
  file->setObjectName(QStringLiteral("openRecipe"));
  file->setToolTip(tr("Open a recipe from a JSON file"));
  auto* title = new QLabel(tr("A new training"), this);
  title->setFont(themeFor(this).heading);

  auto* top = new QHBoxLayout;
  top->setSpacing(kSpacing);
  top->addWidget(title);
  top->addStretch();
  top->addWidget(recipes_);
  top->addWidget(file);
  auto* left = new QVBoxLayout;
  left->setSpacing(kSpacing);
  left->addWidget(note_);
  left->addWidget(form_);
  left->addSpacing(kSpacing);
  left->addWidget(estimate_);
  left->addWidget(wrong_);
  left->addWidget(start_, 0, Qt::AlignLeft);
  left->addStretch();
  auto* both = new QHBoxLayout;
  both->setSpacing(2 * kMargin);
  both->addLayout(left, 3);
  both->addWidget(text_, 2);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kMargin);
  column->addLayout(top);
  column->addLayout(both, 1);
  tabThrough({recipes_, file});
  tabThrough({start_, text_});

  edited_.setSingleShot(true);
  edited_.setInterval(kAfterEditMs);
  connect(&edited_, &QTimer::timeout, this, [this] {
    if (recipe_ && isVisible()) emit speedWanted(*recipe_);
  });
  connect(form_, &RecipeForm::edited, this, &RecipePanel::takeForm);
  connect(text_, &QPlainTextEdit::textChanged, this, &RecipePanel::takeText);
  connect(recipes_, &QComboBox::activated, this, [this] { open(recipes_->currentText()); });
  connect(file, &QPushButton::clicked, this, &RecipePanel::chooseFile);
  connect(start_, &QPushButton::clicked, this, [this] {
    if (recipe_) emit startWanted(*recipe_);
  });
  open(recipes_->currentText());
}

void RecipePanel::setRecipe(const Recipe& recipe) {
  text_->setPlainText(QString::fromStdString(toJson(recipe)));
}

void RecipePanel::open(const QString& nameOrFile) {
  try {
    setRecipe(openRecipe(nameOrFile.toStdString()));
  } catch (const Error& error) {
    wrong_->showError(QString::fromUtf8(error.what()), QString::fromUtf8(error.what()));
  }
}

void RecipePanel::chooseFile() {
  const QString path = chosenRecipe(this, settings_);
  if (!path.isEmpty()) open(path);
}

void RecipePanel::takeForm() {
  check(toJson(form_->recipe()));
  const QScopedValueRollback writing(writing_, true);
  text_->setPlainText(QString::fromStdString(toJson(recipe_ ? *recipe_ : form_->recipe())));
}

void RecipePanel::takeText() {
  if (writing_) return;
  check(text_->toPlainText().toStdString());
  form_->setEnabled(recipe_.has_value());  // else it would show another recipe than the text
  if (recipe_) form_->setRecipe(*recipe_);
}

void RecipePanel::check(const std::string& text) {
  recipe_.reset();
  wrong_->clear();
  speed_ = 0.0;
  try {
    recipe_ = recipeFromJson(text, tr("The recipe").toStdString());
  } catch (const Error& error) {
    wrong_->showError(QString::fromUtf8(error.what()), QString::fromUtf8(error.what()));
  }
  edited_.start();
  tell();
}

void RecipePanel::tell() {
  start_->setEnabled(recipe_.has_value());
  note_->setText(recipe_ ? QString::fromStdString(recipe_->note) : QString());
  note_->setVisible(!note_->text().isEmpty());
  estimate_->setText(recipe_ ? estimateWords(*recipe_, speed_) : QString());
}

void RecipePanel::setSpeed(double flopsPerSecond) {
  speed_ = flopsPerSecond;
  tell();
}

void RecipePanel::setStartText(const QString& text) {
  start_->setText(text);
}

void RecipePanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (speed_ == 0.0) edited_.start();
}

}  // namespace sinkscope
