#include "core/analysis/sweep.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <span>

namespace sinkscope {

std::size_t SweepResult::positionsDone() const {
  std::size_t done = 0;
  for (std::size_t position = 0; position < positions(); ++position) {
    const auto wanted =
        static_cast<std::int64_t>(std::ranges::count_if(drawn.row(position), [](std::int64_t id) { return id >= 0; }));
    if (std::ranges::all_of(maps, [&](const SweepMap& map) { return map.count[position] == wanted; })) ++done;
  }
  return done;
}

Array<float, 2> changes(const SweepMap& map, ChangeNorm norm, std::size_t place) {
  const Array<float, 3>& all = norm == ChangeNorm::Infinity ? map.infinity
                               : norm == ChangeNorm::Cosine ? map.cosine
                                                            : map.l2;
  Array<float, 2> result({map.positions(), map.tokens.size()});
  for (std::size_t position = 0; position < map.positions(); ++position)
    for (std::size_t t = 0; t < map.tokens.size(); ++t) {
      const float change = all(place, position, t);
      result(position, t) = norm == ChangeNorm::Relative && change != 0.0f ? change / map.norm(place, t) : change;
    }
  return result;
}

Array<double, 2> reach(const SweepMap& map, ChangeNorm norm) {
  Array<double, 2> result({map.places(), map.positions()}, std::numeric_limits<double>::quiet_NaN());
  for (std::size_t place = 0; place < map.places(); ++place) {
    const Array<float, 2> change = changes(map, norm, place);
    for (std::size_t distance = 0; distance < map.positions(); ++distance) {
      double sum = 0.0, pairs = 0.0;
      for (std::size_t position = 0; position + distance < map.positions(); ++position) {
        if (map.count[position] == 0) continue;
        sum += change(position, map.tokenOf(position) + distance);
        ++pairs;
      }
      if (pairs > 0.0) result(place, distance) = sum / pairs;
    }
  }
  return result;
}

std::vector<double> spread(const SweepMap& map, ChangeNorm norm) {
  std::vector<double> result;
  for (std::size_t place = 0; place < map.places(); ++place) {
    const Array<float, 2> change = changes(map, norm, place);
    double sum = 0.0, swapped = 0.0;
    for (std::size_t position = 0; position + 1 < map.positions(); ++position) {
      if (map.count[position] == 0) continue;
      const std::span<const float> row = change.row(position).subspan(map.tokenOf(position));
      sum += std::accumulate(row.begin() + 1, row.end(), 0.0) / static_cast<double>(row.size() - 1) / row[0];
      ++swapped;
    }
    result.push_back(sum / swapped);  // NaN where nothing was swapped
  }
  return result;
}

}  // namespace sinkscope
