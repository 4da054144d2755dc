#include "widgets/layer_map.h"

#include "widgets/cell_keys.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <algorithm>
#include <cmath>

namespace sinkscope {

LayerMap::LayerMap(QWidget *parent) : QWidget(parent), xTitle_(tr("token")), yTitle_(tr("layer")) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  setAccessibleName(tr("Map of layers by tokens"));
  describe();
}

void LayerMap::setData(LayerMapData data) {
  data_ = std::move(data);
  if (data_.values.empty()) data_.values = {};
  hovered_ = {-1, -1};  // the next move of the pointer is news again
  if (lit_.first >= data_.values.rows) lit_.first = -1;
  if (lit_.second >= data_.values.columns) lit_.second = -1;
  describe();
  update();
}

void LayerMap::setScale(const ColourScale &scale) {
  scale_ = scale;
  update();
}

void LayerMap::setScaleLabel(const QString &label) {
  scaleLabel_ = label;
  update();
}

void LayerMap::setColourBarShown(bool shown) {
  barShown_ = shown;
  update();
}

void LayerMap::setAxisTitles(const QString &x, const QString &y) {
  xTitle_ = x;
  yTitle_ = y;
  describe();
  update();
}

void LayerMap::setPlaceholder(const QString &text) {
  placeholder_ = text;
  describe();
  update();
}

void LayerMap::setLabelExtent(double pixels) {
  if (pixels == labelExtent_) return;
  labelExtent_ = pixels;
  update();
}

void LayerMap::setShownRows(int rows) {
  if (rows == shown_) return;
  shown_ = rows;
  update();
}

int LayerMap::shownRows() const {
  return shown_ < 0 ? data_.values.rows : std::min(shown_, data_.values.rows);
}

void LayerMap::setHighlight(int row, int column) {
  const std::pair<int, int> wanted{row >= 0 && row < data_.values.rows ? row : -1,
                                   column >= 0 && column < data_.values.columns ? column : -1};
  if (wanted == lit_) return;
  lit_ = wanted;
  describe();
  update();
}

QRectF LayerMap::cellRect(int row, int column) const {
  return geometryNow().cell(row, column);
}

void LayerMap::describe() {
  if (data_.values.empty()) {
    setAccessibleDescription(placeholder_);
    return;
  }
  QString text = tr("%1 by %2: %3 rows of %4. The arrow keys move, Return selects.")
                     .arg(yTitle_, xTitle_)
                     .arg(data_.values.rows)
                     .arg(data_.values.columns);
  if (!data_.title.isEmpty()) text = data_.title + QStringLiteral("; ") + text;
  if (lit_.first >= 0 && lit_.second >= 0) {
    const float value = data_.values.at(lit_.first, lit_.second);
    text = tr("%1 %2, %3 %4: %5; ")
               .arg(yTitle_, data_.rowLabel(lit_.first), xTitle_, data_.columnLabel(lit_.second),
                    std::isnan(value) ? tr("no value") : QString::number(value, 'g', 3)) +
           text;
  }
  setAccessibleDescription(text);
}

void LayerMap::hover(std::pair<int, int> cell) {
  if (cell == hovered_) return;
  hovered_ = cell;
  setHighlight(cell.first, cell.second);
  emit cellHovered(cell.first, cell.second);
}

void LayerMap::mouseMoveEvent(QMouseEvent *event) {
  hover(geometryNow().at(event->position()));
}

void LayerMap::leaveEvent(QEvent *event) {
  hover({-1, -1});
  QWidget::leaveEvent(event);
}

void LayerMap::mousePressEvent(QMouseEvent *event) {
  const auto [row, column] = geometryNow().at(event->position());
  if (event->button() == Qt::LeftButton && row >= 0) emit cellClicked(row, column);
}

void LayerMap::keyPressEvent(QKeyEvent *event) {
  if (data_.values.empty()) return QWidget::keyPressEvent(event);
  if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
    const auto [row, column] = lit_;
    if (row >= 0 && column >= 0) emit cellClicked(row, column);
    return;
  }
  const auto cell = cellAfterKey(event->key(), lit_, data_.values.rows, data_.values.columns);
  if (!cell) return QWidget::keyPressEvent(event);
  hover(*cell);
}

}  // namespace sinkscope
