#include "app/pages/report_setup.h"

#include "app/file_path.h"
#include "app/model_names.h"
#include "app/pages/layout_parts.h"
#include "app/settings.h"
#include "app/window_files.h"
#include "core/error.h"
#include "core/model/demo_models.h"
#include "core/text/english_prompts.h"
#include "core/text/prompts.h"
#include "widgets/theme.h"

#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>
#include <algorithm>

namespace sinkscope {
namespace {

constexpr int kMostTokens = 1 << 20;

QLabel* heading(const QString& text, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  label->setFont(themeFor(parent).heading);
  return label;
}

QPushButton* button(const QString& text, const char* name, QWidget* parent) {
  auto* made = new QPushButton(text, parent);
  made->setObjectName(QString::fromLatin1(name));
  return made;
}

}  // namespace

ReportSetup::ReportSetup(Settings& settings, QWidget* parent)
    : QWidget(parent),
      settings_(settings),
      models_(new QListWidget(this)),
      promptsLabel_(new QLabel(this)),
      count_(new QSpinBox(this)),
      tokens_(new QSpinBox(this)),
      run_(button(tr("Measure"), "reportRun", this)) {
  models_->setObjectName(QStringLiteral("reportModels"));
  models_->setAccessibleName(tr("Models to measure"));
  promptsLabel_->setObjectName(QStringLiteral("reportPrompts"));
  promptsLabel_->setTextFormat(Qt::PlainText);
  promptsLabel_->setWordWrap(true);
  count_->setObjectName(QStringLiteral("reportCount"));
  count_->setAccessibleName(tr("Number of prompts"));
  tokens_->setObjectName(QStringLiteral("reportTokens"));
  tokens_->setAccessibleName(tr("Tokens of a prompt"));
  tokens_->setRange(0, kMostTokens);
  tokens_->setValue(static_cast<int>(ReportRequest().tokenLimit));
  tokens_->setSpecialValueText(tr("no limit"));
  tokens_->setToolTip(tr("Cut each prompt to T tokens, <bos> included"));
  auto* file = button(tr("Add a file…"), "reportAddFile", this);
  auto* folder = button(tr("Add a folder…"), "reportAddFolder", this);
  auto* choose = button(tr("Choose…"), "reportChoosePrompts", this);
  auto* english = button(tr("English passages"), "reportEnglish", this);
  english->setToolTip(tr("The prompts that come with the program"));

  const auto row = [](QWidget* left, QWidget* right) {
    auto* layout = new QHBoxLayout;
    layout->setSpacing(kSpacing);
    layout->addWidget(left);
    layout->addWidget(right);
    return layout;
  };
  auto* numbers = new QFormLayout;
  numbers->setHorizontalSpacing(kSpacing);
  numbers->setVerticalSpacing(kSpacing);
  numbers->addRow(tr("How many"), count_);
  numbers->addRow(tr("T"), tokens_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kSpacing);
  column->addWidget(heading(tr("Models"), this));
  column->addWidget(models_, 1);
  column->addLayout(row(file, folder));
  column->addSpacing(kSpacing);
  column->addWidget(heading(tr("Prompts"), this));
  column->addWidget(promptsLabel_);
  column->addLayout(row(choose, english));
  column->addLayout(numbers);
  column->addSpacing(kSpacing);
  column->addWidget(run_);
  tabThrough({models_, file, folder, choose, english, count_, tokens_, run_});

  connect(models_, &QListWidget::itemChanged, this, &ReportSetup::follow);
  connect(file, &QPushButton::clicked, this, [this] { addModel(chosenModelFile(this, settings_)); });
  connect(folder, &QPushButton::clicked, this, [this] { addModel(chosenModelFolder(this, settings_)); });
  connect(choose, &QPushButton::clicked, this, &ReportSetup::choosePrompts);
  connect(english, &QPushButton::clicked, this, [this] { readPromptsOf({}); });
  connect(run_, &QPushButton::clicked, this, [this] { running_ ? emit cancelAsked() : emit runAsked(); });
  readPromptsOf({});
  listModels();
}

void ReportSetup::listModels() {
  QStringList ticked = tickedModels();
  const bool first = models_->count() == 0;
  QStringList all;
  for (const DemoModel& demo : demoModels())
    if (!demoModelPath(demo).empty()) all << QString::fromStdString(demo.name);
  if (all.isEmpty()) all << QString::fromStdString(kBuiltInModel);
  if (first) ticked = all;  // the demo models make a good contrast
  all += settings_.recentModels() + added_;
  all.removeDuplicates();
  const QSignalBlocker quiet(models_);
  models_->clear();
  for (const QString& model : all) {
    auto* item = new QListWidgetItem(modelTitle(model), models_);
    item->setData(Qt::UserRole, model);
    item->setToolTip(model);
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
    item->setCheckState(ticked.contains(model) ? Qt::Checked : Qt::Unchecked);
  }
  follow();
}

void ReportSetup::addModel(const QString& model) {
  if (model.isEmpty()) return;
  if (!added_.contains(model)) added_ << model;
  listModels();
  for (int i = 0; i < models_->count(); ++i)
    if (models_->item(i)->data(Qt::UserRole) == model) models_->item(i)->setCheckState(Qt::Checked);
}

void ReportSetup::readPromptsOf(const QString& path) try {
  if (path.isEmpty())
    setPrompts(kEnglishPromptsName, englishPrompts());
  else
    setPrompts(QFileInfo(path).fileName().toStdString(), readPrompts(pathOf(path)));
} catch (const Error& error) {
  promptsLabel_->setText(QString::fromUtf8(error.what()));
}

void ReportSetup::setPrompts(const std::string& name, std::vector<std::string> prompts) {
  promptsName_ = name;
  prompts_ = std::move(prompts);
  const int count = static_cast<int>(prompts_.size());
  count_->setRange(1, count);
  count_->setValue(count);
  promptsLabel_->setText(tr("%1: %2").arg(QString::fromStdString(name)).arg(count));
}

void ReportSetup::choosePrompts() {
  const QString path = chosenPrompts(this, settings_);
  if (!path.isEmpty()) readPromptsOf(path);
}

void ReportSetup::showRequest(const ReportRequest& request) {
  setPrompts(request.promptsName, request.prompts);
  tokens_->setValue(static_cast<int>(std::min<std::size_t>(request.tokenLimit, kMostTokens)));
  QStringList asked;
  for (const std::string& model : request.models) asked << QString::fromStdString(model);
  added_ += asked;
  added_.removeDuplicates();
  listModels();
  for (int i = 0; i < models_->count(); ++i)
    models_->item(i)->setCheckState(asked.contains(models_->item(i)->data(Qt::UserRole).toString()) ? Qt::Checked
                                                                                                    : Qt::Unchecked);
}

QStringList ReportSetup::tickedModels() const {
  QStringList ticked;
  for (int i = 0; i < models_->count(); ++i)
    if (models_->item(i)->checkState() == Qt::Checked) ticked << models_->item(i)->data(Qt::UserRole).toString();
  return ticked;
}

ReportRequest ReportSetup::request() const {
  ReportRequest request;
  for (const QString& model : tickedModels()) request.models.push_back(model.toStdString());
  request.promptsName = promptsName_;
  request.prompts.assign(prompts_.begin(), prompts_.begin() + count_->value());
  request.tokenLimit = static_cast<std::size_t>(tokens_->value());
  return request;
}

void ReportSetup::setRunning(bool running) {
  running_ = running;
  run_->setText(running ? tr("Cancel") : tr("Measure"));
  follow();
}

void ReportSetup::follow() {
  run_->setEnabled(running_ || !tickedModels().isEmpty());
  run_->setToolTip(run_->isEnabled() ? QString() : tr("Tick a model first"));
}

}  // namespace sinkscope
