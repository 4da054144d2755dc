#include "app/pages/recipe_form.h"

#include "core/train/corpus.h"
#include "widgets/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QScopedValueRollback>
#include <QSpinBox>
#include <algorithm>
#include <limits>

namespace sinkscope {
namespace {

constexpr int kDecimals = 9, kFieldWidth = 40 * kGrid;

/// Shows as many digits as there are.
class RealBox : public QDoubleSpinBox {
 public:
  using QDoubleSpinBox::QDoubleSpinBox;
  QString textFromValue(double value) const override { return QString::number(value, 'g', 6); }
};

QFormLayout* column(QHBoxLayout* row) {
  auto* form = new QFormLayout;
  form->setHorizontalSpacing(kSpacing);
  form->setVerticalSpacing(kSpacing);
  form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  row->addLayout(form, 1);
  return form;
}

template <typename Field>
Field* named(Field* field, const char* name) {
  field->setObjectName(QString::fromLatin1(name));
  field->setMinimumWidth(kFieldWidth);
  return field;
}

QStringList sourcesOf(const QString& text) {
  QStringList names;
  for (const QString& name : text.split(QLatin1Char(','))) names << name.trimmed();
  names.removeAll(QString());
  return names;
}

}  // namespace

// Choices are listed in the order of their enumerations.
RecipeForm::RecipeForm(QWidget* parent) : QWidget(parent) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(2 * kMargin);
  QFormLayout* model = column(row);
  addText(model, tr("Name"), "recipeName", [](Recipe& r) { return &r.name; });
  addSources(model);
  addWhole(model, tr("Vocabulary"), "recipeVocabulary", 1, 256, [](Recipe& r) { return &r.corpus.vocabulary; });
  addWhole(model, tr("Layers"), "recipeLayers", 1, 1, [](Recipe& r) { return &r.model.layers; });
  addWhole(model, tr("Heads"), "recipeHeads", 1, 1, [](Recipe& r) { return &r.model.heads; });
  addWhole(model, tr("Width"), "recipeWidth", 1, 16, [](Recipe& r) { return &r.model.width; });
  addWhole(model, tr("Feed-forward width"), "recipeFeedForward", 1, 16,
           [](Recipe& r) { return &r.model.feedForwardWidth; });
  addChoice(model, tr("Attention weights"), "recipeWeights", {tr("softmax"), tr("sigmoid"), tr("normalised sigmoid")},
            [](Recipe& r) { return &r.model.weights; });
  addChoice(model, tr("Extra key"), "recipeExtraKey",
            {tr("none"), tr("softmax off by one"), tr("sink logit"), tr("key bias"), tr("key and value bias")},
            [](Recipe& r) { return &r.model.extraKey; });
  addCheck(model, tr("Output gate"), "recipeGate", [](Recipe& r) { return &r.model.outputGate; });
  addChoice(model, tr("Positions"), "recipePositions", {tr("rotary"), tr("none"), tr("ALiBi"), tr("learned")},
            [](Recipe& r) { return &r.model.positions; });
  QFormLayout* training = column(row);
  addWhole(training, tr("Context, tokens"), "recipeContext", 1, 64, [](Recipe& r) { return &r.packing.context; });
  addChoice(training, tr("Attention"), "recipeMask", {tr("across documents"), tr("within documents")},
            [](Recipe& r) { return &r.packing.mask; });
  addChoice(training, tr("<bos>"), "recipeBos",
            {tr("between documents"), tr("none"), tr("before each document"), tr("fixed at position 0")},
            [](Recipe& r) { return &r.packing.bos; });
  addReal(training, tr("Learning rate"), "recipeRate", [](Recipe& r) { return &r.optimizer.learningRate; });
  addReal(training, tr("Weight decay"), "recipeDecay", [](Recipe& r) { return &r.optimizer.weightDecay; });
  addChoice(training, tr("Schedule"), "recipeSchedule", {tr("constant"), tr("cosine"), tr("warm-up, stable, decay")},
            [](Recipe& r) { return &r.optimizer.schedule; });
  addWhole(training, tr("Warm-up, steps"), "recipeWarmup", 0, 50, [](Recipe& r) { return &r.optimizer.warmup; });
  addWhole(training, tr("Steps"), "recipeSteps", 1, 500, [](Recipe& r) { return &r.steps; });
  addWhole(training, tr("Tokens a step"), "recipeTokens", 1, 256, [](Recipe& r) { return &r.tokensPerStep; });
  addWhole(training, tr("Steps between measures"), "recipeEvery", 1, 50, [](Recipe& r) { return &r.measure.every; });
  addWhole(training, tr("Steps between samples"), "recipeSample", 0, 100,
           [](Recipe& r) { return &r.measure.sampleEvery; });
  addWhole(training, tr("Seed"), "recipeSeed", 0, 1, [](Recipe& r) { return &r.seed; });
}

