#include "widgets/token_axes.h"

#include <QFontMetricsF>
#include <algorithm>
#include <cmath>

#include "widgets/axis_ticks.h"
#include "widgets/words.h"

namespace sinkscope {

namespace {

constexpr double kTurn = 60;       // degrees: steep enough to stand close, flat enough to read
constexpr double kLabelGap = 2.6;  // ticks from the plot to its labels
constexpr double kPi = 3.14159265358979323846;

double sine() {
  return std::sin(kTurn * kPi / 180);
}

double cosine() {
  return std::cos(kTurn * kPi / 180);
}

/** The length of a tick, and the distance from it to its label. */
double tick(const QFontMetricsF &metrics) {
  return metrics.height() / 5;
}

/** The multiples of `step` whose middle is in lo..hi, both in tokens. */
std::vector<int> multiples(int step, double lo, double hi, int count) {
  std::vector<int> shown;
  const int first = std::max(0, static_cast<int>(std::ceil((lo - 0.5) / step)) * step);
  for (int token = first; token < count && token + 0.5 <= hi; token += step) shown.push_back(token);
  return shown;
}

/** Whether a label keeps clear of the one that is lit. */
bool apart(int token, int lit, double pitch, double room) {
  return lit < 0 || std::abs(token - lit) * pitch >= room;
}

bool inView(int token, double low, double high) {
  return token + 0.5 >= low && token + 0.5 <= high;
}

}  // namespace

double TokenAxes::widest(const QStringList &tokens, int count, const QFontMetricsF &metrics, double maximum) {
  if (tokens.isEmpty()) return metrics.horizontalAdvance(QString::number(std::max(0, count - 1)));
  double width = 0;
  for (const QString &token : tokens) {
    width = std::max(width, metrics.horizontalAdvance(token));
    if (width >= maximum) return maximum;
  }
  return width;
}

void TokenAxes::fitLabels(double maximum, const QPaintDevice *device) {
  const QFontMetricsF metrics(font, device);
  const auto widestOf = [&](const std::vector<int> &shown) {
    double width = 0;
    for (int token : shown) width = std::max(width, metrics.horizontalAdvance(label(token)));
    return std::min(width, maximum);
  };
  queryExtent = widestOf(shownQueries(device));
  keyExtent = widestOf(shownKeys(device));
}

QString TokenAxes::label(int token) const {
  return token < tokens.size() ? tokens[token] : QString::number(token);
}

double TokenAxes::queryPitch() const {
  return window.view.isEmpty() ? 0 : plot.height() / window.view.height();
}

double TokenAxes::keyPitch() const {
  return window.view.isEmpty() ? 0 : plot.width() / window.view.width();
}

double TokenAxes::leftRoom(const QPaintDevice *device) const {
  return queryExtent + kLabelGap * tick(QFontMetricsF(font, device));
}

double TokenAxes::bottomRoom(bool level, const QPaintDevice *device) const {
  const QFontMetricsF metrics(font, device);
  const double labels = level ? metrics.height() : keyExtent * sine() + metrics.height() * cosine();
  return labels + kLabelGap * tick(metrics);
}

bool TokenAxes::level(const QPaintDevice *device) const {
  const QFontMetricsF metrics(font, device);
  return tokens.isEmpty() || keyExtent + metrics.height() / 2 <= keyPitch();
}

/** How far apart two labels must stand along their axis. */
double TokenAxes::queryRoom(const QPaintDevice *device) const {
  return QFontMetricsF(font, device).height();
}

double TokenAxes::keyRoom(const QPaintDevice *device) const {
  const QFontMetricsF metrics(font, device);
  return level(device) ? keyExtent + metrics.height() / 2 : metrics.height() / sine();
}

std::vector<int> TokenAxes::shownQueries(const QPaintDevice *device) const {
  const int step = labelStep(queryPitch(), queryRoom(device));
  return multiples(step, window.view.top(), window.view.bottom(), window.tokens);
}

std::vector<int> TokenAxes::shownKeys(const QPaintDevice *device) const {
  const int step = labelStep(keyPitch(), keyRoom(device));
  return multiples(step, window.view.left(), window.view.right(), window.tokens);
}

void TokenAxes::paintQuery(QPainter &painter, int token, const QColor &ink, const QColor *ground) const {
  const QFontMetricsF metrics(font, painter.device());
  const double y = window.toPixel(QPointF(0, token + 0.5), plot).y();
  const double gap = kLabelGap * tick(metrics);
  const QString text = fitted(label(token), metrics, queryExtent);
  const double width = metrics.horizontalAdvance(text);
  const double height = metrics.height();
  if (ground) {
    painter.fillRect(QRectF(plot.left() - gap - width - 2, y - height / 2, width + 4, height), *ground);
  }
  painter.setPen(QPen(line, tick(metrics) / 3));
  painter.drawLine(QPointF(plot.left() - tick(metrics), y), QPointF(plot.left(), y));
  painter.setPen(ink);
  drawWords(painter, QPointF(plot.left() - gap - width, y + (metrics.ascent() - metrics.descent()) / 2), text);
}

void TokenAxes::paintKey(QPainter &painter, int token, bool level, const QColor &ink, const QColor *ground) const {
  const QFontMetricsF metrics(font, painter.device());
  const double x = window.toPixel(QPointF(token + 0.5, 0), plot).x();
  const double gap = kLabelGap * tick(metrics);
  const QString text = fitted(label(token), metrics, keyExtent);
  const double width = metrics.horizontalAdvance(text);
  const double height = metrics.height();
  painter.setPen(QPen(line, tick(metrics) / 3));
  painter.drawLine(QPointF(x, plot.bottom()), QPointF(x, plot.bottom() + tick(metrics)));
  painter.save();
  painter.translate(x, plot.bottom() + gap);
  // Level: centred under the tick. Turned: the end of the text points at it.
  QRectF box(-width / 2, 0, width, height);
  if (!level) {
    painter.translate(0, height / 2 * cosine());
    painter.rotate(-kTurn);
    box = QRectF(-width, -height / 2, width, height);
  }
  if (ground) painter.fillRect(box.adjusted(-2, 0, 2, 0), *ground);
  painter.setPen(ink);
  drawWords(painter, QPointF(box.left(), box.center().y() + (metrics.ascent() - metrics.descent()) / 2), text);
  painter.restore();
}

QColor TokenAxes::inkOf(int token) const {
  if (token == marked) return markedText;
  return marksSink && token == sink ? sinkText : text;
}

void TokenAxes::paint(QPainter &painter) const {
  paintQueries(painter);
  paintKeys(painter);
}

void TokenAxes::paintQueries(QPainter &painter) const {
  painter.setFont(font);
  const double room = queryRoom(painter.device());
  for (int token : shownQueries(painter.device())) {
    if (apart(token, litQuery, queryPitch(), room)) paintQuery(painter, token, inkOf(token), nullptr);
  }
  const QRectF &view = window.view;
  if (litQuery >= 0 && inView(litQuery, view.top(), view.bottom())) {
    paintQuery(painter, litQuery, litInk, &litGround);
  }
}

void TokenAxes::paintKeys(QPainter &painter) const {
  painter.setFont(font);
  const double room = keyRoom(painter.device());
  const bool flat = level(painter.device());
  for (int token : shownKeys(painter.device())) {
    if (apart(token, litKey, keyPitch(), room)) paintKey(painter, token, flat, inkOf(token), nullptr);
  }
  const QRectF &view = window.view;
  if (litKey >= 0 && inView(litKey, view.left(), view.right())) paintKey(painter, litKey, flat, litInk, &litGround);
}

float longestBar(const std::vector<float> &bars) {
  float longest = 0;
  for (float bar : bars) {
    if (std::isfinite(bar)) longest = std::max(longest, bar);
  }
  return longest;
}

void paintKeyBars(QPainter &painter, const QRectF &area, const HeatmapWindow &window, const std::vector<float> &bars,
                  const QColor &colour, const QColor &sinkColour) {
  const float longest = longestBar(bars);
  const QRect region = window.region();
  if (!(longest > 0) || region.isEmpty()) return;
  painter.save();
  painter.setClipRect(area, Qt::IntersectClip);
  const double pitch = area.width() / window.view.width();
  const double gap = pitch >= 6 ? std::max(1.0, pitch / 8) : 0;
  const int end = std::min(region.right() + 1, static_cast<int>(bars.size()));
  // Where several keys share a place, the longest of them is drawn.
  const int merged = std::max(1, static_cast<int>(std::ceil(0.5 / pitch)));
  for (int key = region.left() / merged * merged; key < end; key += merged) {
    float bar = 0;
    for (int i = key; i < std::min(key + merged, end); ++i) {
      if (std::isfinite(bars[static_cast<std::size_t>(i)])) bar = std::max(bar, bars[static_cast<std::size_t>(i)]);
    }
    const double left = window.toPixel(QPointF(key, 0), area).x() + gap / 2;
    const double height = bar / longest * area.height();
    painter.fillRect(QRectF(left, area.bottom() - height, pitch * merged - gap, height),
                     key == 0 ? sinkColour : colour);
  }
  painter.restore();
}

void paintColumnFrame(QPainter &painter, const QRectF &plot, const HeatmapWindow &window, int token, double width,
                      const QColor &colour) {
  const double left = window.toPixel(QPointF(token, 0), plot).x();
  const double right = std::min(window.toPixel(QPointF(token + 1, 0), plot).x(), plot.right());
  if (token < 0 || token >= window.tokens || right <= plot.left() || left >= plot.right()) return;
  // Around the column, not upon it: its values stay in sight.
  const double start = std::max(left, plot.left());
  painter.fillRect(QRectF(start - width, plot.top() - width, right - start + 2 * width, width), colour);
  painter.fillRect(QRectF(start - width, plot.bottom(), right - start + 2 * width, width), colour);
  painter.fillRect(QRectF(right, plot.top(), width, plot.height()), colour);
  if (left >= plot.left() - 0.5) painter.fillRect(QRectF(start - width, plot.top(), width, plot.height()), colour);
}

}  // namespace sinkscope
