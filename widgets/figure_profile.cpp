#include <algorithm>
#include <cmath>
#include <limits>

#include "widgets/axis_ticks.h"
#include "widgets/figure_page.h"

namespace sinkscope {

namespace {

constexpr double kCurve = 1.2;       // points
constexpr double kSymbol = 1.4;      // radius of a point's disc
constexpr std::size_t kDotted = 48;  // curves of at most this many points show each of them
constexpr double kPadding = 0.05;    // of the range of y that follows the values

struct Range {
  double low = INFINITY;
  double high = -INFINITY;

  void take(double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  bool empty() const { return !(low <= high); }
};

double xOf(const ProfileCurve &curve, std::size_t index) {
  return index < curve.x.size() ? curve.x[index] : static_cast<double>(index);
}

/** Whether x counts layers or steps, so that only whole numbers mean something. */
bool isCounted(const ProfileFigure &figure) {
  return std::all_of(figure.curves.begin(), figure.curves.end(), [](const ProfileCurve &curve) {
    return std::all_of(curve.x.begin(), curve.x.end(), [](double x) { return x == std::round(x); });
  });
}

Range rangeOfX(const ProfileFigure &figure) {
  Range range;
  for (const ProfileCurve &curve : figure.curves) {
    for (std::size_t i = 0; i < curve.y.size(); ++i) range.take(xOf(curve, i));
  }
  if (range.empty()) range = {0, 1};
  const double side = std::max(range.high > range.low ? 0 : 0.5, 0.02 * (range.high - range.low));
  return {range.low - side, range.high + side};
}

Range rangeOfY(const ProfileFigure &figure) {
  if (figure.minimum < figure.maximum) return {figure.minimum, figure.maximum};
  Range range;
  for (const ProfileCurve &curve : figure.curves) {
    for (double value : curve.y) range.take(value);
  }
  range.take(figure.baseline);
  range.take(figure.threshold);
  if (range.empty()) return {0, 1};
  const double side = range.high > range.low ? kPadding * (range.high - range.low) : 0.5;
  return {range.low - side, range.high + side};
}

/** The plot with its two scales. */
struct Axes {
  QRectF plot;
  Range x;
  Range y;

