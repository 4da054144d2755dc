#include "core/catalogue/run_pair.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sinkscope {
namespace {

std::string counted(const std::string& nameA, std::size_t a, const std::string& nameB, std::size_t b,
                    const std::string& what) {
  return nameA + " has " + std::to_string(a) + " " + what + ", " + nameB + " has " + std::to_string(b);
}

/// How many columns both end with; 0 where they do not end alike.
std::size_t commonEnd(const RunMap& a, const RunMap& b) {
  const std::size_t count = std::min(a.tokens.size(), b.tokens.size());
  const auto last = [count](const RunMap& map) { return map.tokens.end() - static_cast<std::ptrdiff_t>(count); };
  return std::equal(last(a), a.tokens.end(), last(b), b.tokens.end()) ? count : 0;
}

/// How many columns the difference has; 0: there is none, and the note says why.
std::size_t columnsOf(const RunMap& a, const RunMap& b, const std::string& nameA, const std::string& nameB,
                      MapDifference& found) {
  const std::size_t columnsA = a.values.extent(1), columnsB = b.values.extent(1);
  if (a.layers != b.layers)
    found.note = counted(nameA, a.layers, nameB, b.layers, "layers");
  else if (a.values.extent(0) != b.values.extent(0))
    found.note = counted(nameA, a.values.extent(0), nameB, b.values.extent(0), "rows");
  else if (columnsA == columnsB)
    return columnsA;
  else if (a.tokens.empty())
    found.note = counted(nameA, columnsA, nameB, columnsB, "heads in a layer");
  else if (const std::size_t common = commonEnd(a, b); common > 0) {
    found.note = "Of the " + std::to_string(common) + " tokens that both end with.";
    return common;
  } else
    found.note = counted(nameA, columnsA, nameB, columnsB, "tokens") + ", and they do not end alike";
  found.note.insert(0, "There is no difference map: ").push_back('.');
  return 0;
}

}  // namespace

double relativeDepth(double layer, std::size_t layers) {
  return layers < 2 ? 0.0 : layer / static_cast<double>(layers - 1);
}

std::size_t pairedRow(std::size_t row, std::size_t rows, std::size_t otherRows) {
  if (rows == otherRows || otherRows == 0) return row;
  const double depth = relativeDepth(static_cast<double>(row), rows);
  return static_cast<std::size_t>(std::lround(depth * static_cast<double>(otherRows - 1)));
}

MapDifference difference(const RunMap& a, const RunMap& b, const std::string& nameA, const std::string& nameB) {
  MapDifference found;
  if (a.values.empty() || b.values.empty()) {
    found.note = "There is no difference map: " + (a.values.empty() ? nameA : nameB) + " has no map of this.";
    return found;
  }
  const std::size_t columns = columnsOf(a, b, nameA, nameB, found), rows = a.values.extent(0);
  if (columns == 0) return found;
  found.columnA = a.values.extent(1) - columns;
  found.columnB = b.values.extent(1) - columns;
  found.values = Array<float, 2>({rows, columns});
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t column = 0; column < columns; ++column) {
      const float value = a.values(row, found.columnA + column) - b.values(row, found.columnB + column);
      // Two infinities make no number, and one infinity would leave nothing of the scale.
      found.values(row, column) = std::isfinite(value) ? value : std::numeric_limits<float>::quiet_NaN();
      if (!(std::abs(value) > found.limit) || !std::isfinite(value)) continue;
      found.limit = std::abs(value);
      found.row = row;
      found.column = column;
    }
  return found;
}

}  // namespace sinkscope
