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

CurveFigure curveFigure(const ProfileFigure &profile) {
  return {profile.toCurves(), profile.conventions};
}

}  // namespace sinkscope
