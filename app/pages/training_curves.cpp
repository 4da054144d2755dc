#include "app/pages/training_curves.h"

#include "app/pages/layout_parts.h"
#include "widgets/curve_plot.h"
#include "widgets/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSlider>
#include <QSplitter>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <utility>

namespace sinkscope {
namespace {

constexpr int kSmoothingSteps = 100, kFirstSmoothing = 40, kLeftRoom = 14 * kGrid;

/// The weight of the past: most of the slider is for means over many steps.
double weightOf(int position) {
  return 1.0 - std::pow(10.0, -3.0 * position / kSmoothingSteps);
}

CurvePlot* plot(const char* name, QWidget* parent) {
  auto* made = new CurvePlot(parent);
  made->setObjectName(QString::fromLatin1(name));
  made->setLeftRoom(kLeftRoom);
  return made;
}

}  // namespace

TrainingCurves::TrainingCurves(QWidget* parent)
    : QWidget(parent),
      axis_(new QComboBox(this)),
      logX_(new QCheckBox(tr("log x"), this)),
      logY_(new QCheckBox(tr("log y"), this)),
      smoothing_(new QSlider(Qt::Horizontal, this)),
      choice_(new QComboBox(this)),
      loss_(plot("lossCurves", this)),
      sinks_(plot("sinkCurves", this)),
      other_(plot("otherCurves", this)) {
  axis_->setObjectName(QStringLiteral("trainingAxis"));
  axis_->addItems({tr("steps"), tr("tokens"), tr("time")});
  logX_->setObjectName(QStringLiteral("trainingLogX"));
  logY_->setObjectName(QStringLiteral("trainingLogY"));
  logY_->setToolTip(tr("Of losses and norms; shares may be 0"));
  smoothing_->setObjectName(QStringLiteral("trainingSmoothing"));
  smoothing_->setRange(0, kSmoothingSteps);
  smoothing_->setValue(kFirstSmoothing);
  smoothing_->setToolTip(tr("Mean over earlier steps; what was not smoothed stays behind it"));
  choice_->setObjectName(QStringLiteral("trainingCurve"));
  choice_->setAccessibleName(tr("What the third plot shows"));
  for (const TrainingCurve curve : kTrainingCurves)
    if (curve != TrainingCurve::Loss && curve != TrainingCurve::SinkRate)
      choice_->addItem(trainingCurveTitle(curve), static_cast<int>(curve));
  loss_->setAccessibleName(trainingCurveTitle(TrainingCurve::Loss));
  sinks_->setAccessibleName(trainingCurveTitle(TrainingCurve::SinkRate));
  other_->setAccessibleName(tr("The chosen curve"));

  auto* controls = new QHBoxLayout;
  controls->setSpacing(kSpacing);
  addLabelled(*controls, tr("&Over"), axis_);
  controls->addWidget(logX_);
  controls->addWidget(logY_);
  controls->addSpacing(kSpacing);
  addLabelled(*controls, tr("S&moothing"), smoothing_, 1);
  auto* plots = new QSplitter(Qt::Vertical, this);
  plots->addWidget(loss_);
  plots->addWidget(sinks_);
  plots->addWidget(headed(choice_, other_, nullptr, this));
  plots->setChildrenCollapsible(false);
  plots->setHandleWidth(kSpacing);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kSpacing);
  column->addLayout(controls);
  column->addWidget(plots, 1);

  connect(axis_, &QComboBox::activated, this, &TrainingCurves::takeControls);
  connect(choice_, &QComboBox::activated, this, &TrainingCurves::draw);
  connect(smoothing_, &QSlider::valueChanged, this, &TrainingCurves::takeControls);
  for (QCheckBox* box : {logX_, logY_}) connect(box, &QCheckBox::toggled, this, &TrainingCurves::takeControls);
  for (CurvePlot* one : {loss_, sinks_, other_}) {
    connect(one, &CurvePlot::clicked, this, [this](int, double x) { click(x); });
    for (CurvePlot* other : {loss_, sinks_, other_})
      if (other != one) connect(one, &CurvePlot::hovered, other, [other](int, double x) { other->highlightX(x); });
  }
  takeControls();
}

TrainingCurve TrainingCurves::chosen() const {
  return static_cast<TrainingCurve>(choice_->currentData().toInt());
}

void TrainingCurves::setRuns(std::vector<NamedTraining> runs) {
  runs_ = std::move(runs);
  draw();
}

void TrainingCurves::setEpsilon(double epsilon) {
  if (epsilon == look_.epsilon) return;
  look_.epsilon = epsilon;
  draw();
}

void TrainingCurves::takeControls() {
  look_.axis = static_cast<TrainingAxis>(axis_->currentIndex());
  look_.logarithmicX = logX_->isChecked();
  look_.logarithmicY = logY_->isChecked();
  look_.smoothing = weightOf(smoothing_->value());
  draw();
}

void TrainingCurves::draw() {
  loss_->setCurves(trainingCurves(runs_, TrainingCurve::Loss, look_).data);
  sinks_->setCurves(trainingCurves(runs_, TrainingCurve::SinkRate, look_).data);
  other_->setCurves(trainingCurves(runs_, chosen(), look_).data);
}

void TrainingCurves::mark(const MeasureRow* row) {
  const double x = row ? placeOf(*row, look_.axis) : std::nan("");
  for (CurvePlot* one : {loss_, sinks_, other_}) one->highlightX(x);
}

void TrainingCurves::click(double x) {
  if (runs_.empty() || runs_.front().log->measures.empty()) return;
  const std::vector<MeasureRow>& rows = runs_.front().log->measures;
  const auto distance = [&](const MeasureRow& row) { return std::abs(placeOf(row, look_.axis) - x); };
  emit measurementClicked(static_cast<int>(std::ranges::min_element(rows, {}, distance) - rows.begin()));
}

}  // namespace sinkscope
