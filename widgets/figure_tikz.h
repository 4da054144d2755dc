#pragma once

#include <QString>

#include "widgets/figure.h"

namespace sinkscope {

/**
 * A figure as source for PGFPlots 1.18: one `tikzpicture` to be \\input, with the packages that it needs named in
 * comments. Texts are set by TeX, so that labels get the paper's own font; the size is the style's. Throws
 * std::runtime_error where a map has more cells than TeX can set.
 */
QString tikzOf(const GridFigure &figure, const FigureStyle &style);
QString tikzOf(const HeadFigure &figure, const FigureStyle &style);
QString tikzOf(const CurveFigure &figure, const FigureStyle &style);
QString tikzOf(const ScatterFigure &figure, const FigureStyle &style);
QString tikzOf(const LayerMapFigure &figure, const FigureStyle &style);
QString tikzOf(const TokenFramesFigure &figure, const FigureStyle &style);

}  // namespace sinkscope
