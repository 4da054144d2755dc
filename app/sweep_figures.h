#pragma once

#include "app/page_figure.h"
#include "core/analysis/sweep.h"
#include "widgets/figure.h"

#include <QString>
#include <vector>

namespace sinkscope {

/// Swapped position by token at one place, one map a condition; one scale for all conditions and all places.
LayerMapFigure sweepMaps(const SweepResult& result, ChangeNorm norm, bool logarithmic, std::size_t place);

/// The reach against the distance at one place, one curve a condition; all places have the same axis.
CurveFigure reachCurves(const SweepResult& result, ChangeNorm norm, bool logarithmic, std::size_t place);

/// The mean spread of a swap over the layers, one curve a condition.
CurveFigure sweepSpreadCurves(const SweepResult& result, ChangeNorm norm);

/// Measure, replacements, seed, length and model in one line; and how far a partial sweep is.
QString sweepConventions(const SweepResult& result, ChangeNorm norm);

/// "partial: 12 of 34 positions"; empty for a whole sweep.
QString partialNote(const SweepResult& result);

/// What was done and how long it took; the main numbers as text.
QString sweepDoneLine(const SweepResult& result);
QString sweepNumbers(const SweepResult& result, ChangeNorm norm);

/// All of them, titled and described: maps and reach at `place`.
std::vector<PageFigure> sweepFigures(const SweepResult& result, ChangeNorm norm, bool logarithmic, std::size_t place);

}  // namespace sinkscope
