#pragma once

#include "app/page_figure.h"
#include "core/analysis/collapse.h"
#include "widgets/figure.h"

#include <QString>
#include <array>
#include <vector>

namespace sinkscope {

/// What is drawn over the layers.
enum class CollapseMeasure {
  RelativeResidual,
  Residual,
  DongResidual,
  EffectiveRank,
  MatrixEntropy,
  MeanCosine,
  LastDistance,
  FirstNormRatio,
  RowEntropy,
  SinkRate
};

inline constexpr std::array kCollapseMeasures{CollapseMeasure::RelativeResidual, CollapseMeasure::Residual,
                                              CollapseMeasure::DongResidual,     CollapseMeasure::EffectiveRank,
                                              CollapseMeasure::MatrixEntropy,    CollapseMeasure::MeanCosine,
                                              CollapseMeasure::LastDistance,     CollapseMeasure::FirstNormRatio,
                                              CollapseMeasure::RowEntropy,       CollapseMeasure::SinkRate};

/// What a measure is called on an axis, and in settings and run files ("relative-residual").
QString collapseMeasureTitle(CollapseMeasure measure);
QString collapseMeasureName(CollapseMeasure measure);
/// The measure of that name; the first for a name that there is none of.
CollapseMeasure collapseMeasureNamed(const QString& name);

/// What the numbers depend on besides model and prompt.
struct SinkSettings {
  double epsilon = 0.3;
  bool includeQuery0 = true;
};

/// A measure over the layers, one curve a condition; where it is of all tokens, a dashed one without token 0 beside it.
CurveFigure measureCurves(const CollapseRun& run, CollapseMeasure measure, const SinkSettings& settings);

/// The compression valley of one condition: matrix entropy, sink rate and norm of token 0, each over its maximum.
CurveFigure valleyCurves(const CollapseResult& result, const SinkSettings& settings);

/// All heads of one condition, rest against drain, by class, eps saying which share of token 0 is high; point l H + h
/// is head h of layer l.
ScatterFigure headScatter(const CollapseResult& result, const SinkSettings& settings);
/// "layer 3, head 2: alpha_0 0.91, drain 0.04: no-op"
QString headLine(const CollapseResult& result, std::size_t layer, std::size_t head, const SinkSettings& settings);

/// The result with <bos>, or the one without; the only one where there is no choice.
const CollapseResult& conditionOf(const CollapseRun& run, bool bos);

/// Length, eps, conditions and model in one line; `result` alone, or all of the run.
QString collapseConventions(const CollapseResult& result, const SinkSettings& settings);
QString collapseConventions(const CollapseRun& run, const SinkSettings& settings);

/// All of them, titled and described: every measure, then the valley and the heads of every condition.
std::vector<PageFigure> collapseFigures(const CollapseRun& run, CollapseMeasure shown, const SinkSettings& settings);

}  // namespace sinkscope
