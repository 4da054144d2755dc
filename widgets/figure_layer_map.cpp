#include <algorithm>
#include <cmath>

#include "widgets/axis_ticks.h"
#include "widgets/colour_bar.h"
#include "widgets/figure_page.h"
#include "widgets/token_axes.h"

namespace sinkscope {

namespace {

constexpr double kLabelShare = 0.12;  // of the page's width that a label may take
constexpr double kFaded = 0.12;       // how much of its colour a row has that is not shown yet
constexpr double kFrame = 1;          // of a column
constexpr double kWidest = 4;         // cells at most this many times as wide as high

TokenAxes axesOf(const FigurePage &page, const LayerMapData &map, double extent) {
  TokenAxes axes;
  axes.window = {map.values.columns, QRectF(0, 0, map.values.columns, map.values.rows)};
  axes.tokens = map.columns;
  axes.font = page.font;
  axes.text = ink::text;
  axes.line = ink::line;
  axes.sinkText = ink::sinkText;
  axes.sink = map.sink;
  axes.marked = map.marked;
  axes.markedText = ink::text;
  axes.keyExtent = TokenAxes::widest(map.columns, map.values.columns, page.metrics, extent);
  return axes;
}

/** The image of a map, the rows past `shown` faded towards white. */
QImage cellsOf(const LayerMapData &map, const ColourScale &scale, int shown) {
  QImage image = imageOf(map.values, scale);
  QImage opaque(image.size(), QImage::Format_RGB32);
  opaque.fill(ink::empty);
  QPainter painter(&opaque);
  const int rows = shown < 0 ? map.values.rows : std::min(shown, map.values.rows);
  painter.drawImage(0, 0, image, 0, 0, map.values.columns, rows);
  painter.setOpacity(kFaded);
  painter.drawImage(0, rows, image, 0, rows, map.values.columns, map.values.rows - rows);
  return opaque;
}

/** The row labels left of a map. */
void drawRows(const FigurePage &page, const LayerMapData &map, const QRectF &plot, double room) {
  const double pitch = plot.height() / map.values.rows;
  for (int row : map.labelledRows(pitch, page.line)) {
    const QString text = fitted(map.rowLabel(row), page.metrics, room);
    const double width = page.metrics.horizontalAdvance(text);
    const double middle = plot.top() + (row + 0.5) * pitch;
    page.text(QRectF(plot.left() - page.gap - width, middle - page.line / 2, width, page.line), text, ink::text);
  }
}

}  // namespace

void drawLayerMapFigure(QPainter &painter, const LayerMapFigure &figure, const FigureStyle &style, const QSizeF &size) {
  painter.save();
  const FigurePage page(painter, style, size, figure.conventions);
  const double labelRoom = std::max(3 * page.line, kLabelShare * page.body.width());
  int columns = 0;
  int rows = 0;
  double names = 0;
  double bottom = 0;
  bool titled = false;
  std::vector<LayerMapData> maps;
  for (const LayerMapData &map : figure.maps) {
    if (map.values.empty()) continue;
    maps.push_back(map);
    columns += map.values.columns;
    rows = std::max(rows, map.values.rows);
    titled = titled || !map.title.isEmpty();
    bottom = std::max(bottom, axesOf(page, map, labelRoom).bottomRoom(false, painter.device()));
    for (int row = 0; row < map.values.rows; ++row) {
      names = std::max(names, std::min(labelRoom, page.metrics.horizontalAdvance(map.rowLabel(row))));
    }
  }
  if (!maps.empty()) {
    ColourScale scale = figure.scale;
    scale.map = style.colourMap;
    const ColourBar bar{scale, figure.scaleLabel, page.font, ink::text};
    const double barWidth = 0.9 * page.line;
    const double barGap = 1.5 * page.gap;
    const double top = page.gap + (titled ? page.line + page.gap / 2 : 0);
    bottom += page.line;
    const double left = page.line + page.gap + names + page.gap;
    const double between = 2 * page.gap;
    const double height = page.body.height() - top - bottom;
    const double right = barGap + bar.width({barWidth, height}, painter.device());
    const double room = page.body.width() - left - right - between * static_cast<double>(maps.size() - 1);
    const double cellHeight = height / rows;
    const double cellWidth = std::min(room / columns, kWidest * cellHeight);
    // What is narrower than the page stands in its middle, labels and all.
    QRectF plot(page.body.left() + left + (room - cellWidth * columns) / 2, page.body.top() + top, 0, height);
    page.text(QRectF(plot.left() - left, plot.top(), page.line, height), figure.yTitle, ink::text, true);
    drawRows(page, maps.front(), plot, names);
    for (const LayerMapData &map : maps) {
      plot.setSize({cellWidth * map.values.columns, cellHeight * map.values.rows});
      drawCells(painter, plot, cellsOf(map, scale, figure.shownRows));
      painter.setBrush(Qt::NoBrush);
      painter.setPen(QPen(ink::line, 0.4));
      painter.drawRect(plot);
      TokenAxes axes = axesOf(page, map, labelRoom);
      axes.plot = plot;
      paintColumnFrame(painter, plot, axes.window, map.sink, kFrame, ink::sink);
      paintColumnFrame(painter, plot, axes.window, map.marked, kFrame, ink::text);
      axes.paintKeys(painter);
      const double below = axes.bottomRoom(axes.level(painter.device()), painter.device());
      page.text(QRectF(plot.left(), plot.bottom() + below, plot.width(), page.line), figure.xTitle, ink::text);
      page.text(QRectF(plot.left(), plot.top() - page.line - page.gap / 2, plot.width(), page.line), map.title,
                ink::text);
      plot.translate(plot.width() + between, 0);
    }
    bar.paint(painter, QRectF(plot.left() - between + barGap, plot.top(), barWidth, height));
  }
  painter.restore();
}

}  // namespace sinkscope
