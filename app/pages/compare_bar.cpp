#include "app/pages/compare_bar.h"

#include "app/run_table.h"
#include "widgets/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QToolButton>

namespace sinkscope {
namespace {

constexpr double kZoomStep = 1.5;

void fill(QComboBox* box, const std::vector<CompareChoice>& choices) {
  const QSignalBlocker quiet(box);
  box->clear();
  for (const auto& [name, title] : choices) box->addItem(title, name);
  box->setVisible(choices.size() > 1);
}

}  // namespace

CompareBar::CompareBar(QWidget* parent)
    : QWidget(parent),
      title_(new QLabel(this)),
      measure_(new QComboBox(this)),
      condition_(new QComboBox(this)),
      logarithmic_(new QCheckBox(tr("&Log"), this)),
      pair_(new QComboBox(this)),
      zoom_(zoomButtons()) {
  measure_->setObjectName(QStringLiteral("comparedMeasure"));
  measure_->setAccessibleName(tr("What is compared"));
  condition_->setObjectName(QStringLiteral("comparedCondition"));
  condition_->setAccessibleName(tr("Under which condition"));
  pair_->setObjectName(QStringLiteral("comparedPair"));
  pair_->setAccessibleName(tr("Which run less which"));
  logarithmic_->setObjectName(QStringLiteral("comparedLog"));
  title_->setFont(themeFor(this).heading);
  title_->setTextFormat(Qt::PlainText);
  auto* back = new QPushButton(tr("‹ &All runs"), this);
  back->setObjectName(QStringLiteral("leaveComparison"));
  back->setToolTip(tr("Back to the list (Esc)"));

  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(kSpacing);
  row->addWidget(back);
  row->addWidget(title_);
  row->addStretch(1);
  for (QWidget* control : std::initializer_list<QWidget*>{measure_, condition_, logarithmic_, pair_, zoom_})
    row->addWidget(control);
  connect(back, &QPushButton::clicked, this, &CompareBar::leaveWanted);
  for (QComboBox* choice : {measure_, condition_, pair_})
    connect(choice, &QComboBox::activated, this, &CompareBar::changed);
  connect(logarithmic_, &QCheckBox::toggled, this, &CompareBar::changed);
}

QWidget* CompareBar::zoomButtons() {
  auto* buttons = new QWidget(this);
  auto* row = new QHBoxLayout(buttons);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(0);
  const auto add = [&](const QString& text, const QString& name, double times) {
    auto* button = new QToolButton(buttons);
    button->setText(text);
    button->setAccessibleName(name);
    button->setToolTip(tr("%1 (Ctrl and the wheel)").arg(name));
    connect(button, &QToolButton::clicked, this, [this, times] { emit zoomWanted(times); });
    row->addWidget(button);
  };
  add(QStringLiteral("−"), tr("Smaller maps"), 1.0 / kZoomStep);
  add(QStringLiteral("+"), tr("Larger maps"), kZoomStep);
  return buttons;
}

void CompareBar::setRuns(const ComparedRuns& runs, bool logarithmic) {
  fill(measure_, compareMeasures(runs));
  fill(condition_, compareConditions(runs));
  std::vector<CompareChoice> pairs;
  const int count = static_cast<int>(runs.runs.size());
  for (int a = 0; a < count; ++a)
    for (int b = 0; b < count; ++b)
      if (a != b)
        pairs.emplace_back(QStringLiteral("%1 %2").arg(a).arg(b),
                           QStringLiteral("%1 − %2").arg(compareLetter(a), compareLetter(b)));
  fill(pair_, pairs);
  const QSignalBlocker quiet(logarithmic_);
  logarithmic_->setChecked(logarithmic);
  const QString kind = kindTitle(runs.runs.front().card.kind);
  title_->setText(runs.isAlike() ? tr("%1: %2 runs").arg(kind).arg(count) : tr("%1 runs").arg(count));
}

void CompareBar::putInto(CompareLook& look) const {
  look.measure = measure_->currentData().toString();
  look.condition = condition_->currentData().toString();
  look.logarithmic = logarithmic_->isChecked();
  const QStringList pair = pair_->currentData().toString().split(QLatin1Char(' '));
  look.minuend = pair.value(0).toInt();
  look.subtrahend = pair.value(1).toInt();
}

void CompareBar::offer(bool hasMaps, bool hasScale, bool hasPairs) {
  zoom_->setVisible(hasMaps);
  logarithmic_->setVisible(hasMaps && hasScale);
  pair_->setVisible(hasMaps && hasPairs);
}

bool CompareBar::isFirstMeasure() const {
  return measure_->currentIndex() <= 0;
}

QString CompareBar::pairTitle() const {
  return pair_->currentText();
}

}  // namespace sinkscope