template <typename Part>
void RecipeForm::addText(QFormLayout* form, const QString& label, const char* name, Part part) {
  auto* field = named(new QLineEdit(this), name);
  form->addRow(label, field);
  show_.emplace_back([this, field, part] {
    const QString now = QString::fromStdString(*part(recipe_));
    if (field->text() != now) field->setText(now);
  });
  connect(field, &QLineEdit::textEdited, this,
          [this, part](const QString& text) { take([&] { *part(recipe_) = text.toStdString(); }); });
}

void RecipeForm::addSources(QFormLayout* form) {
  auto* field = named(new QComboBox(this), "recipeSources");
  field->setEditable(true);
  field->setInsertPolicy(QComboBox::NoInsert);
  for (const std::string& name : corpusNames()) field->addItem(QString::fromStdString(name));
  field->setToolTip(tr("Names of fetched corpora, files or folders, with commas between them"));
  form->addRow(tr("Texts"), field);
  show_.emplace_back([this, field] {
    QStringList names;
    for (const std::string& name : recipe_.corpus.sources) names << QString::fromStdString(name);
    if (sourcesOf(field->currentText()) != names) field->setEditText(names.join(QStringLiteral(", ")));
  });
  connect(field, &QComboBox::editTextChanged, this, [this](const QString& text) {
    take([&] {
      recipe_.corpus.sources.clear();
      for (const QString& name : sourcesOf(text)) recipe_.corpus.sources.push_back(name.toStdString());
    });
  });
}

template <typename Part>
void RecipeForm::addWhole(QFormLayout* form, const QString& label, const char* name, int low, int step, Part part) {
  using Whole = std::remove_pointer_t<decltype(part(recipe_))>;
  constexpr int kMost = std::numeric_limits<int>::max();
  auto* field = named(new QSpinBox(this), name);
  field->setRange(low, kMost);
  field->setSingleStep(step);
  form->addRow(label, field);
  show_.emplace_back([this, field, part] {
    const auto now = static_cast<int>(std::clamp<Whole>(*part(recipe_), 0, kMost));
    if (field->value() != now) field->setValue(now);
  });
  connect(field, &QSpinBox::valueChanged, this,
          [this, part](int value) { take([&] { *part(recipe_) = static_cast<Whole>(value); }); });
}

template <typename Part>
void RecipeForm::addReal(QFormLayout* form, const QString& label, const char* name, Part part) {
  auto* field = named(new RealBox(this), name);
  field->setDecimals(kDecimals);
  field->setRange(0, 1e6);
  field->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
  form->addRow(label, field);
  show_.emplace_back([this, field, part] {
    if (field->value() != *part(recipe_)) field->setValue(*part(recipe_));
  });
  connect(field, &QDoubleSpinBox::valueChanged, this,
          [this, part](double value) { take([&] { *part(recipe_) = value; }); });
}

template <typename Part>
void RecipeForm::addCheck(QFormLayout* form, const QString& label, const char* name, Part part) {
  auto* field = named(new QCheckBox(this), name);
  form->addRow(label, field);
  show_.emplace_back([this, field, part] { field->setChecked(*part(recipe_)); });
  connect(field, &QCheckBox::toggled, this, [this, part](bool on) { take([&] { *part(recipe_) = on; }); });
}

template <typename Part>
void RecipeForm::addChoice(QFormLayout* form, const QString& label, const char* name, const QStringList& values,
                           Part part) {
  using Value = std::remove_pointer_t<decltype(part(recipe_))>;
  auto* field = named(new QComboBox(this), name);
  field->addItems(values);
  form->addRow(label, field);
  show_.emplace_back([this, field, part] { field->setCurrentIndex(static_cast<int>(*part(recipe_))); });
  connect(field, &QComboBox::activated, this,
          [this, part](int index) { take([&] { *part(recipe_) = static_cast<Value>(index); }); });
}

void RecipeForm::setRecipe(const Recipe& recipe) {
  recipe_ = recipe;
  const QScopedValueRollback showing(showing_, true);
  for (const auto& show : show_) show();
}

void RecipeForm::take(const std::function<void()>& change) {
  if (showing_) return;
  const ModelConfig before = recipe_.model;
  change();
  ModelConfig& model = recipe_.model;
  if (model.heads != before.heads || model.width != before.width) {
    model.headWidth = 0;  // follows from the two
    if (before.keyHeads == before.heads) model.keyHeads = 0;
  }
  emit edited();
}

}  // namespace sinkscope
