#pragma once

#include "widgets/figure.h"

namespace sinkscope {

/**
 * The part of a figure that a crop leaves, under the numbers that it had: layers and heads of a grid, tokens of a
 * head's map (in both directions), layers and tokens or heads of maps, layers or tokens along x of curves. Points of a
 * scatter stay as they are. A crop that would leave nothing leaves all.
 */
GridFigure cropped(GridFigure figure, const FigureCrop &crop);
HeadFigure cropped(HeadFigure figure, const FigureCrop &crop);
CurveFigure cropped(CurveFigure figure, const FigureCrop &crop);
ScatterFigure cropped(ScatterFigure figure, const FigureCrop &crop);
LayerMapFigure cropped(LayerMapFigure figure, const FigureCrop &crop);
TokenFramesFigure cropped(TokenFramesFigure figure, const FigureCrop &crop);

}  // namespace sinkscope
