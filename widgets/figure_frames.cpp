#include <algorithm>
#include <cmath>

#include "widgets/axis_ticks.h"
#include "widgets/colour_legend.h"
#include "widgets/figure_page.h"
#include "widgets/token_strip.h"

namespace sinkscope {

namespace {

constexpr int kUnits = 16;       // of a chip's layout in a point: it counts in whole numbers
constexpr double kFrame = 1.2;   // of the sink's chip and of the touched one, in points
constexpr double kNarrow = 1.2;  // a chip is at least so many lines wide

/** Where everything of the figure stands, below the title and above the conventions. */
struct Layout {
  double line = 0;
  double gap = 0;
  double names = 0;             // width of the widest frame's name
  double column = 0;            // width of a strip
  double titles = 0;            // height of the strips' titles
  double block = 0;             // height of one frame
  std::vector<ChipFlow> flows;  // one a strip
  int frames = 0;

  double left(std::size_t strip) const { return names + 2 * gap + static_cast<double>(strip) * (column + 3 * gap); }
  double top(int frame) const { return titles + frame * (block + 2 * gap); }
  double height() const { return top(frames) + line; }
};

Layout layoutOf(const TokenFramesFigure &figure, const QFontMetricsF &metrics, double width) {
  Layout layout;
  layout.line = metrics.height();
  layout.gap = layout.line / 3;
  layout.frames = static_cast<int>(figure.shown.size());
  for (const QString &name : figure.frames) layout.names = std::max(layout.names, metrics.horizontalAdvance(name));
  const auto count = static_cast<double>(figure.strips.size());
  layout.column = (width - layout.names - 2 * layout.gap - 3 * layout.gap * (count - 1)) / count;
  const auto units = [](double points) { return static_cast<int>(std::floor(points * kUnits)); };
  for (const TokenFramesFigure::Strip &strip : figure.strips) {
    std::vector<int> widths;
    for (const QString &token : strip.tokens) {
      widths.push_back(units(std::max(kNarrow * layout.line, metrics.horizontalAdvance(token) + 1.5 * layout.gap)));
    }
    layout.flows.push_back(
        ChipFlow::lay(widths, units(layout.column), units(layout.line + layout.gap / 2), units(layout.gap / 2)));
    layout.block = std::max(layout.block, static_cast<double>(layout.flows.back().height) / kUnits);
    if (!strip.title.isEmpty()) layout.titles = layout.line + layout.gap;
  }
  return layout;
}

void drawStrip(const FigurePage &page, const TokenFramesFigure::Strip &strip, const ChipFlow &flow,
               const ColourScale &scale, int frame, const QPointF &corner) {
  QPainter &painter = page.painter;
  for (int token = 0; token < strip.values.columns; ++token) {
    const QRect &units = flow.chips[static_cast<std::size_t>(token)];
    const QRectF chip(corner + QPointF(units.topLeft()) / kUnits, QSizeF(units.size()) / kUnits);
    const double value = strip.values.at(frame, token);
    const QColor ground = std::isnan(value) ? ink::empty : QColor::fromRgb(scale.colour(value));
    const bool framed = token == strip.sink || token == strip.marked;
    painter.setBrush(ground);
    painter.setPen(framed ? QPen(token == strip.sink ? ink::sink : ink::text, kFrame) : QPen(Qt::NoPen));
    const double inset = framed ? kFrame / 2 : 0;
    painter.drawRoundedRect(chip.adjusted(inset, inset, -inset, -inset), page.gap / 2, page.gap / 2);
    page.text(chip.adjusted(page.gap / 2, 0, -page.gap / 2, 0), strip.tokens[token], inkOn(ground.rgb()));
  }
}

}  // namespace

double framesHeight(const TokenFramesFigure &figure, const FigureStyle &style, double width) {
  const QImage page = FigurePage::measuringDevice();
  const QFontMetricsF metrics(FigurePage::fontOf(&page, style, style.fontPt), &page);
  return layoutOf(figure, metrics, width - FigurePage::margins()).height() + FigurePage::margins();
}

void drawFramesFigure(QPainter &painter, const TokenFramesFigure &figure, const FigureStyle &style,
                      const QSizeF &size) {
  painter.save();
  const FigurePage page(painter, style, size, figure.conventions);
  ColourScale scale = figure.scale;
  scale.map = style.colourMap;
  const Layout layout = layoutOf(figure, page.metrics, page.body.width());
  // On a page that is too low all of it becomes smaller.
  const double factor = std::min(1.0, page.body.height() / layout.height());
  painter.translate(page.body.center().x() - factor * page.body.width() / 2, page.body.top());
  painter.scale(factor, factor);
  for (std::size_t i = 0; i < figure.strips.size(); ++i) {
    const TokenFramesFigure::Strip &strip = figure.strips[i];
    const double left = layout.left(i);
    if (layout.titles > 0) page.text(QRectF(left, 0, layout.column, layout.line), strip.title, ink::text);
    for (int row = 0; row < layout.frames; ++row) {
      drawStrip(page, strip, layout.flows[i], scale, figure.shown[static_cast<std::size_t>(row)],
                {left, layout.top(row)});
    }
  }
  for (int row = 0; row < layout.frames; ++row) {
    const QString &name = figure.frames[figure.shown[static_cast<std::size_t>(row)]];
    const double width = page.metrics.horizontalAdvance(name);
    page.text(QRectF(layout.names - width, layout.top(row), width, layout.line + layout.gap / 2), name, ink::text);
  }
  const LevelColourBar bar{scale, figure.scaleLabel, page.font, ink::text};
  const double left = layout.left(0);
  bar.paint(painter, QRectF(left, layout.height() - layout.line, page.body.width() - left, layout.line));
  painter.restore();
}

}  // namespace sinkscope
