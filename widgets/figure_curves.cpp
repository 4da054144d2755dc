#include <algorithm>
#include <cmath>

#include "widgets/decimated_curve.h"
#include "widgets/figure_axes.h"

namespace sinkscope {

namespace {

constexpr double kColumns = 4;  // of a long curve's points a point of paper
constexpr double kBand = 0.18;  // how much of its colour a band has: mixed with white, not transparent

QPen penOf(const Curve &curve, const FigureStyle &style) {
  QPen pen = curvePen(curve.role, false);
  pen.setWidthF((curve.role == ColourRole::Faint ? kFaintWidth : 1) * style.linePt);
  if (curve.line) pen.setStyle(*curve.line);
  pen.setJoinStyle(Qt::RoundJoin);
  return pen;
}

QColor pale(const QColor &colour) {
  const auto mixed = [](int channel) { return qRound(255 - kBand * (255 - channel)); };
  return QColor(mixed(colour.red()), mixed(colour.green()), mixed(colour.blue()));
}

/** Calls `draw` with the indices of each run of points that `shown` accepts. */
void forEachRun(const Curve &curve, const std::function<bool(std::size_t)> &shown,
                const std::function<void(std::size_t first, std::size_t end)> &draw) {
  std::size_t first = 0;
  for (std::size_t i = 0; i <= curve.size(); ++i) {
    if (i < curve.size() && shown(i)) continue;
    if (i > first) draw(first, i);
    first = i + 1;
  }
}

void drawBand(const FigureAxes &axes, const CurveFigure &figure, const Curve &curve) {
  const Curves &data = figure.data;
  const auto shown = [&](std::size_t i) { return data.x.shows(curve.xAt(i)) && data.y.shows(curve.upper[i]); };
  axes.page.painter.setPen(Qt::NoPen);
  axes.page.painter.setBrush(pale(penOf(curve, axes.page.style).color()));
  forEachRun(curve, shown, [&](std::size_t first, std::size_t end) {
    QPolygonF area;
    for (std::size_t i = first; i < end; ++i) area << axes.at(curve.xAt(i), curve.upper[i]);
    for (std::size_t i = end; i-- > first;) {
      // On a logarithmic axis a band that reaches 0 runs off the lower end.
      area << axes.at(curve.xAt(i), data.y.shows(curve.lower[i]) ? curve.lower[i] : axes.y.low);
    }
    axes.page.painter.drawPolygon(area);
  });
}

void drawCurve(const FigureAxes &axes, const CurveFigure &figure, const Curve &curve) {
  const Curves &data = figure.data;
  QPainter &painter = axes.page.painter;
  const FigureStyle &style = axes.page.style;
  const QPen pen = penOf(curve, style);
  const auto shown = [&](std::size_t i) { return data.x.shows(curve.xAt(i)) && data.y.shows(curve.y[i]); };
  forEachRun(curve, shown, [&](std::size_t first, std::size_t end) {
    QPolygonF run;
    for (std::size_t i = first; i < end; ++i) run << axes.at(curve.xAt(i), curve.y[i]);
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    if (run.size() > 1) painter.drawPolyline(run);
    if (!curve.marked && run.size() > 1) return;
    painter.setPen(Qt::NoPen);
    painter.setBrush(pen.color());
    for (const QPointF &point : run) painter.drawEllipse(point, kDiscRadius * style.linePt, kDiscRadius * style.linePt);
  });
}

Legend legendOf(const FigurePage &page, const Curves &data) {
  const std::vector<std::size_t> named = data.legend();
  QStringList names;
  for (std::size_t index : named) names << data.curves[index].name;
  return {page, names, [&page, &data, named](int entry, const QRectF &box) {
            page.painter.setPen(penOf(data.curves[named[static_cast<std::size_t>(entry)]], page.style));
            page.painter.drawLine(QPointF(box.left(), box.center().y()), QPointF(box.right(), box.center().y()));
          }};
}

}  // namespace

void drawCurveFigure(QPainter &painter, const CurveFigure &figure, const FigureStyle &style, const QSizeF &size) {
  painter.save();
  const FigurePage page(painter, style, size, figure.conventions);
  const Curves &data = figure.data;
  const Legend legend = legendOf(page, data);
  const FigureAxes axes(page, legend.room(), data.x, data.xScale(), data.y, data.yScale(), data.counted());
  const std::vector<std::size_t> order = data.drawingOrder();
  axes.draw(false);
  painter.save();
  axes.clip();
  for (std::size_t index : order) {
    if (data.curves[index].banded()) drawBand(axes, figure, data.curves[index]);
  }
  painter.restore();
  drawLevels(axes, data.levels, data.curves);
  painter.save();
  axes.clip();
  const int columns = qRound(kColumns * axes.plot.width());
  for (std::size_t index : order) {
    drawCurve(axes, figure, decimated(data.curves[index], data.x, data.y, axes.x, columns));
  }
  painter.restore();
  legend.draw(axes.plot);
  painter.restore();
}

}  // namespace sinkscope
