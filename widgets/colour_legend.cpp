#include "widgets/colour_legend.h"

#include <QFontMetricsF>
#include <algorithm>

#include "widgets/axis_ticks.h"
#include "widgets/theme.h"

namespace sinkscope {

namespace {

constexpr int kSteps = 256;
constexpr double kBarLength = 6;  // heights of a line

QString numberOf(double value) {
  return QString::number(value, 'g', 2);
}

QString lowOf(const ColourScale &scale) {
  return numberOf(scale.valueAt(0));
}

}  // namespace

double LevelColourBar::width(const QPaintDevice *device) const {
  const QFontMetricsF metrics(font, device);
  const double gap = metrics.height() / 3;
  return metrics.horizontalAdvance(lowOf(scale)) + metrics.horizontalAdvance(numberOf(scale.valueAt(1))) +
         metrics.horizontalAdvance(label) + kBarLength * metrics.height() + 4 * gap;
}

void LevelColourBar::paint(QPainter &painter, const QRectF &box) const {
  painter.save();
  painter.setFont(font);
  painter.setPen(text);
  const QFontMetricsF metrics(font, painter.device());
  const double gap = metrics.height() / 3;
  const double baseline = box.center().y() + metrics.capHeight() / 2;
  double x = box.left();
  const auto write = [&](const QString &words) {
    painter.drawText(QPointF(x, baseline), words);
    x += metrics.horizontalAdvance(words) + gap;
  };
  write(lowOf(scale));
  QImage colours(kSteps, 1, QImage::Format_RGB32);
  for (int i = 0; i < kSteps; ++i) colours.setPixel(i, 0, colourAt(scale.map, i / (kSteps - 1.0)));
  const double height = metrics.capHeight();
  painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
  painter.drawImage(QRectF(x, baseline - height, kBarLength * metrics.height(), height), colours);
  x += kBarLength * metrics.height() + gap;
  write(numberOf(scale.valueAt(1)));
  x += gap;
  if (x < box.right()) write(fitted(label, metrics, box.right() - x));
  painter.restore();
}

ColourLegend::ColourLegend(QWidget *parent) : QWidget(parent) {
  setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void ColourLegend::setScale(const ColourScale &scale, const QString &label) {
  scale_ = scale;
  label_ = label;
  setAccessibleName(label);
  updateGeometry();
  update();
}

LevelColourBar ColourLegend::bar() const {
  const Theme theme = themeFor(this);
  return {scale_, label_, theme.caption, theme.mutedText};
}

QSize ColourLegend::sizeHint() const {
  const LevelColourBar shown = bar();
  return {static_cast<int>(shown.width(this)) + 1, QFontMetrics(shown.font).height()};
}

void ColourLegend::paintEvent(QPaintEvent *) {
  if (label_.isEmpty()) return;
  QPainter painter(this);
  bar().paint(painter, rect());
}

}  // namespace sinkscope
