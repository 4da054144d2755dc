#include "app/pages/sweep_bar.h"

#include "widgets/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QToolButton>
#include <limits>

namespace sinkscope {
namespace {

constexpr int kMostDraws = 100;

}  // namespace

SweepBar::SweepBar(Document& document, QWidget* parent)
    : QWidget(parent),
      document_(document),
      draws_(new QSpinBox(this)),
      seed_(new QSpinBox(this)),
      run_(new QToolButton(this)) {
  draws_->setObjectName(QStringLiteral("sweepDraws"));
  draws_->setAccessibleName(tr("Replacements at each position"));
  draws_->setRange(1, kMostDraws);
  draws_->setKeyboardTracking(false);
  draws_->setToolTip(
      tr("Each token is swapped for so many random tokens of like frequency; their changes are averaged"));
  seed_->setObjectName(QStringLiteral("sweepSeed"));
  seed_->setAccessibleName(tr("Seed of the random tokens"));
  seed_->setRange(0, std::numeric_limits<int>::max());
  seed_->setKeyboardTracking(false);
  run_->setObjectName(QStringLiteral("sweepRun"));
  run_->setText(tr("Run"));
  run_->setToolTip(tr("Sweep anew from the first token"));
  auto* draws = new QLabel(tr("Replacements"), this);
  auto* seed = new QLabel(tr("Seed"), this);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(kSpacing);
  for (QWidget* part : std::initializer_list<QWidget*>{draws, draws_, seed, seed_, run_}) row->addWidget(part);
  row->addStretch();

  using Field = Document::Field;
  connect(draws_, &QSpinBox::valueChanged, this,
          [this](int value) { document_.edit(Field::Sweep, [value](Inputs& inputs) { inputs.sweepDraws = value; }); });
  connect(seed_, &QSpinBox::valueChanged, this,
          [this](int value) { document_.edit(Field::Sweep, [value](Inputs& inputs) { inputs.sweepSeed = value; }); });
  connect(run_, &QToolButton::clicked, this, &SweepBar::runWanted);
  connect(&document_, &Document::changed, this, &SweepBar::follow);
  follow(document_.inputs());
}

void SweepBar::follow(const Inputs& now) {
  const QSignalBlocker quiet[] = {QSignalBlocker(draws_), QSignalBlocker(seed_)};
  draws_->setValue(now.sweepDraws);
  seed_->setValue(now.sweepSeed);
}

}  // namespace sinkscope
