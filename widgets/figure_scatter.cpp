#include <QPainterPath>
#include <QTransform>
#include <algorithm>

#include "widgets/figure_axes.h"

namespace sinkscope {

namespace {

constexpr double kSymbol = 2;        // radius of a point's mark, in points
constexpr double kSmallSymbol = 1;   // where there are many
constexpr std::size_t kMany = 2000;  // points
constexpr int kDiagonalSteps = 64;   // a straight line bends where one axis is logarithmic

void drawMark(QPainter &painter, ColourRole role, const QPointF &at, double radius) {
  const QTransform place = QTransform::fromTranslate(at.x(), at.y()).scale(radius, radius);
  painter.fillPath(place.map(markerPath(role)), curvePen(role, false).color());
}

Legend legendOf(const FigurePage &page, const Scatter &data) {
  QStringList names;
  std::vector<ColourRole> roles;
  for (const PointClass &shown : data.classes) {
    if (shown.name.isEmpty() || data.classes.size() < 2) continue;
    names << shown.name;
    roles.push_back(shown.role);
  }
  return {page, names, [&page, roles](int entry, const QRectF &box) {
            drawMark(page.painter, roles[static_cast<std::size_t>(entry)], {box.right() - page.gap, box.center().y()},
                     1.25 * kSymbol);
          }};
}

void drawBounds(const FigureAxes &axes, const Scatter &data) {
  axes.page.painter.setPen(QPen(ink::muted, 0.5));
  for (double bound : data.xBounds) axes.page.painter.drawLine(axes.at(bound, axes.y.low), axes.at(bound, axes.y.high));
  for (double bound : data.yBounds) axes.page.painter.drawLine(axes.at(axes.x.low, bound), axes.at(axes.x.high, bound));
}

void drawDiagonal(const FigureAxes &axes, const Scatter &data) {
  const auto ends = data.diagonalEnds();
  if (!ends) return;
  const AxisScale along{ends->first, ends->second, data.xAxis.logarithmic};
  QPolygonF line;
  for (int i = 0; i <= kDiagonalSteps; ++i) {
    const double value = along.valueAt(static_cast<double>(i) / kDiagonalSteps);
    line << axes.at(value, value);
  }
  axes.page.painter.setPen(QPen(ink::text, 0.6, Qt::DashLine, Qt::FlatCap));
  axes.page.painter.setBrush(Qt::NoBrush);
  axes.page.painter.drawPolyline(line);
}

}  // namespace

void drawScatterFigure(QPainter &painter, const ScatterFigure &figure, const FigureStyle &style, const QSizeF &size) {
  painter.save();
  const FigurePage page(painter, style, size, figure.conventions);
  const Scatter &data = figure.data;
  const Legend legend = legendOf(page, data);
  const FigureAxes axes(page, legend.room(), data.xAxis, data.xScale(), data.yAxis, data.yScale(), false);
  axes.draw(true);
  painter.save();
  axes.clip();
  drawBounds(axes, data);
  const double radius = data.size() > kMany ? kSmallSymbol : kSymbol;
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (data.shows(i)) drawMark(painter, data.roleOf(i), axes.at(data.x[i], data.y[i]), radius);
  }
  drawDiagonal(axes, data);
  painter.restore();
  legend.draw(axes.plot);
  painter.restore();
}

}  // namespace sinkscope
