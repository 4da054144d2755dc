#pragma once

// Private to core/runs: what a perturbation's run holds, written and read alike.

#include "core/analysis/perturbation.h"
#include "core/runs/condition_fields.h"
#include "core/runs/fields.h"

#include <concepts>

namespace sinkscope::runs {

template <>
inline constexpr std::string_view kKind<PerturbResult> = "perturb";

template <typename Fields, typename Request>
void describeRequest(Fields& fields, Request& request) {
  fields.value("model", request.model);
  fields.value("device", request.device);
  fields.value("token_limit", request.tokenLimit);
  fields.value("replacement", request.replacement);
  as<std::int64_t>(
      fields, "swap_position", request.swap, [](const auto& swap) { return swap ? swap->position : -1; },
      [](std::int64_t position) {
        return position < 0 ? std::nullopt : std::optional(Swap{position, 0});
      });
  as<std::int64_t>(
      fields, "swap_id", request.swap, [](const auto& swap) { return swap ? swap->id : -1; },
      [&request](std::int64_t id) {
        return request.swap ? std::optional(Swap{request.swap->position, id}) : std::nullopt;
      });
  conditions(fields, request.conditions);
  fields.bytes("prompt", request.prompt);
  fields.bytes("other", request.other);
}

template <typename Fields, typename Map>
void describeMap(Fields& fields, Map& map, std::size_t layers, std::size_t heads) {
  condition(fields, map.condition);
  fields.value("changed_begin", map.alignment.begin);
  fields.value("changed_end", map.alignment.end);
  fields.value("changed_other_end", map.alignment.otherEnd);
  fields.tokens("token", "token", map.before);
  fields.tokens("other_token", "other_token", map.after);
  fields.axis("place", layers + 2);
  fields.axis("layer", layers);
  fields.axis("head", heads);
  fields.array("change", std::array{"place", "token"}, map.l2);
  fields.array("change_infinity", std::array{"place", "token"}, map.infinity);
  fields.array("change_cosine", std::array{"place", "token"}, map.cosine);
  fields.array("norm", std::array{"place", "token"}, map.norm);
  fields.array("alpha_0", std::array{"layer", "head"}, map.alpha0);
  fields.array("other_alpha_0", std::array{"layer", "head"}, map.otherAlpha0);
  fields.array("attention_change", std::array{"layer", "head", "token"}, map.attention);
  fields.list("divergence", "token", map.divergence);
  predictions(fields, "next", map.next);
  predictions(fields, "other_next", map.otherNext);
}

template <typename Fields, typename Result>
void describe(Fields& fields, Result& result) requires std::same_as<std::remove_const_t<Result>, PerturbResult> {
  fields.value("bos_text", result.bosText);
  fields.value("note", result.note);
  fields.group("settings", [&](auto& settings) { describeRequest(settings, result.request); });
  const auto layers = static_cast<std::size_t>(result.model.config.layers);
  const auto heads = static_cast<std::size_t>(result.model.config.heads);
  fields.groups("maps", result.maps, [&](auto& map, auto& one) { describeMap(map, one, layers, heads); });
}

/// A page may index a map by its tokens and its alignment without looking again.
inline void checkMap(const PerturbMap& map) {
  const Alignment& a = map.alignment;
  const std::size_t shape = map.l2.extent(1);
  if (a.begin > a.end || a.end > map.before.size() || a.begin > a.otherEnd || a.otherEnd > map.after.size() ||
      map.before.size() - a.end != map.after.size() - a.otherEnd)
    throw Error("the changed tokens of a map are no part of its tokens.");
  if (shape != map.before.size() || map.norm.shape() != map.l2.shape() || map.infinity.shape() != map.l2.shape() ||
      map.cosine.shape() != map.l2.shape() || map.divergence.size() != shape)
    throw Error("a map lacks one of its measures of the change.");
}

inline void check(const PerturbResult& result) {
  for (const PerturbMap& map : result.maps) checkMap(map);
}

}  // namespace sinkscope::runs
