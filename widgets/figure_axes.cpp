#include "widgets/figure_axes.h"
#include "widgets/words.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace sinkscope {

namespace {

constexpr double kLegendShare = 0.5;  // of the page's width that an entry takes beside or upon the plot

std::vector<Tick> ticksOfY(const FigurePage &page, const AxisScale &y, double height) {
  const auto apart = [&](const std::vector<Tick> &ticks) {
    for (std::size_t i = 1; i < ticks.size(); ++i)
      if ((y.position(ticks[i].value) - y.position(ticks[i - 1].value)) * height < page.line) return false;
    return true;
  };
  int most = std::clamp(static_cast<int>(height / (1.8 * page.line)), 2, 7);
  std::vector<Tick> ticks = axisTicks(y.low, y.high, y.logarithmic, most);
  while (!apart(ticks) && --most >= 2) ticks = axisTicks(y.low, y.high, y.logarithmic, most);
  if (!apart(ticks)) ticks.resize(1);  // there is room for no more
  return ticks;
}

double widestOf(const std::vector<Tick> &ticks, const QFontMetricsF &metrics) {
  double width = 0;
  for (const Tick &tick : ticks) width = std::max(width, metrics.horizontalAdvance(tick.label));
  return width;
}

/** As many as stand apart with the width of two digits between them. */
std::vector<Tick> ticksOfX(const FigurePage &page, const AxisScale &x, double width, bool whole) {
  std::vector<Tick> ticks;
  for (int most = 10; most >= 2; --most) {
    ticks = axisTicks(x.low, x.high, x.logarithmic, most, whole);
    bool apart = true;
    for (std::size_t i = 1; i < ticks.size(); ++i) {
      const double distance = (x.position(ticks[i].value) - x.position(ticks[i - 1].value)) * width;
      const double labels =
          page.metrics.horizontalAdvance(ticks[i - 1].label) + page.metrics.horizontalAdvance(ticks[i].label);
      apart = apart && distance >= labels / 2 + page.line;
    }
    if (apart) break;
  }
  return ticks;
}

double sampleWidth(const FigurePage &page) {
  return 2 * page.line;
}

/** How much of the curves runs through a box, in samples along them. */
int crossings(const FigureAxes &axes, const std::vector<Curve> &curves, const QRectF &box) {
  constexpr int kSamples = 16;  // between two points
  int count = 0;
  for (const Curve &curve : curves) {
    for (std::size_t i = 0; i + 1 < curve.size(); ++i) {
      const QPointF from = axes.at(curve.xAt(i), curve.y[i]);
      const QPointF to = axes.at(curve.xAt(i + 1), curve.y[i + 1]);
      for (int s = 0; s <= kSamples; ++s) count += box.contains(from + (to - from) * s / kSamples);
    }
  }
  return count;
}

/** Names a level right above or below it, where the fewest curves pass and none of `taken` is touched. */
QRectF nameLevel(const FigureAxes &axes, const Level &level, const std::vector<Curve> &curves,
                 const std::vector<QRectF> &taken) {
  const FigurePage &page = axes.page;
  const QString shown = fitted(level.name, page.metrics, 0.7 * axes.plot.width());
  const double width = page.metrics.horizontalAdvance(shown);
  const double y = axes.at(axes.x.low, level.value).y();
  QRectF best;
  int fewest = std::numeric_limits<int>::max();
  for (double top : {y - page.line, y + 1}) {
    for (double place : {1.0, 0.0, 0.5, 0.75, 0.25}) {
      const double left = axes.plot.left() + page.gap / 2 + place * (axes.plot.width() - page.gap - width);
      const QRectF box(left, top, width, page.line);
      const bool free =
          std::none_of(taken.begin(), taken.end(), [&](const QRectF &other) { return box.intersects(other); });
      if (top < axes.plot.top() || box.bottom() > axes.plot.bottom() || !free) continue;
      const int crossed = crossings(axes, curves, box);
      if (crossed < fewest) {
        fewest = crossed;
        best = box;
      }
    }
  }
  if (!best.isNull()) page.text(best, shown, level.sink ? ink::sinkText : ink::muted);
  return best;
}

}  // namespace

