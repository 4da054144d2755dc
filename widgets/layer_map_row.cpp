#include "widgets/layer_map_row.h"

#include <QEvent>
#include <algorithm>
#include <cmath>

namespace sinkscope {

LayerMapRow::LayerMapRow(QWidget *parent) : QWidget(parent), xTitle_(tr("token")), yTitle_(tr("layer")) {
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  setCount(1);
}

void LayerMapRow::setCount(int count) {
  while (this->count() > count) {
    // Later: it may be the one whose click asked for other maps.
    LayerMap *last = maps_.back();
    disconnect(last, nullptr, this, nullptr);
    last->hide();
    last->deleteLater();
    maps_.pop_back();
  }
  while (this->count() < count) {
    auto *map = new LayerMap(this);
    const int index = this->count();
    setTabOrder(maps_.empty() ? static_cast<QWidget *>(this) : maps_.back(), map);
    maps_.push_back(map);
    map->setScale(scale_);
    map->setScaleLabel(scaleLabel_);
    map->setAxisTitles(xTitle_, yTitle_);
    map->setPlaceholder(placeholder_);
    map->setShownRows(shown_);
    connect(map, &LayerMap::cellHovered, this, [this, index](int row, int column) {
      setHighlight(index, row, column);
      emit cellHovered(index, row, column);
    });
    connect(map, &LayerMap::cellClicked, this,
            [this, index](int row, int column) { emit cellClicked(index, row, column); });
    map->setVisible(true);
  }
}

void LayerMapRow::setMaps(std::vector<LayerMapData> maps) {
  setCount(std::max(1, static_cast<int>(maps.size())));
  if (maps.empty()) maps.resize(1);
  for (std::size_t i = 0; i < maps.size(); ++i) maps_[i]->setData(std::move(maps[i]));
  arrange();
}

void LayerMapRow::setScale(const ColourScale &scale, const QString &label) {
  scale_ = scale;
  scaleLabel_ = label;
  for (LayerMap *map : maps_) {
    map->setScale(scale);
    map->setScaleLabel(label);
  }
  arrange();
}

void LayerMapRow::setAxisTitles(const QString &x, const QString &y) {
  xTitle_ = x;
  yTitle_ = y;
  for (LayerMap *map : maps_) map->setAxisTitles(x, y);
}

void LayerMapRow::setPlaceholder(const QString &text) {
  placeholder_ = text;
  for (LayerMap *map : maps_) map->setPlaceholder(text);
}

void LayerMapRow::setShownRows(int rows) {
  shown_ = rows;
  for (LayerMap *map : maps_) map->setShownRows(rows);
}

int LayerMapRow::columnIn(int other, int map, int column) const {
  if (column < 0) return -1;
  const int fromEnd = this->map(map)->data().values.columns - column;
  return std::max(-1, this->map(other)->data().values.columns - fromEnd);
}

void LayerMapRow::setHighlight(int map, int row, int column) {
  if (map < 0 || map >= count()) {
    for (LayerMap *each : maps_) each->setHighlight(-1, -1);
    return;
  }
  for (int other = 0; other < count(); ++other) this->map(other)->setHighlight(row, columnIn(other, map, column));
}

/** Gives every map the width of its columns: the cells share what labels and bar leave. */
void LayerMapRow::arrange() {
  double labels = 0;
  int columns = 0;
  for (LayerMap *map : maps_) {
    map->setColourBarShown(map == maps_.back());
    map->setLabelExtent(0);
    labels = std::max(labels, map->labelExtent());
    columns += map->data().values.columns;
  }
  double sides = 0;
  for (LayerMap *map : maps_) {
    map->setLabelExtent(labels);
    map->resize(map->width(), height());  // the bar's label takes one line or two by the height
    sides += std::ceil(map->sideRoom());
  }
  if (columns == 0) return maps_.front()->setGeometry(rect());
  double pitch = std::max(0.0, width() - sides) / columns;
  if (pitch >= 1) pitch = std::floor(pitch);
  place(pitch);
  // Cells that need not be as wide leave no gaps between the maps.
  double used = 0;
  for (const LayerMap *map : maps_) used = std::max(used, map->geometryNow().cellWidth());
  if (used < pitch) place(used);
}

void LayerMapRow::place(double pitch) {
  int left = 0;
  for (LayerMap *map : maps_) {
    const int room = static_cast<int>(std::ceil(map->sideRoom() + map->data().values.columns * pitch));
    map->setGeometry(left, 0, std::max(1, room), height());
    left += room;
  }
}

void LayerMapRow::resizeEvent(QResizeEvent *event) {
  QWidget::resizeEvent(event);
  arrange();
}

void LayerMapRow::changeEvent(QEvent *event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::FontChange) arrange();
}

}  // namespace sinkscope
