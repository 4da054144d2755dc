#pragma once

// Private to core/runs: what a run of swaps at many places holds, written and read alike.

#include "core/analysis/robustness.h"
#include "core/runs/fields.h"
#include "core/runs/perturb_fields.h"

#include <concepts>
#include <string>

namespace sinkscope::runs {

template <>
inline constexpr std::string_view kKind<RobustnessResult> = "robustness";

template <typename Fields, typename Request>
void describeRobustnessRequest(Fields& fields, Request& request) {
  fields.value("model", request.model);
  fields.value("device", request.device);
  fields.value("token_limit", request.tokenLimit);
  fields.value("swaps", request.swaps);
  fields.value("seed", request.seed);
  as<std::string>(fields, "conditions", request.conditions, conditionList, conditionsOf);
  fields.groups("prompts", request.prompts, [](auto& one, auto& prompt) { one.bytes("prompt", prompt); });
}

template <typename Fields, typename Result>
void describe(Fields& fields, Result& result) requires std::same_as<std::remove_const_t<Result>, RobustnessResult> {
  fields.value("bos_text", result.bosText);
  fields.group("settings", [&](auto& settings) { describeRobustnessRequest(settings, result.request); });
  fields.ownAxis("swap", result.swaps.size());
  fields.list("swap_prompt", "swap", result.swaps.prompt);
  fields.list("swap_position", "swap", result.swaps.position);
  fields.list("swap_id", "swap", result.swaps.id);
  fields.groups("outcomes", result.outcomes, [&](auto& one, auto& outcome) {
    as<std::string>(
        one, "condition", outcome.condition, [](Condition condition) { return conditionName(condition); },
        [](const std::string& name) { return conditionNamed(name); });
    one.value("loss", outcome.loss);
    one.axis("swap", result.swaps.size());
    one.list("divergence", "swap", outcome.divergence);
    one.list("loss_change", "swap", outcome.lossChange);
  });
}

/// A figure may index the swaps without looking again.
inline void check(const RobustnessResult& result) {
  const std::size_t swaps = result.swaps.size(), prompts = result.request.prompts.size();
  bool whole =
      swaps > 0 && result.swaps.prompt.size() == swaps && result.swaps.id.size() == swaps && !result.outcomes.empty();
  for (const std::int64_t prompt : result.swaps.prompt)
    whole = whole && prompt >= 0 && static_cast<std::size_t>(prompt) < prompts;
  for (const RobustnessOutcome& outcome : result.outcomes)
    whole = whole && outcome.divergence.size() == swaps && outcome.lossChange.size() == swaps;
  if (!whole) throw Error("it lacks its swaps or one of their measures.");
}

}  // namespace sinkscope::runs
