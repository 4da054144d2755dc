#include "app/pages/flow_layout.h"

#include <algorithm>

namespace sinkscope {

FlowLayout::FlowLayout(int spacing) {
  setSpacing(spacing);
  setContentsMargins(0, 0, 0, 0);
}

FlowLayout::~FlowLayout() {
  qDeleteAll(items_);
}

void FlowLayout::addItem(QLayoutItem* item) {
  items_.append(item);
}

int FlowLayout::count() const {
  return static_cast<int>(items_.size());
}

QLayoutItem* FlowLayout::itemAt(int index) const {
  return items_.value(index);
}

QLayoutItem* FlowLayout::takeAt(int index) {
  return index >= 0 && index < count() ? items_.takeAt(index) : nullptr;
}

template <typename Place>
int FlowLayout::flow(const QRect& rect, Place place) const {
  int x = rect.x(), y = rect.y(), row = 0;
  for (QLayoutItem* item : items_) {
    if (item->isEmpty()) continue;  // hidden
    const QSize size = item->sizeHint();
    if (x > rect.x() && x + size.width() > rect.x() + rect.width()) {
      x = rect.x();
      y += row + spacing() / 2;
      row = 0;
    }
    place(item, QRect(QPoint(x, y), size));
    x += size.width() + spacing();
    row = std::max(row, size.height());
  }
  return y + row - rect.y();
}

int FlowLayout::heightForWidth(int width) const {
  return flow(QRect(0, 0, width, 0), [](QLayoutItem*, const QRect&) {});
}

QSize FlowLayout::sizeHint() const {
  QSize size;
  for (const QLayoutItem* item : items_) {
    if (item->isEmpty()) continue;
    const int gap = size.isEmpty() ? 0 : spacing();
    size = {size.width() + gap + item->sizeHint().width(), std::max(size.height(), item->sizeHint().height())};
  }
  return size;
}

QSize FlowLayout::minimumSize() const {
  QSize size;
  for (const QLayoutItem* item : items_)
    if (!item->isEmpty()) size = size.expandedTo(item->minimumSize());
  return size;
}

void FlowLayout::setGeometry(const QRect& rect) {
  QLayout::setGeometry(rect);
  flow(rect, [](QLayoutItem* item, const QRect& place) { item->setGeometry(place); });
}

}  // namespace sinkscope
