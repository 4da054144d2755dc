#include <algorithm>
#include <cmath>

#include "widgets/axis_ticks.h"
#include "widgets/colour_bar.h"
#include "widgets/figure_page.h"
#include "widgets/math_text.h"
#include "widgets/token_axes.h"

namespace sinkscope {

namespace {

constexpr double kLabelShare = 0.17;  // of the page's width that a token's label may take
constexpr double kBarLines = 2.4;     // height of the key bars in lines of text

/** The tokens that the image covers. */
HeatmapWindow windowOf(const HeadFigure &figure) {
  const double keys = figure.tokenCount > 0 ? figure.tokenCount : figure.image.columns;
  const double queries = keys * figure.image.rows / figure.image.columns;
  const QRectF view(figure.firstKey, figure.firstQuery, keys, queries);
  return {static_cast<int>(std::ceil(std::max(view.right(), view.bottom()))), view};
}

double largestLabel(const FigurePage &page) {
  return std::max(3 * page.line, kLabelShare * page.body.width());
}

TokenAxes axesOf(const FigurePage &page, const HeadFigure &figure) {
  TokenAxes axes;
  axes.window = windowOf(figure);
  axes.tokens = figure.tokens;
  axes.font = page.font;
  axes.text = ink::text;
  axes.line = ink::line;
  axes.sinkText = ink::sinkText;
  axes.queryExtent = TokenAxes::widest(figure.tokens, axes.window.tokens, page.metrics, largestLabel(page));
  axes.keyExtent = axes.queryExtent;
  axes.marksSink = figure.sinkColumn;
  return axes;
}

/** The widths around the plot; `bottom` depends on whether the key labels fit level. */
struct Rooms {
  double left = 0;
  double right = 0;
  double top = 0;
  double bottom = 0;
};

QRectF placePlot(TokenAxes &axes, const FigurePage &page, const Rooms &rooms) {
  const QSizeF tokens = axes.window.view.size();
  QRectF plot;
  for (bool level : {true, false}) {
    const double bottom = rooms.bottom + axes.bottomRoom(level, page.painter.device());
    const QRectF room = page.body.adjusted(rooms.left, rooms.top, -rooms.right, -bottom);
    const double pitch = std::max(0.1, std::min(room.width() / tokens.width(), room.height() / tokens.height()));
    plot = QRectF(room.topLeft(), tokens * pitch);
    // In the middle of the page, labels and all.
    plot.translate((room.width() - plot.width()) / 2, 0);
    axes.plot = plot;
    if (level && axes.level(page.painter.device())) break;
  }
  return plot;
}

void drawBars(const FigurePage &page, const HeadFigure &figure, const TokenAxes &axes, double height) {
  const QRectF area(axes.plot.left(), axes.plot.top() - page.gap - height, axes.plot.width(), height);
  paintKeyBars(page.painter, area, axes.window, figure.bars, ink::line, figure.sinkColumn ? ink::sink : ink::line);
  page.painter.setPen(QPen(ink::line, 0.4));
  page.painter.drawLine(area.bottomLeft(), area.bottomRight());
  page.painter.setPen(ink::text);
  const MathText title(figure.barTitle, page.font);
  const double baseline = (page.metrics.ascent() - page.metrics.descent()) / 2;
  const double width = title.width(page.painter.device());
  title.paint(page.painter, {area.left() - page.gap - width, area.center().y() + baseline});
  // What the longest bar is, at its height.
  const QString longest = QString::number(longestBar(figure.bars), 'g', 3);
  page.painter.drawText(QPointF(area.right() + page.gap, area.top() + page.metrics.capHeight()), longest);
}

}  // namespace

void drawHeadFigure(QPainter &painter, const HeadFigure &figure, const FigureStyle &style, const QSizeF &size) {
  painter.save();
  const FigurePage page(painter, style, size, figure.conventions);
  if (!figure.image.empty()) {
    ColourScale scale{style.colourMap, figure.scaleMinimum, figure.scaleMaximum, figure.logarithmic};
    const ColourBar bar{scale, figure.scaleLabel, page.font, ink::text};
    const double barWidth = 0.9 * page.line;
    const double barGap = 1.5 * page.gap;
    const double barsHeight = kBarLines * page.line;
    TokenAxes axes = axesOf(page, figure);
    Rooms rooms;
    rooms.right = barGap + bar.width({barWidth, page.body.height() / 2}, painter.device());
    rooms.top = figure.bars.empty() ? page.gap : barsHeight + page.gap;
    rooms.bottom = page.line;
    QRectF plot;
    // The labels' room decides which of them show, and those how much room they need.
    for (int round = 0; round < 3; ++round) {
      if (round > 0) axes.fitLabels(largestLabel(page), painter.device());
      rooms.left = page.line + page.gap + axes.leftRoom(painter.device());
      if (!figure.bars.empty()) {
        rooms.left = std::max(rooms.left, MathText(figure.barTitle, page.font).width(painter.device()) + page.gap);
      }
      plot = placePlot(axes, page, rooms);
    }
    drawCells(painter, plot, imageOf(figure.image, scale));
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(ink::line, 0.4));
    painter.drawRect(plot);
    if (figure.sinkColumn) paintColumnFrame(painter, plot, axes.window, 0, 1, ink::sink);
    axes.paint(painter);
    if (!figure.bars.empty()) drawBars(page, figure, axes, barsHeight);
    const double below = axes.bottomRoom(axes.level(painter.device()), painter.device());
    page.text(QRectF(plot.left(), plot.bottom() + below, plot.width(), page.line), figure.xTitle, ink::text);
    const double titleLeft = plot.left() - axes.leftRoom(painter.device()) - page.gap - page.line;
    page.text(QRectF(titleLeft, plot.top(), page.line, plot.height()), figure.yTitle, ink::text, true);
    bar.paint(painter, QRectF(plot.right() + barGap, plot.top(), barWidth, plot.height()));
  }
  painter.restore();
}

}  // namespace sinkscope
