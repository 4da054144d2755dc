#pragma once

#include <optional>
#include <utility>

namespace sinkscope {

/** The (row, column) that a key leads to from a cell of a grid: the arrows to its neighbour, Home and End along the
 * row, Page Up and Page Down along the column; never outside. Nothing for another key.
 */
std::optional<std::pair<int, int>> cellAfterKey(int key, std::pair<int, int> cell, int rows, int columns);

}  // namespace sinkscope
