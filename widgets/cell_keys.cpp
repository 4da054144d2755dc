#include "widgets/cell_keys.h"

#include <Qt>
#include <algorithm>

namespace sinkscope {

std::optional<std::pair<int, int>> cellAfterKey(int key, std::pair<int, int> cell, int rows, int columns) {
  auto [row, column] = cell;
  switch (key) {
    case Qt::Key_Left:
      --column;
      break;
    case Qt::Key_Right:
      ++column;
      break;
    case Qt::Key_Up:
      --row;
      break;
    case Qt::Key_Down:
      ++row;
      break;
    case Qt::Key_Home:
      column = 0;
      break;
    case Qt::Key_End:
      column = columns - 1;
      break;
    case Qt::Key_PageUp:
      row = 0;
      break;
    case Qt::Key_PageDown:
      row = rows - 1;
      break;
    default:
      return std::nullopt;
  }
  return std::pair{std::clamp(row, 0, rows - 1), std::clamp(column, 0, columns - 1)};
}

}  // namespace sinkscope
