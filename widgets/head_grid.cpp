#include "widgets/head_grid.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "widgets/axis_ticks.h"
#include "widgets/cell_keys.h"
#include "widgets/theme.h"

namespace sinkscope {

namespace {

/** Of two whole numbers that divide what is there, else the fraction itself (more cells than pixels). */
double wholePixels(double extent) {
  return extent >= 1 ? std::floor(extent) : extent;
}

double gapFor(double pitch) {
  if (pitch >= 20) return 4;
  if (pitch >= 12) return 2;
  return pitch >= 8 ? 1 : 0;
}

}  // namespace

GridGeometry GridGeometry::fit(int layers, int heads, const QRectF &bounds, double maximumCell) {
  GridGeometry grid;
  grid.layers = std::max(0, layers);
  grid.heads = std::max(0, heads);
  if (grid.layers == 0 || grid.heads == 0 || bounds.width() <= 0 || bounds.height() <= 0) return grid;
  const double aspect = 4;
  const double room = std::min(bounds.width() / grid.heads, bounds.height() / grid.layers);
  grid.gap = gapFor(room);
  // The last cell needs no gap behind it.
  double width = wholePixels((bounds.width() + grid.gap) / grid.heads) - grid.gap;
  double height = wholePixels((bounds.height() + grid.gap) / grid.layers) - grid.gap;
  width = std::min({width, maximumCell, std::max(1.0, aspect * height)});
  height = std::min({height, maximumCell, std::max(1.0, aspect * width)});
  grid.cellWidth = width;
  grid.cellHeight = height;
  grid.area = QRectF(bounds.topLeft(),
                     QSizeF(grid.heads * (width + grid.gap) - grid.gap, grid.layers * (height + grid.gap) - grid.gap));
  return grid;
}

QRectF GridGeometry::cell(int layer, int column) const {
  return {area.left() + column * (cellWidth + gap), area.top() + layer * (cellHeight + gap), cellWidth, cellHeight};
}

std::pair<int, int> GridGeometry::at(const QPointF &point) const {
  if (layers == 0 || heads == 0 || !area.contains(point)) return {-1, -1};
  // A gap belongs to the cell before it: a hovering pointer never falls between two cells.
  const int layer = static_cast<int>((point.y() - area.top()) / (cellHeight + gap));
  const int column = static_cast<int>((point.x() - area.left()) / (cellWidth + gap));
  return {std::min(layer, layers - 1), std::min(column, heads - 1)};
}

int GridGeometry::labelStep(double cell, double label) {
  return sinkscope::labelStep(cell, label);
}

std::vector<std::vector<int>> headOrder(const Matrix &shares, bool sorted) {
  std::vector<std::vector<int>> order;
  if (shares.empty()) return order;
  order.resize(static_cast<std::size_t>(shares.rows));
  for (int layer = 0; layer < shares.rows; ++layer) {
    std::vector<int> &heads = order[static_cast<std::size_t>(layer)];
    heads.resize(static_cast<std::size_t>(shares.columns));
    std::iota(heads.begin(), heads.end(), 0);
    if (!sorted) continue;
    // Heads without a value come last; NaN must not reach the comparison.
    const auto key = [&](int head) {
      const float share = shares.at(layer, head);
      return std::isnan(share) ? -INFINITY : share;
    };
    std::stable_sort(heads.begin(), heads.end(), [&](int a, int b) { return key(a) > key(b); });
  }
  return order;
}

HeadGrid::HeadGrid(QWidget *parent) : QWidget(parent), scaleLabel_(tr("attention to the sink, α₀")) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  setAccessibleName(tr("Layers by heads"));
  describe();
}

void HeadGrid::setShares(Matrix shares) {
  const bool sameShape = shares.rows == shares_.rows && shares.columns == shares_.columns;
  shares_ = std::move(shares);
  order_ = headOrder(shares_, sorted_);
  if (!sameShape) {
    thumbnails_.clear();
    selectedLayer_ = selectedHead_ = -1;
    hovered_ = {-1, -1};
  }
  describe();
  update();
}

void HeadGrid::setThreshold(double eps) {
  if (eps == eps_) return;
  eps_ = eps;
  describe();
  update();
}

void HeadGrid::setThumbnails(QVector<QImage> thumbnails) {
  thumbnails_ = std::move(thumbnails);
  update();
}

void HeadGrid::setSorted(bool sorted) {
  if (sorted == sorted_) return;
  sorted_ = sorted;
  order_ = headOrder(shares_, sorted_);
  update();
}

void HeadGrid::setSelected(int layer, int head) {
  const bool inside = layer >= 0 && layer < shares_.rows && head >= 0 && head < shares_.columns;
  selectedLayer_ = inside ? layer : -1;
  selectedHead_ = inside ? head : -1;
  describe();
  update();
}

