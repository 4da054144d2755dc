#pragma once

#include "app/page_figure.h"
#include "core/analysis/perturbation.h"
#include "widgets/figure.h"

#include <QString>
#include <vector>

namespace sinkscope {

/// Layer by token, one map a condition, on one scale.
LayerMapFigure changeMaps(const PerturbResult& result, ChangeNorm norm, bool logarithmic);

/// One line a token over the layers (the paper's Fig. 2) under one condition; all conditions have the same axis.
CurveFigure tokenLines(const PerturbResult& result, std::size_t map, ChangeNorm norm, bool logarithmic);

/// The spread S over the layers, one curve a condition; the mean change where S has no meaning.
CurveFigure spreadCurves(const PerturbResult& result, ChangeNorm norm);

/// Layer by head: the mean total variation of the rows behind the change, one map a condition, on one scale.
LayerMapFigure attentionMaps(const PerturbResult& result);

/// The prompt's tokens coloured by their change, a frame a layer, one strip a condition; some of the frames are shown.
TokenFramesFigure changeFrames(const PerturbResult& result, ChangeNorm norm, bool logarithmic);

/// Change, measure, length and model in one line.
QString perturbConventions(const PerturbResult& result, ChangeNorm norm);

/// All of them, titled and described.
std::vector<PageFigure> perturbFigures(const PerturbResult& result, ChangeNorm norm, bool logarithmic);

}  // namespace sinkscope