FigureAxes::FigureAxes(const FigurePage &page, const QRectF &room, const PlotAxis &xAxis, const AxisScale &xScale,
                       const PlotAxis &yAxis, const AxisScale &yScale, bool wholeX)
    : page(page), x(xScale), y(yScale), room_(room), xTitle_(xAxis.title), yTitle_(yAxis.title) {
  const double bottom = 2 * page.line + page.gap / 2;
  plot = room.adjusted(0, 0, -page.gap, -bottom);
  yTicks_ = ticksOfY(page, y, plot.height());
  const double title = page.line * static_cast<double>(wrapped(yTitle_, page.metrics, plot.height()).size());
  plot.setLeft(room.left() + title + page.gap + widestOf(yTicks_, page.metrics) + page.gap);
  xTicks_ = ticksOfX(page, x, plot.width(), wholeX);
}

QPointF FigureAxes::at(double xValue, double yValue) const {
  return {plot.left() + x.position(xValue) * plot.width(), plot.bottom() - y.position(yValue) * plot.height()};
}

void FigureAxes::draw(bool grid) const {
  QPainter &painter = page.painter;
  const double tick = page.gap / 2;
  const double half = (page.metrics.ascent() - page.metrics.descent()) / 2;
  for (const auto &[value, label] : yTicks_) {
    const double height = at(x.low, value).y();
    painter.setPen(QPen(ink::grid, 0.4));
    painter.drawLine(QPointF(plot.left(), height), QPointF(plot.right(), height));
    painter.setPen(ink::text);
    painter.drawText(QPointF(plot.left() - page.gap - page.metrics.horizontalAdvance(label), height + half), label);
  }
  for (const auto &[value, label] : xTicks_) {
    const double across = at(value, y.low).x();
    if (grid) {
      painter.setPen(QPen(ink::grid, 0.4));
      painter.drawLine(QPointF(across, plot.top()), QPointF(across, plot.bottom()));
    }
    painter.setPen(QPen(ink::line, 0.5));
    painter.drawLine(QPointF(across, plot.bottom()), QPointF(across, plot.bottom() + tick));
    const double width = page.metrics.horizontalAdvance(label) + 1;
    // A number under the end of the axis stays on the page.
    const double left = std::min(across - width / 2, room_.right() - width);
    page.text(QRectF(left, plot.bottom() + tick, width, page.line), label, ink::text);
  }
  painter.setPen(QPen(ink::line, 0.5));
  painter.drawLine(plot.bottomLeft(), plot.bottomRight());
  page.text(QRectF(plot.left(), plot.bottom() + tick + page.line, plot.width(), page.line), xTitle_, ink::text);
  QRectF title(room_.left(), plot.top(), page.line, plot.height());
  for (const QString &words : wrapped(yTitle_, page.metrics, title.height())) {
    page.text(title, words, ink::text, true);
    title.translate(page.line, 0);
  }
}

void FigureAxes::clip() const {
  page.painter.setClipRect(plot.adjusted(-2, -2, 2, 2));
}

Legend::Legend(const FigurePage &page, QStringList names, std::function<void(int, const QRectF &)> sample)
    : page_(page), names_(std::move(names)), sample_(std::move(sample)), room_(page.body.adjusted(0, page.gap, 0, 0)) {
  const LegendPlace place = page.style.legend;
  if (place == LegendPlace::None) names_.clear();
  if (names_.isEmpty()) return;
  const double most = place == LegendPlace::Above ? page.body.width() : kLegendShare * page.body.width();
  for (QString &name : names_) name = fitted(name, page.metrics, most - sampleWidth(page) - page.gap);
  if (place == LegendPlace::Right) room_.setRight(room_.right() - columnSize().width() - page.gap);
  if (place != LegendPlace::Above) return;
  double x = page.body.left();
  int row = 0;
  for (int entry = 0; entry < names_.size(); ++entry) {
    if (x > page.body.left() && x + widthOf(entry) > page.body.right()) {
      x = page.body.left();
      ++row;
    }
    rows_.emplace_back(row, x);
    x += widthOf(entry) + 2 * page.gap;
  }
  room_.setTop(room_.top() + (row + 1) * page.line + page.gap / 2);
}