void HeadGrid::setHovered(int layer, int head) {
  const std::pair lit = columnOf(layer, head) < 0 ? std::pair{-1, -1} : std::pair{layer, head};
  if (lit == hovered_) return;
  hovered_ = lit;
  update();
}

void HeadGrid::setColourMap(ColourMap map) {
  if (map == scale_.map) return;
  scale_.map = map;
  update();
}

void HeadGrid::setScaleLabel(const QString &label) {
  scaleLabel_ = label;
  update();
}

void HeadGrid::setPlaceholder(const QString &text) {
  placeholder_ = text;
  describe();
  update();
}

int HeadGrid::sinkCount() const {
  return static_cast<int>(
      std::count_if(shares_.values.begin(), shares_.values.end(), [this](float share) { return share > eps_; }));
}

int HeadGrid::columnOf(int layer, int head) const {
  if (layer < 0 || layer >= static_cast<int>(order_.size())) return -1;
  const std::vector<int> &heads = order_[static_cast<std::size_t>(layer)];
  const auto found = std::find(heads.begin(), heads.end(), head);
  return found == heads.end() ? -1 : static_cast<int>(found - heads.begin());
}

QRectF HeadGrid::cellRect(int layer, int head) const {
  const int column = columnOf(layer, head);
  return column < 0 ? QRectF() : geometryNow().cell(layer, column);
}

std::pair<int, int> HeadGrid::headAt(const QPointF &point) const {
  const auto [layer, column] = geometryNow().at(point);
  if (layer < 0 || order_.empty()) return {-1, -1};
  return {layer, order_[static_cast<std::size_t>(layer)][static_cast<std::size_t>(column)]};
}

QString HeadGrid::headText(int layer, int head) const {
  const float share = shares_.at(layer, head);
  if (std::isnan(share)) return tr("layer %1, head %2: no value").arg(layer).arg(head);
  return tr("layer %1, head %2: %3%4")
      .arg(layer)
      .arg(head)
      .arg(share, 0, 'f', 3)
      .arg(share > eps_ ? tr(", above eps") : QString());
}

void HeadGrid::describe() {
  if (shares_.empty()) {
    setAccessibleDescription(placeholder_);
    return;
  }
  const QString all = tr("%1 layers of %2 heads; %3 above eps. The arrow keys move, Return opens.")
                          .arg(shares_.rows)
                          .arg(shares_.columns)
                          .arg(sinkCount());
  setAccessibleDescription(selectedLayer_ < 0 ? all
                                              : headText(selectedLayer_, selectedHead_) + QStringLiteral("; ") + all);
}

void HeadGrid::hover(std::pair<int, int> head) {
  if (head == hovered_) return;
  hovered_ = head;
  update();
  emit headHovered(head.first, head.second);
}

void HeadGrid::mouseMoveEvent(QMouseEvent *event) {
  hover(headAt(event->position()));
}

void HeadGrid::leaveEvent(QEvent *event) {
  hover({-1, -1});
  QWidget::leaveEvent(event);
}

void HeadGrid::mousePressEvent(QMouseEvent *event) {
  const auto [layer, head] = headAt(event->position());
  if (event->button() != Qt::LeftButton || layer < 0) return;
  setSelected(layer, head);
  emit headSelected(layer, head);
}

void HeadGrid::mouseDoubleClickEvent(QMouseEvent *event) {
  const auto [layer, head] = headAt(event->position());
  if (event->button() == Qt::LeftButton && layer >= 0) emit headActivated(layer, head);
}

void HeadGrid::keyPressEvent(QKeyEvent *event) {
  if (shares_.empty()) return QWidget::keyPressEvent(event);
  if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
    if (selectedLayer_ >= 0) emit headActivated(selectedLayer_, selectedHead_);
    return;
  }
  const std::pair from{selectedLayer_, columnOf(selectedLayer_, selectedHead_)};
  const auto cell = cellAfterKey(event->key(), from, shares_.rows, shares_.columns);
  if (!cell) return QWidget::keyPressEvent(event);
  const auto [layer, column] = *cell;
  const int head = order_[static_cast<std::size_t>(layer)][static_cast<std::size_t>(column)];
  if (layer == selectedLayer_ && head == selectedHead_) return;
  setSelected(layer, head);
  emit headSelected(layer, head);
}

bool HeadGrid::event(QEvent *event) {
  if (event->type() == QEvent::ToolTip) {
    const auto *help = static_cast<QHelpEvent *>(event);
    const auto [layer, head] = headAt(help->pos());
    if (layer < 0) {
      QToolTip::hideText();
    } else {
      QToolTip::showText(help->globalPos(), headText(layer, head), this, cellRect(layer, head).toAlignedRect());
    }
    return true;
  }
  return QWidget::event(event);
}

}  // namespace sinkscope
