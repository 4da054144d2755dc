#pragma once

// Private to core/runs: what a sweep's run holds, written and read alike.

#include "core/analysis/sweep.h"
#include "core/runs/condition_fields.h"
#include "core/runs/fields.h"

#include <concepts>

namespace sinkscope::runs {

template <>
inline constexpr std::string_view kKind<SweepResult> = "sweep";

template <typename Fields, typename Request>
void describeSweepRequest(Fields& fields, Request& request) {
  fields.value("model", request.model);
  fields.value("device", request.device);
  fields.value("token_limit", request.tokenLimit);
  fields.value("replacement", request.replacement);
  fields.value("draws", request.draws);
  fields.value("seed", request.seed);
  conditions(fields, request.conditions);
  fields.bytes("prompt", request.prompt);
}

template <typename Fields, typename Map>
void describeSweepMap(Fields& fields, Map& map, std::size_t layers, std::size_t positions) {
  condition(fields, map.condition);
  fields.tokens("token", "token", map.tokens);
  fields.axis("place", layers + 2);
  fields.axis("position", positions);
  fields.array("change", std::array{"place", "position", "token"}, map.l2);
  fields.array("change_infinity", std::array{"place", "position", "token"}, map.infinity);
  fields.array("change_cosine", std::array{"place", "position", "token"}, map.cosine);
  fields.array("norm", std::array{"place", "token"}, map.norm);
  fields.list("swaps", "position", map.count);
}

template <typename Fields, typename Result>
void describe(Fields& fields, Result& result) requires std::same_as<std::remove_const_t<Result>, SweepResult> {
  fields.value("bos_text", result.bosText);
  fields.group("settings", [&](auto& settings) { describeSweepRequest(settings, result.request); });
  std::uint64_t positions = result.positions();
  fields.value("positions", positions);
  fields.axis("position", positions);
  fields.axis("draw", static_cast<std::size_t>(result.request.draws));
  fields.array("drawn", std::array{"position", "draw"}, result.drawn);
  const auto layers = static_cast<std::size_t>(result.model.config.layers);
  fields.groups("maps", result.maps, [&](auto& map, auto& one) { describeSweepMap(map, one, layers, positions); });
}

/// A page may index a sweep by its places, positions and tokens without looking again.
inline void check(const SweepResult& result) {
  const std::size_t positions = result.positions();
  if (positions == 0 || result.maps.empty()) throw Error("a sweep lacks its positions or its maps.");
  for (const SweepMap& map : result.maps) {
    if (map.positions() != positions || map.tokens.size() < positions || map.norm.empty() || map.l2.empty() ||
        map.infinity.empty() || map.cosine.empty())
      throw Error("a map of a sweep lacks one of its measures of the change.");
    for (const std::int64_t swaps : map.count)
      if (swaps < 0 || swaps > result.request.draws)
        throw Error("a position was swapped " + std::to_string(swaps) + " times, expected 0 to " +
                    std::to_string(result.request.draws) + ".");
  }
}

}  // namespace sinkscope::runs
