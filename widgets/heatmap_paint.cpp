// How the heatmap looks; what it does is in heatmap_view.cpp.
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

#include "widgets/axis_ticks.h"
#include "widgets/heatmap_view.h"
#include "widgets/math_text.h"
#include "widgets/theme.h"

namespace sinkscope {

namespace {

constexpr double kBarWidth = 3 * kGrid;
constexpr double kBarGap = 4 * kGrid;   // between the plot and the colour bar
constexpr double kKeyBars = 9 * kGrid;  // height of the bars along the keys
constexpr double kFrame = 2;            // of the sink's column
constexpr double kSmallestPlot = 40;

double lineOf(const QFont &font, const QPaintDevice *device) {
  return std::ceil(QFontMetricsF(font, device).height());
}

}  // namespace

TokenAxes HeatmapView::axes(const QRectF &plot) const {
  const Theme theme = themeFor(this);
  TokenAxes axes;
  axes.window = window_;
  axes.plot = plot;
  axes.tokens = tokens_;
  axes.font = theme.caption;
  axes.text = theme.mutedText;
  axes.line = theme.line;
  axes.sinkText = theme.accentText;
  axes.queryExtent = axes.keyExtent = std::min(labelExtent_, std::clamp(width() * 0.16, 24.0, kLargestLabel));
  axes.marksSink = sinkFramed_;
  axes.litQuery = query_;
  axes.litKey = key_;
  axes.litGround = theme.selection;
  axes.litInk = theme.surface;
  return axes;
}

ColourBar HeatmapView::colourBar() const {
  const Theme theme = themeFor(this);
  return {scale_, scaleLabel_, theme.caption, theme.mutedText};
}

QRectF HeatmapView::plotRect() const {
  if (window_.tokens == 0) return {};
  const Theme theme = themeFor(this);
  const double caption = lineOf(theme.caption, this);
  TokenAxes whole = axes({});
  whole.window = HeatmapWindow::whole(window_.tokens);
  const double left = kGrid + caption + kGrid + std::ceil(whole.leftRoom(this));
  const double right = kBarGap + std::ceil(colourBar().width({kBarWidth, height() / 2.0}, this)) + kGrid;
  const double top =
      kGrid + (title_.isEmpty() ? 0 : lineOf(theme.body, this) + kGrid) + (bars_.empty() ? 0 : kKeyBars + kGrid);
  const double below = caption + kGrid + lineOf(theme.body, this) + kGrid;  // the x title and the readout
  QRectF plot;
  for (bool level : {true, false}) {
    const double bottom = std::ceil(whole.bottomRoom(level, this)) + below;
    const double side = std::floor(std::min(width() - left - right, height() - top - bottom));
    plot = QRectF(left, top, std::max(kSmallestPlot, side), std::max(kSmallestPlot, side));
    whole.plot = plot;
    if (level && whole.level(this)) break;
  }
  return plot;
}

QRectF HeatmapView::barsRect(const QRectF &plot) const {
  return {plot.left(), plot.top() - kGrid - kKeyBars, plot.width(), kKeyBars};
}

void HeatmapView::paintEvent(QPaintEvent *) {
  QPainter painter(this);
  const Theme theme = themeFor(this);
  if (window_.tokens == 0) {
    painter.setPen(theme.mutedText);
    painter.setFont(theme.body);
    painter.drawText(rect().adjusted(kMargin, kMargin, -kMargin, -kMargin), Qt::AlignCenter | Qt::TextWordWrap,
                     placeholder_);
    return;
  }
  const QRectF plot = plotRect();
  paintImage(painter, plot);
  if (!message_.isEmpty()) {
    painter.setPen(theme.mutedText);
    painter.setFont(theme.body);
    painter.drawText(plot.adjusted(kMargin, kMargin, -kMargin, -kMargin), Qt::AlignCenter | Qt::TextWordWrap, message_);
  } else if (sinkFramed_) {
    paintColumnFrame(painter, plot, window_, 0, kFrame, theme.accent);
  }
  if (!bars_.empty()) {
    paintKeyBars(painter, barsRect(plot), window_, bars_, theme.mutedText, theme.accent);
  }
  axes(plot).paint(painter);
  paintTexts(painter, plot);
  paintCrosshair(painter, plot);
  if (message_.isEmpty()) {
    colourBar().paint(painter, QRectF(plot.right() + kBarGap, plot.top(), kBarWidth, plot.height()));
  }
  if (hasFocus()) {
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.selection, 1));
    painter.drawRoundedRect(plot.adjusted(-3.5, -3.5, 3.5, 3.5), 2, 2);
  }
}