  QPointF at(double xValue, double yValue) const {
    return {plot.left() + (xValue - x.low) / (x.high - x.low) * plot.width(),
            plot.bottom() - (yValue - y.low) / (y.high - y.low) * plot.height()};
  }
};

std::vector<double> ticksOfY(const Range &y, double height, double line) {
  return linearTicks(y.low, y.high, std::clamp(static_cast<int>(height / (1.8 * line)), 2, 7));
}

QString labelOf(const std::vector<double> &ticks, std::size_t index) {
  return tickLabel(ticks[index], ticks.size() > 1 ? ticks[1] - ticks[0] : 0);
}

double widestOf(const std::vector<double> &ticks, const QFontMetricsF &metrics) {
  double width = 0;
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    width = std::max(width, metrics.horizontalAdvance(labelOf(ticks, i)));
  }
  return width;
}

/** Draws the legend in as many lines as it needs, and says how many. */
int drawLegend(const FigurePage &page, const std::vector<ProfileCurve> &curves, const QRectF &room) {
  const double sample = 2 * page.line;
  double x = room.left();
  int row = 0;
  for (const ProfileCurve &curve : curves) {
    const QString name = fitted(curve.name, page.metrics, room.width() - sample - page.gap);
    const double width = sample + page.gap + page.metrics.horizontalAdvance(name);
    if (x > room.left() && x + width > room.right()) {
      x = room.left();
      ++row;
    }
    const double y = room.top() + (row + 0.5) * page.line;
    QPen pen = curvePen(curve.role, false);
    pen.setWidthF(kCurve);
    page.painter.setPen(pen);
    page.painter.drawLine(QPointF(x, y), QPointF(x + sample, y));
    page.painter.setPen(ink::text);
    const double baseline = y + (page.metrics.ascent() - page.metrics.descent()) / 2;
    page.painter.drawText(QPointF(x + sample + page.gap, baseline), name);
    x += width + 2 * page.gap;
  }
  return row + 1;
}

void drawAxes(const FigurePage &page, const ProfileFigure &figure, const Axes &axes) {
  QPainter &painter = page.painter;
  const double tick = page.gap / 2;
  const double half = (page.metrics.ascent() - page.metrics.descent()) / 2;
  const std::vector<double> ys = ticksOfY(axes.y, axes.plot.height(), page.line);
  for (std::size_t i = 0; i < ys.size(); ++i) {
    const double y = axes.at(0, ys[i]).y();
    painter.setPen(QPen(ink::grid, 0.4));
    painter.drawLine(QPointF(axes.plot.left(), y), QPointF(axes.plot.right(), y));
    painter.setPen(ink::text);
    const QString label = labelOf(ys, i);
    painter.drawText(QPointF(axes.plot.left() - page.gap - page.metrics.horizontalAdvance(label), y + half), label);
  }
  // As many as stand apart with the width of two digits between them.
  const double number = page.metrics.horizontalAdvance(QString::number(axes.x.high, 'f', 0)) + page.line;
  std::vector<double> xs =
      linearTicks(axes.x.low, axes.x.high, std::clamp(static_cast<int>(axes.plot.width() / number), 2, 10));
  // Between two layers there is nothing to name.
  if (isCounted(figure)) std::erase_if(xs, [](double x) { return std::abs(x - std::round(x)) > 1e-6; });
  for (std::size_t i = 0; i < xs.size(); ++i) {
    const double x = axes.at(xs[i], 0).x();
    painter.setPen(QPen(ink::line, 0.5));
    painter.drawLine(QPointF(x, axes.plot.bottom()), QPointF(x, axes.plot.bottom() + tick));
    page.text(QRectF(x - number, axes.plot.bottom() + tick, 2 * number, page.line), labelOf(xs, i), ink::text);
  }
  painter.setPen(QPen(ink::line, 0.5));
  painter.drawLine(axes.plot.bottomLeft(), axes.plot.bottomRight());
  const double titleTop = axes.plot.bottom() + tick + page.line;
  page.text(QRectF(axes.plot.left(), titleTop, axes.plot.width(), page.line), figure.xTitle, ink::text);
  QRectF title(page.body.left(), axes.plot.top(), page.line, axes.plot.height());
  for (const QString &words : wrapped(figure.yTitle, page.metrics, title.height())) {
    page.text(title, words, ink::text, true);
    title.translate(page.line, 0);
  }
}

void drawLevel(const FigurePage &page, const Axes &axes, double value, const QColor &line) {
  const double y = axes.at(0, value).y();
  page.painter.setPen(QPen(line, 0.8, Qt::DashLine, Qt::FlatCap));
  page.painter.drawLine(QPointF(axes.plot.left(), y), QPointF(axes.plot.right(), y));
}

/** How much of the curves runs through a box, in samples along them. */
int crossings(const Axes &axes, const std::vector<ProfileCurve> &curves, const QRectF &box) {
  constexpr int kSamples = 16;  // between two points
  int count = 0;
  for (const ProfileCurve &curve : curves) {
    for (std::size_t i = 0; i + 1 < curve.y.size(); ++i) {
      const QPointF from = axes.at(xOf(curve, i), curve.y[i]);
      const QPointF to = axes.at(xOf(curve, i + 1), curve.y[i + 1]);
      for (int s = 0; s <= kSamples; ++s) count += box.contains(from + (to - from) * s / kSamples);
    }
  }
  return count;
}

/** Names a level right above or below it, where the fewest curves pass and `taken` is not touched. */
QRectF nameLevel(const FigurePage &page, const Axes &axes, const std::vector<ProfileCurve> &curves, double value,
                 const QString &name, const QColor &colour, const QRectF &taken) {
  const QString shown = fitted(name, page.metrics, 0.7 * axes.plot.width());
  const double width = page.metrics.horizontalAdvance(shown);
  const double y = axes.at(0, value).y();
  QRectF best;
  int fewest = std::numeric_limits<int>::max();
  for (double top : {y - page.line, y + 1}) {
    for (double place : {1.0, 0.0, 0.5, 0.75, 0.25}) {
      const double left = axes.plot.left() + page.gap / 2 + place * (axes.plot.width() - page.gap - width);
      const QRectF box(left, top, width, page.line);
      if (top < axes.plot.top() || box.bottom() > axes.plot.bottom() || box.intersects(taken)) continue;
      const int crossed = crossings(axes, curves, box);
      if (crossed < fewest) {
        fewest = crossed;
        best = box;
      }
    }
  }
  if (!best.isNull()) page.text(best, shown, colour);
  return best;
}

/** Both levels, each with its name. */
void drawLevels(const FigurePage &page, const Axes &axes, const ProfileFigure &figure) {
  const auto inside = [&](double value) { return value >= axes.y.low && value <= axes.y.high; };  // false for NaN
  if (inside(figure.baseline)) drawLevel(page, axes, figure.baseline, ink::line);
  if (inside(figure.threshold)) drawLevel(page, axes, figure.threshold, ink::sink);
  QRectF taken;
  if (inside(figure.threshold)) {
    const QString name = QStringLiteral("eps %1").arg(figure.threshold);
    taken = nameLevel(page, axes, figure.curves, figure.threshold, name, ink::sinkText, taken);
  }
  if (inside(figure.baseline)) {
    nameLevel(page, axes, figure.curves, figure.baseline, figure.baselineName, ink::muted, taken);
  }
}

void drawCurve(const FigurePage &page, const Axes &axes, const ProfileCurve &curve) {
  QPen pen = curvePen(curve.role, false);
  pen.setWidthF(kCurve);
  pen.setJoinStyle(Qt::RoundJoin);
  QPolygonF run;
  const auto flush = [&] {
    page.painter.setPen(pen);
    page.painter.setBrush(Qt::NoBrush);
    if (run.size() > 1) page.painter.drawPolyline(run);
    page.painter.setPen(Qt::NoPen);
    page.painter.setBrush(pen.color());
    if (curve.y.size() <= kDotted || run.size() == 1) {
      for (const QPointF &point : run) page.painter.drawEllipse(point, kSymbol, kSymbol);
    }
    run.clear();
  };
  for (std::size_t i = 0; i < curve.y.size(); ++i) {
    if (std::isfinite(curve.y[i])) {
      run << axes.at(xOf(curve, i), curve.y[i]);
    } else {
      flush();
    }
  }
  flush();
}

}  // namespace

void drawProfileFigure(QPainter &painter, const ProfileFigure &figure, const FigureStyle &style, const QSizeF &size) {
  painter.save();
  const FigurePage page(painter, style, size, figure.conventions);
  Axes axes{page.body, rangeOfX(figure), rangeOfY(figure)};
  const bool named = figure.curves.size() > 1;
  const int rows = named ? drawLegend(page, figure.curves, page.body) : 0;
  const double top = rows * page.line + page.gap + (named ? page.gap / 2 : 0);
  const double bottom = 2 * page.line + page.gap / 2;
  axes.plot = page.body.adjusted(0, top, -page.gap, -bottom);
  const double numbers = widestOf(ticksOfY(axes.y, axes.plot.height(), page.line), page.metrics);
  const double title = page.line * static_cast<double>(wrapped(figure.yTitle, page.metrics, axes.plot.height()).size());
  axes.plot.setLeft(page.body.left() + title + page.gap + numbers + page.gap);
  drawAxes(page, figure, axes);
  drawLevels(page, axes, figure);
  painter.setClipRect(axes.plot.adjusted(-2, -2, 2, 2));
  for (const ProfileCurve &curve : figure.curves) {
    if (curve.role != ColourRole::Sink) drawCurve(page, axes, curve);
  }
  for (const ProfileCurve &curve : figure.curves) {
    if (curve.role == ColourRole::Sink) drawCurve(page, axes, curve);
  }
  painter.restore();
}

}  // namespace sinkscope
