#include "widgets/curve_pen.h"

#include <QPolygonF>
#include <array>

namespace sinkscope {

namespace {

QPen dashed(const QColor &colour, const QList<qreal> &pattern) {
  QPen pen(colour, 1);
  pen.setDashPattern(pattern);
  return pen;
}

QPainterPath polygon(const QPolygonF &corners) {
  QPainterPath path;
  path.addPolygon(corners);
  path.closeSubpath();
  return path;
}

}  // namespace

ColourRole curveRole(std::size_t index) {
  constexpr std::array roles{ColourRole::First,  ColourRole::Second, ColourRole::Third,
                             ColourRole::Fourth, ColourRole::Fifth,  ColourRole::Sixth};
  return roles[index % roles.size()];
}

QPen curvePen(ColourRole role, bool dark) {
  switch (role) {
    case ColourRole::Sink:
      return QPen(QColor(dark ? 0xf5a623 : 0xc47a00), 1);
    case ColourRole::First:
      return QPen(QColor(dark ? 0x7db3ec : 0x1f5fa8), 1);
    case ColourRole::Second:
      return QPen(QColor(dark ? 0x6fd0c0 : 0x0f7f72), 1, Qt::DashLine);
    case ColourRole::Third:
      return QPen(QColor(dark ? 0xd0a6e8 : 0x7a3f9d), 1, Qt::DashDotLine);
    case ColourRole::Fourth:
      return dashed(QColor(dark ? 0xf091b4 : 0xb5386c), {8, 3});
    case ColourRole::Fifth:
      return dashed(QColor(dark ? 0x4fa3d9 : 0x3a8dc2), {1.5, 2.5});
    case ColourRole::Sixth:
      return dashed(QColor(dark ? 0xb3c463 : 0x66791c), {8, 2, 1, 2, 1, 2});
    case ColourRole::Strong:
      return QPen(QColor(dark ? 0xe6edf3 : 0x1b232c), 1);
    case ColourRole::Faint:
      return QPen(QColor(dark ? 0x6f7a86 : 0x858e99), 1);
    case ColourRole::Muted:
      break;
  }
  return QPen(QColor(dark ? 0x9da7b3 : 0x5b6570), 1, Qt::DotLine);
}

QPainterPath markerPath(ColourRole role) {
  QPainterPath path;
  switch (role) {
    case ColourRole::Second:
      path.addRect(-0.85, -0.85, 1.7, 1.7);
      return path;
    case ColourRole::Third:
      return polygon({{0, -1}, {0.95, 0.75}, {-0.95, 0.75}});
    case ColourRole::Fourth:
      return polygon({{0, 1}, {0.95, -0.75}, {-0.95, -0.75}});
    case ColourRole::Fifth:
      return polygon({{0, -1}, {1, 0}, {0, 1}, {-1, 0}});
    case ColourRole::Sixth:
      return polygon({{-0.35, -1},
                      {0.35, -1},
                      {0.35, -0.35},
                      {1, -0.35},
                      {1, 0.35},
                      {0.35, 0.35},
                      {0.35, 1},
                      {-0.35, 1},
                      {-0.35, 0.35},
                      {-1, 0.35},
                      {-1, -0.35},
                      {-0.35, -0.35}});
    default:
      path.addEllipse(QPointF(0, 0), 0.9, 0.9);
      return path;
  }
}

}  // namespace sinkscope
