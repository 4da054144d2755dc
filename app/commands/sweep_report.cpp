#include "app/commands/sweep_report.h"

#include "app/commands/json_values.h"
#include "app/commands/table_text.h"

#include <ostream>
#include <vector>

namespace sinkscope {
namespace {

using nlohmann::json;

constexpr std::size_t kNameWidth = 10, kColumn = 26;

json mapOf(const SweepMap& map, const std::string& bos, ChangeNorm norm) {
  json change = json::array(), reaches, spreads;
  for (std::size_t place = 0; place < map.places(); ++place) change.push_back(jsonArray(changes(map, norm, place)));
  for (const ChangeNorm one : kChangeNorms) {
    const std::string name(changeNormName(one));
    reaches[name] = jsonArray(reach(map, one));
    spreads[name] = jsonArray(spread(map, one));
  }
  return {{"condition", conditionName(map.condition)},
          {"title", conditionTitle(map.condition, bos)},
          {"tokens", jsonTokens(map.tokens)},
          {"firstSwapped", map.tokenOf(0)},
          {"swaps", map.count},
          {"places", placeNames(map.places())},
          {"change", std::move(change)},
          {"reach", std::move(reaches)},
          {"spread", std::move(spreads)}};
}

json drawnOf(const Array<std::int64_t, 2>& drawn) {
  json list = json::array();
  for (std::size_t position = 0; position < drawn.extent(0); ++position) {
    json ids = json::array();
    for (const std::int64_t id : drawn.row(position))
      if (id >= 0) ids.push_back(id);
    list.push_back(std::move(ids));
  }
  return list;
}

}  // namespace

void printSweep(std::ostream& out, const SweepResult& result, ChangeNorm norm) {
  const SweepMap& first = result.maps.front();
  out << result.model.name << ": each of " << result.positions() << " tokens swapped for " << result.request.draws
      << " others, seed " << result.request.seed << "\n\nspread S of a swap (" << changeNormName(norm)
      << " change behind it over its own), mean over the positions\n\n"
      << padded("layer", kNameWidth);
  std::vector<std::vector<double>> spreads;
  std::vector<Array<double, 2>> reaches;
  for (const SweepMap& map : result.maps) {
    out << padded(conditionTitle(map.condition, result.bosText), kColumn);
    spreads.push_back(spread(map, norm));
    reaches.push_back(reach(map, norm));
  }
  out << '\n';
  const std::vector<std::string> names = placeNames(first.places());
  for (std::size_t place = 0; place < names.size(); ++place) {
    out << padded(names[place], kNameWidth);
    for (const std::vector<double>& one : spreads) out << padded(number(one[place]), kColumn);
    out << '\n';
  }
  out << "\nreach after the last layer: mean " << changeNormName(norm) << " change of a token by its distance\n\n"
      << padded("distance", kNameWidth);
  for (const SweepMap& map : result.maps) out << padded(conditionTitle(map.condition, result.bosText), kColumn);
  out << '\n';
  for (std::size_t distance = 0; distance < result.positions(); distance = distance < 2 ? distance + 1 : 2 * distance) {
    out << padded(std::to_string(distance), kNameWidth);
    for (const Array<double, 2>& one : reaches) out << padded(number(one(names.size() - 2, distance)), kColumn);
    out << '\n';
  }
}

std::string sweepJson(const SweepResult& result, ChangeNorm norm) {
  json maps = json::array();
  for (const SweepMap& map : result.maps) maps.push_back(mapOf(map, result.bosText, norm));
  return json({{"model", result.model.name},
               {"bos", result.bosText},
               {"program", result.program},
               {"seconds", result.seconds},
               {"norm", changeNormName(norm)},
               {"draws", result.request.draws},
               {"seed", result.request.seed},
               {"drawn", drawnOf(result.drawn)},
               {"maps", std::move(maps)}})
      .dump(2);
}

}  // namespace sinkscope
