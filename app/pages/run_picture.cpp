#include "app/pages/run_picture.h"

#include "widgets/theme.h"

#include <QPainter>
#include <QPainterPath>

namespace sinkscope {
namespace {

constexpr int kHeight = 36 * kGrid;

QImage imageOf(const Array<std::uint8_t, 2>& picture, ColourMap map) {
  QImage image(static_cast<int>(picture.extent(1)), static_cast<int>(picture.extent(0)), QImage::Format_RGB32);
  for (int row = 0; row < image.height(); ++row)
    for (int column = 0; column < image.width(); ++column)
      image.setPixel(column, row,
                     colourAt(map, picture(static_cast<std::size_t>(row), static_cast<std::size_t>(column)) / 255.0));
  return image;
}

QPainterPath curveOf(const Array<std::uint8_t, 2>& picture, const QRectF& room) {
  QPainterPath path;
  const std::size_t points = picture.extent(1);
  for (std::size_t i = 0; i < points; ++i) {
    const QPointF point(room.left() + room.width() * static_cast<double>(i) / static_cast<double>(points - 1),
                        room.bottom() - room.height() * picture(0, i) / 255.0);
    i == 0 ? path.moveTo(point) : path.lineTo(point);
  }
  return path;
}

}  // namespace

RunPicture::RunPicture(QWidget* parent) : QWidget(parent) {
  setObjectName(QStringLiteral("runPicture"));
  setFixedHeight(kHeight);
}

void RunPicture::setPicture(const Array<std::uint8_t, 2>& picture, const QString& what) {
  picture_ = picture;
  setAccessibleName(what);
  setToolTip(what);
  update();
}

void RunPicture::setColourMap(ColourMap map) {
  map_ = map;
  update();
}

void RunPicture::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const Theme theme = themeFor(this);
  if (picture_.empty()) {
    painter.fillRect(rect(), theme.surface);
    painter.setPen(theme.mutedText);
    painter.setFont(theme.caption);
    painter.drawText(rect(), Qt::AlignCenter, tr("no picture"));
    return;
  }
  if (picture_.extent(0) == 1 && picture_.extent(1) > 1) {
    painter.fillRect(rect(), theme.surface);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.text, 1.5));
    painter.drawPath(curveOf(picture_, QRectF(rect()).adjusted(kSpacing, kSpacing, -kSpacing, -kSpacing)));
    return;
  }
  painter.drawImage(rect(), imageOf(picture_, map_));  // cells keep their edges
}

}  // namespace sinkscope
