#include <cmath>

#include "widgets/figure.h"

namespace sinkscope {

Curves ProfileFigure::toCurves() const {
  Curves data;
  data.curves = curves;
  for (Curve &curve : data.curves) curve.marked = curve.size() <= kMostMarked;
  data.levels = {{baseline, baselineName, false}, {threshold, QStringLiteral("eps %1").arg(threshold), true}};
  data.x.title = xTitle;
  data.y = {yTitle, false, minimum, maximum};
  return data;
}

void drawProfileFigure(QPainter &painter, const ProfileFigure &figure, const FigureStyle &style, const QSizeF &size) {
  drawCurveFigure(painter, {figure.toCurves(), figure.conventions}, style, size);
}

}  // namespace sinkscope
