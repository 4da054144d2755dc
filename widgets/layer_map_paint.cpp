// How the map of layers by tokens looks; what it does is in layer_map.cpp.
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

#include "widgets/axis_ticks.h"
#include "widgets/layer_map.h"
#include "widgets/theme.h"

namespace sinkscope {

namespace {

constexpr double kBarWidth = 3 * kGrid;
constexpr double kBarGap = 4 * kGrid;  // between the cells and the colour bar
constexpr double kLargestLabel = 72;   // pixels
constexpr double kFrame = 2;           // of a column
constexpr double kTickGap = 6;         // between the cells and the rows' labels
constexpr double kFaded = 0.12;        // opacity of the rows that are not shown yet
constexpr double kRoomy = 5;           // pixels: the smallest cell that a ring does not hide

double lineOf(const QFont &font, const QPaintDevice *device) {
  return std::ceil(QFontMetricsF(font, device).height());
}

}  // namespace

ColourBar LayerMap::colourBar() const {
  const Theme theme = themeFor(this);
  return {scale_, scaleLabel_, theme.caption, theme.mutedText};
}

double LayerMap::leftRoom() const {
  const Theme theme = themeFor(this);
  const QFontMetricsF metrics(theme.caption, this);
  double widest = 0;
  for (int row = 0; row < data_.values.rows; ++row) {
    widest = std::max(widest, metrics.horizontalAdvance(data_.rowLabel(row)));
  }
  return kGrid + lineOf(theme.caption, this) + kGrid + std::ceil(std::min(widest, kLargestLabel)) + kTickGap;
}

double LayerMap::rightRoom() const {
  if (!barShown_) return kSpacing;
  return kBarGap + std::ceil(colourBar().width({kBarWidth, height() / 2.0}, this)) + kGrid;
}

double LayerMap::labelExtent() const {
  if (labelExtent_ > 0) return labelExtent_;
  const QFontMetricsF metrics(themeFor(this).caption, this);
  return TokenAxes::widest(data_.columns, data_.values.columns, metrics, kLargestLabel);
}

double LayerMap::sideRoom() const {
  return leftRoom() + rightRoom();
}

TokenAxes LayerMap::axes(const LayerMapGeometry &map) const {
  const Theme theme = themeFor(this);
  TokenAxes axes;
  axes.window = {data_.values.columns, QRectF(0, 0, data_.values.columns, std::max(1, data_.values.rows))};
  axes.plot = map.area;
  axes.tokens = data_.columns;
  axes.font = theme.caption;
  axes.text = theme.mutedText;
  axes.line = theme.line;
  axes.sinkText = theme.accentText;
  axes.sink = data_.sink;
  axes.marked = data_.marked;
  axes.markedText = theme.text;
  axes.keyExtent = labelExtent();
  axes.litKey = lit_.second;
  axes.litGround = theme.selection;
  axes.litInk = theme.surface;
  return axes;
}

LayerMapGeometry LayerMap::geometryNow() const {
  if (data_.values.empty()) return {};
  const Theme theme = themeFor(this);
  const double caption = lineOf(theme.caption, this);
  const double top = kGrid + (data_.title.isEmpty() ? 0 : lineOf(theme.body, this) + kGrid) + kFrame;
  // The room of turned labels even where they fit level: maps side by side keep their rows in line.
  const double bottom = std::ceil(axes({}).bottomRoom(false, this)) + caption + kGrid;
  return LayerMapGeometry::fit(data_.values.rows, data_.values.columns,
                               QRectF(rect()).adjusted(leftRoom(), top, -rightRoom(), -bottom));
}

void LayerMap::paintEvent(QPaintEvent *) {
  QPainter painter(this);
  const Theme theme = themeFor(this);
  const LayerMapGeometry map = geometryNow();
  if (map.rows == 0) {
    painter.setPen(theme.mutedText);
    painter.setFont(theme.body);
    painter.drawText(rect().adjusted(kMargin, kMargin, -kMargin, -kMargin), Qt::AlignCenter | Qt::TextWordWrap,
                     placeholder_);
    return;
  }
  paintCells(painter, theme, map);
  const TokenAxes keys = axes(map);
  paintColumnFrame(painter, map.area, keys.window, data_.sink, kFrame, theme.accent);
  // With an edge of the other tone: seen beside dark and bright cells alike.
  paintColumnFrame(painter, map.area, keys.window, data_.marked, kFrame + 1, theme.surface);
  paintColumnFrame(painter, map.area, keys.window, data_.marked, kFrame, theme.selection);
  keys.paintKeys(painter);
  paintRowLabels(painter, theme, map);
  paintTitles(painter, theme, map);
  paintHighlight(painter, map);
  if (barShown_) {
    colourBar().paint(painter, QRectF(map.area.right() + kBarGap, map.area.top(), kBarWidth, map.area.height()));
  }
  if (hasFocus()) {
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.selection, 1));
    painter.drawRoundedRect(map.area.adjusted(-3.5, -3.5, 3.5, 3.5), 2, 2);
  }
}

