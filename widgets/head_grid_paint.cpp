// How the layer-by-head grid looks; what it does is in head_grid.cpp.
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "widgets/axis_ticks.h"
#include "widgets/head_grid.h"
#include "widgets/theme.h"

namespace sinkscope {

namespace {

constexpr double kBarWidth = 3 * kGrid;
constexpr double kBarGap = 4 * kGrid;  // between the cells and the colour bar
constexpr double kTickGap = 6;         // between the cells and their numbers
constexpr double kNumber = 20;         // no cell narrower than this can show its share as a number, or a picture
constexpr double kThumbnail = 24;      // the smallest cell that shows a picture
constexpr double kFramed = 12;         // the smallest cell whose frame has room for a ring within

QString widestNumber(int count) {
  return QString(QString::number(std::max(0, count - 1)).size(), QLatin1Char('0'));
}

/** A frame of `width` pixels along the inside of a rectangle, by `fill(rectangle, colour)`. */
template <typename Fill>
void frame(const Fill &fill, const QRectF &rect, double width, const QColor &colour) {
  fill(QRectF(rect.left(), rect.top(), rect.width(), width), colour);
  fill(QRectF(rect.left(), rect.bottom() - width, rect.width(), width), colour);
  fill(QRectF(rect.left(), rect.top() + width, width, rect.height() - 2 * width), colour);
  fill(QRectF(rect.right() - width, rect.top() + width, width, rect.height() - 2 * width), colour);
}

/** What a cell's frame, with its ring, takes of it on each side. */
double frameInset(const QRectF &cell) {
  return std::min(cell.width(), cell.height()) >= kFramed ? 3 : 1;
}

/** Frames a cell; what is left of it within. A ring of background keeps amber apart from the map's own yellow. */
template <typename Fill>
QRectF framed(const Fill &fill, const QRectF &cell, const QColor &accent) {
  const double inset = frameInset(cell);
  frame(fill, cell, std::min(inset, 2.0), accent);
  return cell.adjusted(inset, inset, -inset, -inset);
}

/** Fills rectangles of whole pixels of an image whose top left corner stands at `origin`. */
auto fillingOf(QImage &image, const QPointF &origin) {
  return [&image, origin](const QRectF &rect, const QColor &colour) {
    const QRect pixels = rect.translated(-origin).toRect();
    for (int y = pixels.top(); y <= pixels.bottom(); ++y) {
      std::fill_n(reinterpret_cast<QRgb *>(image.scanLine(y)) + pixels.left(), pixels.width(),
                  qPremultiply(colour.rgba()));
    }
  };
}

}  // namespace

ColourBar HeadGrid::colourBar() const {
  const Theme theme = themeFor(this);
  return {scale_, scaleLabel_, theme.caption, theme.mutedText, eps_, theme.accent};
}

GridGeometry HeadGrid::geometryNow() const {
  if (shares_.empty()) return {};
  const QFontMetricsF metrics(themeFor(this).caption);
  const double line = std::ceil(metrics.height());
  const double left =
      kGrid + line + kGrid + std::ceil(metrics.horizontalAdvance(widestNumber(shares_.rows))) + kTickGap;
  const double bottom = kGrid + (sorted_ ? 1 : 2) * line + kGrid;
  const double right = kBarGap + std::ceil(colourBar().width({kBarWidth, height() - kGrid - bottom}, this)) + kGrid;
  return GridGeometry::fit(shares_.rows, shares_.columns, QRectF(rect()).adjusted(left, kGrid, -right, -bottom));
}

QSize HeadGrid::sizeHint() const {
  return {420, 420};
}

QSize HeadGrid::minimumSizeHint() const {
  return {200, 160};
}

void HeadGrid::paintEvent(QPaintEvent *) {
  QPainter painter(this);
  const Theme theme = themeFor(this);
  if (shares_.empty()) {
    painter.setPen(theme.mutedText);
    painter.setFont(theme.body);
    painter.drawText(rect().adjusted(kMargin, kMargin, -kMargin, -kMargin), Qt::AlignCenter | Qt::TextWordWrap,
                     placeholder_);
    return;
  }
  const GridGeometry grid = geometryNow();
  if (grid.gap == 0) {
    paintTinyCells(painter, theme, grid);
    paintOutlines(painter, grid);
  } else if (grid.cellWidth < kNumber) {
    paintSmallCells(painter, theme, grid);
  } else {
    for (int layer = 0; layer < grid.layers; ++layer) {
      for (int column = 0; column < grid.heads; ++column) paintCell(painter, theme, grid, layer, column);
    }
  }
  paintMarks(painter, grid);
  paintLabels(painter, grid);
  const QRectF bar(grid.area.right() + kBarGap, grid.area.top(), kBarWidth, grid.area.height());
  colourBar().paint(painter, bar);
}

void HeadGrid::paintCell(QPainter &painter, const Theme &theme, const GridGeometry &grid, int layer, int column) const {
  const int head = order_[static_cast<std::size_t>(layer)][static_cast<std::size_t>(column)];
  const float share = shares_.at(layer, head);
  QRectF cell = grid.cell(layer, column);
  const double inset = frameInset(cell);
  if (share > eps_) {
    cell =
        framed([&](const QRectF &rect, const QColor &colour) { painter.fillRect(rect, colour); }, cell, theme.accent);
  }
  const QColor colour = std::isnan(share) ? theme.empty : QColor::fromRgb(scale_.colour(share));
  const qsizetype index = static_cast<qsizetype>(layer) * grid.heads + head;
  const bool pictures = index < thumbnails_.size() && !thumbnails_[index].isNull();
  if (pictures && std::min(grid.cellWidth, grid.cellHeight) >= kThumbnail) {
    painter.setRenderHint(QPainter::SmoothPixmapTransform, thumbnails_[index].width() > cell.width());
    painter.fillRect(cell, theme.empty);
    painter.drawImage(cell.adjusted(0, 0, 0, -kGrid - 1), thumbnails_[index]);
    // The share itself stays in sight, as a strip of its colour under the picture.
    painter.fillRect(QRectF(cell.left(), cell.bottom() - kGrid, cell.width(), kGrid), colour);
    return;
  }
  painter.fillRect(cell, colour);
  if (std::isnan(share)) return;
  const QFontMetricsF metrics(theme.caption, this);
  // All cells show their numbers or none does, framed or not.
  if (grid.cellWidth - 2 * inset < metrics.horizontalAdvance(QStringLiteral("0.00")) + 2 * kGrid ||
      grid.cellHeight - 2 * inset < metrics.capHeight() + kGrid) {
    return;
  }
  painter.setFont(theme.caption);
  painter.setPen(QColor(inkOn(colour.rgb())));
  painter.drawText(cell, Qt::AlignCenter | Qt::TextDontClip, QString::number(share, 'f', 2));
}

/** Cells with room for a frame and nothing else: painted into one image, as a painter's thousands of rectangles would
 * take longer than a frame on a screen has. */
void HeadGrid::paintSmallCells(QPainter &painter, const Theme &theme, const GridGeometry &grid) const {
  QImage image(grid.area.size().toSize(), QImage::Format_ARGB32_Premultiplied);
  image.fill(Qt::transparent);
  const auto fill = fillingOf(image, grid.area.topLeft());
  for (int layer = 0; layer < grid.layers; ++layer) {
    const std::vector<int> &heads = order_[static_cast<std::size_t>(layer)];
    for (int column = 0; column < grid.heads; ++column) {
      const float share = shares_.at(layer, heads[static_cast<std::size_t>(column)]);
      const QRectF cell = grid.cell(layer, column);
      const QRectF inside = share > eps_ ? framed(fill, cell, theme.accent) : cell;
      fill(inside, std::isnan(share) ? theme.empty : QColor::fromRgb(scale_.colour(share)));
    }
  }
  painter.drawImage(grid.area, image);
}

/** The same where cells have no room for frames: a pixel of the image a cell. */
void HeadGrid::paintTinyCells(QPainter &painter, const Theme &theme, const GridGeometry &grid) const {
  Matrix shown{grid.layers, grid.heads, {}};
  for (int layer = 0; layer < grid.layers; ++layer) {
    for (int head : order_[static_cast<std::size_t>(layer)]) shown.values.push_back(shares_.at(layer, head));
  }
  painter.fillRect(grid.area, theme.empty);
  painter.drawImage(grid.area, imageOf(shown, scale_));
}

/** Where cells are too small for frames of their own, the border of the set above eps is drawn. */
void HeadGrid::paintOutlines(QPainter &painter, const GridGeometry &grid) const {
  const QColor accent = themeFor(this).accent;
  const auto above = [&](int layer, int column) {
    if (layer < 0 || column < 0 || layer >= grid.layers || column >= grid.heads) return false;
    const int head = order_[static_cast<std::size_t>(layer)][static_cast<std::size_t>(column)];
    return shares_.at(layer, head) > eps_;
  };
  for (int layer = 0; layer < grid.layers; ++layer) {
    for (int column = 0; column < grid.heads; ++column) {
      if (!above(layer, column)) continue;
      const QRectF cell = grid.cell(layer, column);
      const auto edge = [&](double x, double y, double w, double h) { painter.fillRect(QRectF(x, y, w, h), accent); };
      if (!above(layer - 1, column)) edge(cell.left(), cell.top(), cell.width(), 1);
      if (!above(layer + 1, column)) edge(cell.left(), cell.bottom() - 1, cell.width(), 1);
      if (!above(layer, column - 1)) edge(cell.left(), cell.top(), 1, cell.height());
      if (!above(layer, column + 1)) edge(cell.right() - 1, cell.top(), 1, cell.height());
    }
  }
}

/** What is hovered, selected and focused, all in the neutral colour. */
void HeadGrid::paintMarks(QPainter &painter, const GridGeometry &grid) const {
  const Theme theme = themeFor(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setBrush(Qt::NoBrush);
  const auto ring = [&](const QRectF &rect, double distance, double width) {
    painter.setPen(QPen(theme.selection, width));
    const double out = distance + width / 2;
    painter.drawRoundedRect(rect.adjusted(-out, -out, out, out), 2, 2);
  };
  if (hovered_.first >= 0) ring(grid.cell(hovered_.first, columnOf(hovered_.first, hovered_.second)), 0, 1);
  if (selectedLayer_ >= 0) {
    const QRectF cell = grid.cell(selectedLayer_, columnOf(selectedLayer_, selectedHead_));
    ring(cell, 0, 2);
    if (hasFocus()) ring(cell, 3, 1);
  } else if (hasFocus()) {
    ring(grid.area, 1, 1);
  }
  painter.setRenderHint(QPainter::Antialiasing, false);
}

void HeadGrid::paintLabels(QPainter &painter, const GridGeometry &grid) const {
  const Theme theme = themeFor(this);
  const QFontMetricsF metrics(theme.caption, this);
  const double line = std::ceil(metrics.height());
  const double numbers = metrics.horizontalAdvance(widestNumber(grid.layers));
  painter.setFont(theme.caption);
  const auto pen = [&](bool lit) { painter.setPen(lit ? theme.text : theme.mutedText); };
  const int litLayer = hovered_.first >= 0 ? hovered_.first : selectedLayer_;
  const int litHead = hovered_.first >= 0 ? hovered_.second : selectedHead_;
  const int layerStep = GridGeometry::labelStep(grid.cellHeight + grid.gap, line);
  for (int layer = 0; layer < grid.layers; layer += layerStep) {
    pen(layer == litLayer);
    const QRectF cell = grid.cell(layer, 0);
    const QRectF room(cell.left() - kTickGap - numbers - 2, cell.center().y() - line / 2, numbers + 2, line);
    painter.drawText(room, Qt::AlignRight | Qt::AlignVCenter | Qt::TextDontClip, QString::number(layer));
  }
  double y = grid.area.bottom() + kGrid;
  if (!sorted_) {
    const double extent = metrics.horizontalAdvance(widestNumber(grid.heads)) + kGrid;
    const int headStep = GridGeometry::labelStep(grid.cellWidth + grid.gap, extent);
    for (int head = 0; head < grid.heads; head += headStep) {
      pen(head == litHead);
      const QRectF room(grid.cell(0, head).center().x() - extent / 2, y, extent, line);
      painter.drawText(room, Qt::AlignCenter | Qt::TextDontClip, QString::number(head));
    }
    y += line;
  }
  pen(false);
  const QString title = sorted_ ? tr("heads by falling share") : tr("head");
  const double needed = std::max(grid.area.width(), metrics.horizontalAdvance(title));
  const double left = std::max(0.0, grid.area.center().x() - needed / 2);
  painter.drawText(QRectF(left, y, needed, line), Qt::AlignCenter, title);
  painter.save();
  painter.translate(kGrid, grid.area.center().y());
  painter.rotate(-90);
  painter.drawText(QRectF(-grid.area.height() / 2, 0, grid.area.height(), line), Qt::AlignCenter | Qt::TextDontClip,
                   fitted(tr("layer"), metrics, grid.area.height()));
  painter.restore();
}

}  // namespace sinkscope
