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
constexpr double kFrame = 1;          // of a column, in points
constexpr double kWidest = 4;         // cells at most this many times as wide as high

/** One of the maps and where its cells stand. */
struct Panel {
  const LayerMapData &map;
  TokenAxes axes;  // of its tokens
};

/** All maps on one page: cells of one size, rows in line. */
struct Layout {
  std::vector<Panel> panels;
  QRectF bar;
  double names = 0;  // width of the widest row label
};

TokenAxes axesOf(const FigurePage &page, const LayerMapData &map, double largestLabel) {
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
  axes.keyExtent = TokenAxes::widest(map.columns, map.values.columns, page.metrics, largestLabel);
  return axes;
}

/** Places the panels for token labels that are level or turned. */
void place(Layout &layout, const FigurePage &page, const ColourBar &bar, bool level) {
  const QPaintDevice *device = page.painter.device();
  int columns = 0;
  int rows = 0;
  double labels = 0;
  bool titled = false;
  for (const Panel &panel : layout.panels) {
    columns += panel.map.values.columns;
    rows = std::max(rows, panel.map.values.rows);
    labels = std::max(labels, panel.axes.bottomRoom(level, device));
    titled = titled || !panel.map.title.isEmpty();
  }
  const double top = page.gap + (titled ? page.line + page.gap / 2 : 0);
  const double height = page.body.height() - top - labels - page.line;
  const double left = page.line + page.gap + layout.names + page.gap;
  const double barWidth = 0.9 * page.line;
  const double barGap = 1.5 * page.gap;
  const double right = barGap + bar.width({barWidth, height}, device);
  const double between = 2 * page.gap;
  const double room = page.body.width() - left - right - between * static_cast<double>(layout.panels.size() - 1);
  const double cellHeight = height / rows;
  const double cellWidth = std::min(room / columns, kWidest * cellHeight);
  // What is narrower than the page stands in its middle, labels and all.
  QPointF corner = page.body.topLeft() + QPointF(left + (room - cellWidth * columns) / 2, top);
  for (Panel &panel : layout.panels) {
    const Matrix &values = panel.map.values;
    panel.axes.plot = QRectF(corner, QSizeF(cellWidth * values.columns, cellHeight * values.rows));
    corner.rx() += panel.axes.plot.width() + between;
  }
  layout.bar = QRectF(corner.x() - between + barGap, corner.y(), barWidth, height);
}

Layout arrange(const FigurePage &page, const LayerMapFigure &figure, const ColourBar &bar) {
  Layout layout;
  const double largest = std::max(3 * page.line, kLabelShare * page.body.width());
  for (const LayerMapData &map : figure.maps) {
    if (map.values.empty()) continue;
    layout.panels.push_back({map, axesOf(page, map, largest)});
    for (int row = 0; row < map.values.rows; ++row) {
      layout.names = std::max(layout.names, std::min(largest, page.metrics.horizontalAdvance(map.rowLabel(row))));
    }
  }
  if (layout.panels.empty()) return layout;
  place(layout, page, bar, true);
  const bool level = std::all_of(layout.panels.begin(), layout.panels.end(),
                                 [&](const Panel &panel) { return panel.axes.level(page.painter.device()); });
  if (!level) place(layout, page, bar, false);
  return layout;
}

/** The cells of a map, the rows past `shown` faded. */
QImage cellsOf(const LayerMapData &map, const ColourScale &scale, int shown) {
  const QImage image = imageOf(map.values, scale);
  QImage opaque(image.size(), QImage::Format_RGB32);
  opaque.fill(ink::empty);
  QPainter painter(&opaque);
  const int rows = shown < 0 ? image.height() : std::min(shown, image.height());
  // A height of 0 would mean all of it.
  if (rows > 0) painter.drawImage(0, 0, image, 0, 0, image.width(), rows);
  painter.setOpacity(kFaded);
  if (rows < image.height()) painter.drawImage(0, rows, image, 0, rows, image.width(), image.height() - rows);
  return opaque;
}

/** The row labels, left of the first map. */
void drawRows(const FigurePage &page, const Panel &panel, double names) {
  const QRectF &plot = panel.axes.plot;
  const double pitch = plot.height() / panel.map.values.rows;
  for (int row : panel.map.labelledRows(pitch, page.line)) {
    const QString text = fitted(panel.map.rowLabel(row), page.metrics, names);
    const double width = page.metrics.horizontalAdvance(text);
    const double middle = plot.top() + (row + 0.5) * pitch;
    page.text(QRectF(plot.left() - page.gap - width, middle - page.line / 2, width, page.line), text, ink::text);
  }
}

void drawPanel(const FigurePage &page, const Panel &panel, const QImage &cells, const QString &xTitle) {
  QPainter &painter = page.painter;
  const TokenAxes &axes = panel.axes;
  const QRectF &plot = axes.plot;
  drawCells(painter, plot, cells);
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(ink::line, 0.4));
  painter.drawRect(plot);
  paintColumnFrame(painter, plot, axes.window, panel.map.sink, kFrame, ink::sink);
  // With a white edge: seen beside dark cells too.
  paintColumnFrame(painter, plot, axes.window, panel.map.marked, 1.5 * kFrame, Qt::white);
  paintColumnFrame(painter, plot, axes.window, panel.map.marked, kFrame, ink::text);
  axes.paintKeys(painter);
  const double below = axes.bottomRoom(axes.level(painter.device()), painter.device());
  page.text(QRectF(plot.left(), plot.bottom() + below, plot.width(), page.line), xTitle, ink::text);
  const double above = page.line + page.gap / 2;
  page.text(QRectF(plot.left(), plot.top() - above, plot.width(), page.line), panel.map.title, ink::text);
}

}  // namespace

void drawLayerMapFigure(QPainter &painter, const LayerMapFigure &figure, const FigureStyle &style, const QSizeF &size) {
  painter.save();
  const FigurePage page(painter, style, size, figure.conventions);
  ColourScale scale = figure.scale;
  scale.map = style.colourMap;
  const ColourBar bar{scale, figure.scaleLabel, page.font, ink::text};
  const Layout layout = arrange(page, figure, bar);
  if (!layout.panels.empty()) {
    const QRectF &first = layout.panels.front().axes.plot;
    const double titleLeft = first.left() - page.gap - layout.names - page.gap - page.line;
    page.text(QRectF(titleLeft, first.top(), page.line, first.height()), figure.yTitle, ink::text, true);
    drawRows(page, layout.panels.front(), layout.names);
    for (const Panel &panel : layout.panels) {
      drawPanel(page, panel, cellsOf(panel.map, scale, figure.shownRows), figure.xTitle);
    }
    bar.paint(painter, layout.bar);
  }
  painter.restore();
}

}  // namespace sinkscope