void HeatmapView::paintImage(QPainter &painter, const QRectF &plot) const {
  painter.fillRect(plot, themeFor(this).empty);
  if (image_.isNull() || region_.isEmpty()) return;
  painter.save();
  painter.setClipRect(plot);
  painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
  const QPointF start = window_.toPixel(region_.topLeft(), plot);
  const QPointF end = window_.toPixel(region_.topLeft() + QPoint(region_.width(), region_.height()), plot);
  painter.drawImage(QRectF(start, end), image_);
  painter.restore();
}

void HeatmapView::paintCrosshair(QPainter &painter, const QRectF &plot) const {
  if (query_ < 0 && key_ < 0) return;
  painter.save();
  painter.setClipRect(plot);
  const QPointF start = window_.toPixel(QPointF(key_, query_), plot);
  const QPointF end = window_.toPixel(QPointF(key_ + 1, query_ + 1), plot);
  // Light with a dark edge: seen on the dark and on the bright end of every map.
  const auto band = [&](const QRectF &rect) {
    painter.fillRect(rect.adjusted(-1, -1, 1, 1), QColor(0, 0, 0, 110));
    painter.fillRect(rect, QColor(255, 255, 255, 220));
  };
  const double x = std::floor((start.x() + end.x()) / 2);
  const double y = std::floor((start.y() + end.y()) / 2);
  const QRectF cell(start, end);
  const bool roomy = cell.width() >= 8 && query_ >= 0 && key_ >= 0;
  QPainterPath outside;
  outside.addRect(plot);
  if (roomy) {
    QPainterPath inside;
    inside.addRect(cell);
    painter.setClipPath(outside.subtracted(inside));
  }
  if (query_ >= 0) band(QRectF(plot.left(), y, plot.width(), 1));
  if (key_ >= 0) band(QRectF(x, plot.top(), 1, plot.height()));
  if (roomy) {
    painter.setClipRect(plot);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(0, 0, 0, 160), 3));
    painter.drawRect(cell.adjusted(1, 1, -1, -1));
    painter.setPen(QPen(Qt::white, 1));
    painter.drawRect(cell.adjusted(1, 1, -1, -1));
  }
  painter.restore();
}

void HeatmapView::paintTexts(QPainter &painter, const QRectF &plot) const {
  const Theme theme = themeFor(this);
  const QFontMetricsF caption(theme.caption, this);
  const QFontMetricsF body(theme.body, this);
  const double line = std::ceil(caption.height());
  painter.setFont(theme.caption);
  painter.setPen(theme.mutedText);
  // The x title keeps its place while zooming: below the room that the labels had at first.
  TokenAxes whole = axes(plot);
  whole.window = HeatmapWindow::whole(window_.tokens);
  const double labels = std::ceil(whole.bottomRoom(whole.level(this), this));
  const double titleTop = plot.bottom() + labels;
  const double readoutTop = titleTop + line + kGrid;
  painter.drawText(QRectF(plot.left(), titleTop, plot.width(), line), Qt::AlignCenter,
                   fitted(xTitle_, caption, plot.width()));
  painter.save();
  painter.translate(kGrid, plot.center().y());
  painter.rotate(-90);
  painter.drawText(QRectF(-plot.height() / 2, 0, plot.height(), line), Qt::AlignCenter,
                   fitted(yTitle_, caption, plot.height()));
  painter.restore();
  if (!bars_.empty()) {
    const QRectF bars = barsRect(plot);
    const MathText title(barTitle_, theme.caption);
    const double indent = std::max(kGrid + 0.0, bars.left() - kSpacing - title.width(this));
    title.paint(painter, {indent, bars.center().y() + (caption.ascent() - caption.descent()) / 2});
    painter.drawText(QRectF(bars.right() + kGrid, bars.top(), width() - bars.right() - 2 * kGrid, line),
                     Qt::AlignLeft | Qt::AlignVCenter, QString::number(longestBar(bars_), 'g', 3));
    painter.fillRect(QRectF(bars.left(), bars.top(), bars.width(), 1), theme.line);
  }
  painter.setFont(theme.body);
  painter.setPen(theme.text);
  const double room = width() - plot.left() - kGrid;
  painter.drawText(QRectF(plot.left(), readoutTop, room, std::ceil(body.height())), Qt::AlignLeft | Qt::AlignVCenter,
                   fitted(readout_, body, room));
  if (title_.isEmpty()) return;
  painter.drawText(QRectF(plot.left(), kGrid, room, std::ceil(body.height())), Qt::AlignLeft | Qt::AlignVCenter,
                   fitted(title_, body, room));
}

}  // namespace sinkscope
