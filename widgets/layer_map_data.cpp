#include "widgets/layer_map_data.h"

#include <algorithm>
#include <cmath>

#include "widgets/axis_ticks.h"

namespace sinkscope {

namespace {

constexpr double kWidest = 4;     // cells at most this many times as wide as high
constexpr double kHighest = 2.5;  // or as high as wide
constexpr double kLargest = 56;   // pixels

double wholePixels(double extent) {
  return extent >= 1 ? std::floor(extent) : extent;
}

}  // namespace

QString LayerMapData::rowLabel(int row) const {
  return row < rows.size() ? rows[row] : QString::number(row);
}

QString LayerMapData::columnLabel(int column) const {
  return column < columns.size() ? columns[column] : QString::number(column);
}

std::vector<int> LayerMapData::labelledRows(double pitch, double line) const {
  std::vector<int> shown;
  std::vector<std::pair<int, int>> numbers;  // row, its number
  for (int row = 0; row < values.rows; ++row) {
    bool isNumber = false;
    const int number = rowLabel(row).toInt(&isNumber);
    if (isNumber) {
      numbers.emplace_back(row, number);
    } else if (shown.empty() || (row - shown.back()) * pitch >= line) {
      shown.push_back(row);
    }
  }
  const int step = labelStep(pitch, line);
  const std::vector<int> names = shown;
  for (const auto &[row, number] : numbers) {
    const bool clear = std::all_of(names.begin(), names.end(),
                                   [&, at = row](int name) { return std::abs(at - name) * pitch >= line; });
    if (number % step == 0 && clear) shown.push_back(row);
  }
  std::sort(shown.begin(), shown.end());
  return shown;
}

LayerMapGeometry LayerMapGeometry::fit(int rows, int columns, const QRectF &bounds) {
  LayerMapGeometry map;
  if (rows <= 0 || columns <= 0 || bounds.width() <= 0 || bounds.height() <= 0) return map;
  map.rows = rows;
  map.columns = columns;
  double width = std::min(kLargest, wholePixels(bounds.width() / columns));
  double height = std::min(kLargest, wholePixels(bounds.height() / rows));
  width = std::min(width, kWidest * height);
  height = std::min(height, std::max(std::min(height, 8.0), wholePixels(kHighest * width)));
  map.area = QRectF(bounds.topLeft(), QSizeF(width * columns, height * rows));
  return map;
}

QRectF LayerMapGeometry::cell(int row, int column) const {
  return {area.left() + column * cellWidth(), area.top() + row * cellHeight(), cellWidth(), cellHeight()};
}

QRectF LayerMapGeometry::row(int row) const {
  return {area.left(), area.top() + row * cellHeight(), area.width(), cellHeight()};
}

QRectF LayerMapGeometry::column(int column) const {
  return {area.left() + column * cellWidth(), area.top(), cellWidth(), area.height()};
}

std::pair<int, int> LayerMapGeometry::at(const QPointF &point) const {
  if (rows == 0 || columns == 0 || !area.contains(point)) return {-1, -1};
  const int row = static_cast<int>((point.y() - area.top()) / cellHeight());
  const int column = static_cast<int>((point.x() - area.left()) / cellWidth());
  return {std::min(row, rows - 1), std::min(column, columns - 1)};
}

}  // namespace sinkscope
