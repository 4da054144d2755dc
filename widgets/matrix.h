#pragma once

#include <cstddef>
#include <vector>

namespace sinkscope {

/** A dense row-major matrix of plain floats: what views and figures take. NaN marks a cell without a value. */
struct Matrix {
  int rows = 0;
  int columns = 0;
  std::vector<float> values;  ///< [row, column], rows * columns long

  /** The value at (row, column); both must be in range. */
  float at(int row, int column) const { return values[static_cast<std::size_t>(row) * columns + column]; }

  /** Nothing to draw: no rows, no columns, or values that do not fill them. */
  bool empty() const {
    return rows <= 0 || columns <= 0 ||
           values.size() < static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
  }
};

}  // namespace sinkscope
