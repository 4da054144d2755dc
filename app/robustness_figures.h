#pragma once

#include "app/page_figure.h"
#include "core/analysis/robustness.h"
#include "widgets/figure.h"

#include <QString>
#include <vector>

namespace sinkscope {

/// Mean KL of the predictions behind a swapped token against its position, one curve a condition, with one standard
/// error.
CurveFigure divergenceCurves(const RobustnessResult& result);
/// The same of the change of the loss.
CurveFigure lossChangeCurves(const RobustnessResult& result);

/// Swaps, prompts, length and model in one line.
QString robustnessConventions(const RobustnessResult& result);

std::vector<PageFigure> robustnessFigures(const RobustnessResult& result);

}  // namespace sinkscope
