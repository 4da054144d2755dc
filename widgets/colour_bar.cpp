#include "widgets/colour_bar.h"

#include <QFontMetricsF>
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "widgets/axis_ticks.h"

namespace sinkscope {

namespace {

constexpr int kSteps = 256;

/** Values and their labels, as many as `height` holds. */
std::vector<std::pair<double, QString>> ticksOf(const ColourScale &scale, double height, double lineHeight) {
  std::vector<std::pair<double, QString>> ticks;
  const int most = std::max(2, static_cast<int>(height / (1.8 * lineHeight)));
  if (scale.logarithmic) {
    for (double value : decadeTicks(scale.valueAt(0), scale.valueAt(1), std::min(most, 8))) {
      ticks.emplace_back(value, decadeLabel(value));
    }
    if (ticks.size() < 2) {  // less than a decade: its ends say where it runs
      ticks.clear();
      for (double end : {scale.valueAt(0), scale.valueAt(1)}) ticks.emplace_back(end, QString::number(end, 'g', 2));
    }
  } else {
    const std::vector<double> values = linearTicks(scale.minimum, scale.maximum, std::min(most, 6));
    const double step = values.size() > 1 ? values[1] - values[0] : scale.maximum - scale.minimum;
    for (double value : values) ticks.emplace_back(value, tickLabel(value, step));
  }
  return ticks;
}

/** The widest label that any height can ask for, so that the layout does not jump. */
double labelWidth(const ColourScale &scale, const QFontMetricsF &metrics) {
  double width = 0;
  for (double height : {60.0, 120.0, 1000.0}) {
    for (const auto &[value, label] : ticksOf(scale, height, 12)) {
      width = std::max(width, metrics.horizontalAdvance(label));
    }
  }
  return width;
}

}  // namespace

double ColourBar::width(const QSizeF &bar, const QPaintDevice *device) const {
  const QFontMetricsF metrics(font, device);
  const double unit = metrics.height() / 3;
  const double name = static_cast<double>(wrapped(label, metrics, bar.height()).size()) * metrics.height();
  return bar.width() + unit + labelWidth(scale, metrics) + (label.isEmpty() ? 0 : unit + name);
}

void ColourBar::paint(QPainter &painter, const QRectF &bar) const {
  const QFontMetricsF metrics(font, painter.device());
  const double unit = metrics.height() / 3;
  QImage colours(1, kSteps, QImage::Format_RGB32);
  for (int i = 0; i < kSteps; ++i) colours.setPixel(0, i, colourAt(scale.map, 1 - i / (kSteps - 1.0)));
  painter.save();
  painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
  painter.drawImage(bar, colours);
  const auto height = [&](double value) { return bar.bottom() - scale.position(value) * bar.height(); };
  if (mark >= scale.minimum && mark <= scale.maximum) {
    const double y = height(mark);
    painter.setPen(QPen(markColour, unit / 2.5, Qt::SolidLine, Qt::FlatCap));
    painter.drawLine(QPointF(bar.left() - unit / 2, y), QPointF(bar.right() + unit / 2, y));
  }
  painter.setFont(font);
  for (const auto &[value, number] : ticksOf(scale, bar.height(), metrics.height())) {
    // Kept within the bar's own height, so that the first and last number align with its ends.
    const double half = metrics.capHeight() / 2;
    const double y = std::clamp(height(value), bar.top() + half, bar.bottom() - half);
    painter.setPen(text);
    painter.drawText(QPointF(bar.right() + unit, y + half), number);
  }
  if (!label.isEmpty()) {
    painter.setPen(text);
    painter.translate(bar.right() + 2 * unit + labelWidth(scale, metrics), bar.center().y());
    painter.rotate(-90);
    const double length = bar.height();
    QRectF room(-length / 2, 0, length, metrics.height());
    for (const QString &words : wrapped(label, metrics, length)) {
      painter.drawText(room, Qt::AlignCenter | Qt::TextDontClip, words);
      room.translate(0, metrics.height());
    }
  }
  painter.restore();
}

}  // namespace sinkscope