void LayerMap::paintCells(QPainter &painter, const Theme &theme, const LayerMapGeometry &map) const {
  painter.fillRect(map.area, theme.empty);
  const QImage image = imageOf(data_.values, scale_);
  painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
  const int shown = shownRows();
  const QRectF above(map.area.topLeft(), QSizeF(map.area.width(), shown * map.cellHeight()));
  if (shown > 0) painter.drawImage(above, image, QRectF(0, 0, map.columns, shown));
  if (shown == map.rows) return;
  painter.setOpacity(kFaded);
  painter.drawImage(QRectF(above.bottomLeft(), map.area.bottomRight()), image,
                    QRectF(0, shown, map.columns, map.rows - shown));
  painter.setOpacity(1);
}

/** Rings about what is lit: light with a dark edge, seen on both ends of every map. */
void LayerMap::paintHighlight(QPainter &painter, const LayerMapGeometry &map) const {
  const auto [row, column] = lit_;
  painter.setBrush(Qt::NoBrush);
  const auto ring = [&](const QRectF &rect, int strength) {
    const QRectF inner = rect.adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(QPen(QColor(0, 0, 0, strength), 3));
    painter.drawRect(inner);
    painter.setPen(QPen(QColor(255, 255, 255, 230), 1));
    painter.drawRect(inner);
  };
  painter.save();
  painter.setClipRect(map.area.adjusted(-2, -2, 2, 2));
  if (row >= 0) ring(map.row(row), 90);
  if (column >= 0) ring(map.column(column), 90);
  if (row >= 0 && column >= 0 && std::min(map.cellWidth(), map.cellHeight()) >= kRoomy) {
    ring(map.cell(row, column), 200);
  }
  painter.restore();
}

void LayerMap::paintRowLabels(QPainter &painter, const Theme &theme, const LayerMapGeometry &map) const {
  const QFontMetricsF metrics(theme.caption, this);
  const double line = std::ceil(metrics.height());
  const double room = std::min(leftRoom(), kLargestLabel + kTickGap) - kTickGap;
  painter.setFont(theme.caption);
  const auto draw = [&](int row, const QColor &ink, const QColor *ground) {
    const QString text = fitted(data_.rowLabel(row), metrics, room);
    const double width = metrics.horizontalAdvance(text);
    const QRectF box(map.area.left() - kTickGap - width, map.cell(row, 0).center().y() - line / 2, width, line);
    if (ground) painter.fillRect(box.adjusted(-2, 0, 2, 0), *ground);
    painter.setPen(ink);
    painter.drawText(box, Qt::AlignRight | Qt::AlignVCenter | Qt::TextDontClip, text);
  };
  const int lit = lit_.first;
  for (int row : data_.labelledRows(map.cellHeight(), line)) {
    if (lit < 0 || std::abs(row - lit) * map.cellHeight() >= line) draw(row, theme.mutedText, nullptr);
  }
  if (lit >= 0) draw(lit, theme.surface, &theme.selection);
}

void LayerMap::paintTitles(QPainter &painter, const Theme &theme, const LayerMapGeometry &map) const {
  const QFontMetricsF caption(theme.caption, this);
  const QFontMetricsF body(theme.body, this);
  const double line = std::ceil(caption.height());
  const TokenAxes keys = axes(map);
  const double below = std::ceil(keys.bottomRoom(keys.level(this), this));
  painter.setFont(theme.caption);
  painter.setPen(theme.mutedText);
  painter.drawText(QRectF(map.area.left(), map.area.bottom() + below, map.area.width(), line), Qt::AlignCenter,
                   fitted(xTitle_, caption, map.area.width()));
  painter.save();
  painter.translate(kGrid, map.area.center().y());
  painter.rotate(-90);
  painter.drawText(QRectF(-map.area.height() / 2, 0, map.area.height(), line), Qt::AlignCenter,
                   fitted(yTitle_, caption, map.area.height()));
  painter.restore();
  if (data_.title.isEmpty()) return;
  painter.setFont(theme.body);
  painter.setPen(theme.text);
  const double room = width() - map.area.left() - kGrid;
  painter.drawText(QRectF(map.area.left(), kGrid, room, std::ceil(body.height())), Qt::AlignLeft | Qt::AlignVCenter,
                   fitted(data_.title, body, room));
}

}  // namespace sinkscope
