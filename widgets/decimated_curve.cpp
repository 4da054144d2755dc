#include "widgets/decimated_curve.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace sinkscope {

namespace {

constexpr std::size_t kMostOfColumn = 5;  // points of a column that can be told apart

/** What is kept of one column: indices of points. */
struct Column {
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  std::size_t first = kNone;
  std::size_t lowest = kNone;
  std::size_t highest = kNone;
  std::size_t last = kNone;
  std::size_t gap = kNone;

  void take(std::size_t i, const std::vector<double> &y) {
    if (first == kNone) first = lowest = highest = i;
    if (y[i] < y[lowest]) lowest = i;
    if (y[i] > y[highest]) highest = i;
    last = i;
  }
  void takeGap(std::size_t i) { gap = std::min(gap, i); }

  /** Adds its points to a curve, each once. */
  void addTo(Curve &to, const Curve &from) const {
    std::array<std::size_t, kMostOfColumn> kept{first, lowest, highest, last, gap};
    std::sort(kept.begin(), kept.end());
    const auto end = std::unique(kept.begin(), std::find(kept.begin(), kept.end(), kNone));
    for (auto at = kept.begin(); at != end; ++at) {
      to.x.push_back(from.xAt(*at));
      to.y.push_back(*at == gap ? std::nan("") : from.y[*at]);
    }
  }
};

}  // namespace

bool isLong(const Curve &curve, int columns) {
  return curve.size() > kMostOfColumn * static_cast<std::size_t>(std::max(1, columns));
}

Curve decimated(const Curve &curve, const PlotAxis &xAxis, const PlotAxis &yAxis, const AxisScale &x, int columns) {
  if (!isLong(curve, columns) || curve.banded()) return curve;
  Curve seen;
  seen.name = curve.name;
  seen.role = curve.role;
  seen.line = curve.line;
  seen.marked = curve.marked;
  Column column;
  double current = 0;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    const double at = curve.xAt(i);
    if (!xAxis.shows(at)) continue;  // before the axis begins
    const double place = std::floor(x.position(at) * columns);
    if (place != current) {
      column.addTo(seen, curve);
      column = {};
      current = place;
    }
    if (yAxis.shows(curve.y[i])) {
      column.take(i, curve.y);
    } else {
      column.takeGap(i);
    }
  }
  column.addTo(seen, curve);
  return seen;
}

}  // namespace sinkscope
