#pragma once

#include "core/runs/training_log.h"
#include "widgets/figure.h"

#include <QString>
#include <array>
#include <memory>
#include <vector>

namespace sinkscope {

using TrainingLogPtr = std::shared_ptr<const TrainingLog>;

/// What the curves of a training run over.
enum class TrainingAxis { Step, Tokens, Seconds };

/// What is drawn over them.
enum class TrainingCurve { Loss, SinkRate, MeanShare, LearningRate, GradientNorm, Speed, ResidualNorm, Absorbed };
inline constexpr std::array kTrainingCurves{
    TrainingCurve::Loss,         TrainingCurve::SinkRate, TrainingCurve::MeanShare,    TrainingCurve::LearningRate,
    TrainingCurve::GradientNorm, TrainingCurve::Speed,    TrainingCurve::ResidualNorm, TrainingCurve::Absorbed};
/// On an axis, and in file names.
QString trainingCurveTitle(TrainingCurve curve);
QString trainingCurveName(TrainingCurve curve);

struct TrainingLook {
  TrainingAxis axis = TrainingAxis::Step;
  bool logarithmicX = false;
  bool logarithmicY = false;  ///< but for shares and rates, which may be 0
  double smoothing = 0.0;     ///< 0 ... 1, weight of what came before in an exponential mean over the steps
  double epsilon = 0.3;       ///< the nearest threshold that was measured is the sink's
};

/// A run as the curves name it.
struct NamedTraining {
  QString name;
  TrainingLogPtr log;
};

/// One run with all of its lines, or one line each of several.
CurveFigure trainingCurves(const std::vector<NamedTraining>& runs, TrainingCurve curve, const TrainingLook& look);

/// Where a measurement stands on the axis of the curves.
double placeOf(const MeasureRow& row, TrainingAxis axis);

}  // namespace sinkscope
