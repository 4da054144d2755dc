#include "app/head_image.h"

#include "core/trace/attention.h"

#include <algorithm>
#include <limits>

namespace sinkscope {

Matrix headImage(const HeadAttention& head, const QRect& region, const QSize& cells, bool hideSink, const Job& job) {
  const int rows = std::clamp(cells.height(), 1, region.height());
  const int columns = std::clamp(cells.width(), 1, region.width());
  const SinkColumn sink = hideSink ? SinkColumn::HiddenAndRenormalised : SinkColumn::Shown;
  const Array<float, 2> mean = pooled(head, region.top(), region.top() + region.height(), region.left(),
                                      region.left() + region.width(), rows, columns, sink, job)
                                   .mean;
  Matrix image{rows, columns, {mean.values().begin(), mean.values().end()}};
  const auto edge = [](int begin, int length, int cell, int count) {
    return begin + static_cast<std::int64_t>(length) * cell / count;
  };
  for (int row = 0; row < rows; ++row) {
    const auto firstQuery = edge(region.top(), region.height(), row, rows);
    const auto lastQuery = edge(region.top(), region.height(), row + 1, rows) - 1;
    for (int column = 0; column < columns; ++column) {
      const auto firstKey = edge(region.left(), region.width(), column, columns);
      const auto lastKey = edge(region.left(), region.width(), column + 1, columns) - 1;
      const bool tooLate = firstKey > lastQuery;
      const bool tooEarly = head.window > 0 && lastKey <= firstQuery - head.window && firstKey >= head.firstKeys;
      if (!tooLate && !tooEarly) continue;
      image.values[static_cast<std::size_t>(row) * columns + column] = std::numeric_limits<float>::quiet_NaN();
    }
  }
  return image;
}

}  // namespace sinkscope