double Legend::widthOf(int entry) const {
  return sampleWidth(page_) + page_.gap + page_.metrics.horizontalAdvance(names_[entry]);
}

QSizeF Legend::columnSize() const {
  double width = 0;
  for (int entry = 0; entry < names_.size(); ++entry) width = std::max(width, widthOf(entry));
  return {width, page_.line * static_cast<double>(names_.size())};
}

void Legend::drawEntry(int entry, const QPointF &corner) const {
  const QRectF box(corner, QSizeF(sampleWidth(page_), page_.line));
  sample_(entry, box);
  page_.painter.setPen(ink::text);
  const double baseline = box.center().y() + (page_.metrics.ascent() - page_.metrics.descent()) / 2;
  drawWords(page_.painter, QPointF(box.right() + page_.gap, baseline), names_[entry]);
}

void Legend::drawColumn(const QPointF &corner) const {
  for (int entry = 0; entry < names_.size(); ++entry) drawEntry(entry, corner + QPointF(0, entry * page_.line));
}

void Legend::draw(const QRectF &plot) const {
  if (names_.isEmpty()) return;
  for (int entry = 0; entry < static_cast<int>(rows_.size()); ++entry) {
    const auto [row, left] = rows_[static_cast<std::size_t>(entry)];
    drawEntry(entry, {left, page_.body.top() + row * page_.line});
  }
  const QSizeF size = columnSize();
  const double inset = page_.gap;
  const double left = plot.left() + inset;
  const double right = plot.right() - inset - size.width();
  const double top = plot.top() + inset;
  const double bottom = plot.bottom() - inset - size.height();
  QPointF corner;
  switch (page_.style.legend) {
    case LegendPlace::Above:
    case LegendPlace::None:
      return;
    case LegendPlace::Right:
      return drawColumn({room_.right() + page_.gap, plot.top()});
    case LegendPlace::TopLeft:
      corner = {left, top};
      break;
    case LegendPlace::TopRight:
      corner = {right, top};
      break;
    case LegendPlace::BottomLeft:
      corner = {left, bottom};
      break;
    case LegendPlace::BottomRight:
      corner = {right, bottom};
      break;
  }
  const double edge = page_.gap / 2;
  page_.painter.setPen(QPen(ink::grid, 0.4));
  page_.painter.setBrush(Qt::white);
  page_.painter.drawRect(QRectF(corner, size).adjusted(-edge, -edge, edge, edge));
  drawColumn(corner);
}

void drawLevels(const FigureAxes &axes, const std::vector<Level> &levels, const std::vector<Curve> &curves) {
  std::vector<Level> inside;
  for (const Level &level : levels) {
    const double place = axes.y.position(level.value);
    if (place >= 0 && place <= 1) inside.push_back(level);  // neither for NaN
  }
  for (const Level &level : inside) {
    const double height = axes.at(axes.x.low, level.value).y();
    axes.page.painter.setPen(QPen(level.sink ? ink::sink : ink::line, 0.8, Qt::DashLine, Qt::FlatCap));
    axes.page.painter.drawLine(QPointF(axes.plot.left(), height), QPointF(axes.plot.right(), height));
  }
  // The sink's own level is named first.
  std::stable_partition(inside.begin(), inside.end(), [](const Level &level) { return level.sink; });
  std::vector<QRectF> taken;
  for (const Level &level : inside) taken.push_back(nameLevel(axes, level, curves, taken));
}

}  // namespace sinkscope
