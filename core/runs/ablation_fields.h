#pragma once

// Private to core/runs: what a run of interventions holds, written and read alike.

#include "core/analysis/ablation.h"
#include "core/runs/fields.h"

#include <array>
#include <concepts>
#include <string>

namespace sinkscope::runs {

template <>
inline constexpr std::string_view kKind<AblationResult> = "ablate";

/// The request but for its prompts, which stand with their tokens.
template <typename Fields, typename Request>
void describeAblationRequest(Fields& fields, Request& request) {
  fields.value("model", request.model);
  fields.value("device", request.device);
  fields.value("bos", request.bos);
  fields.value("token_limit", request.tokenLimit);
  fields.value("seed", request.seed);
  fields.groups("interventions", request.interventions, [](auto& one, auto& intervention) {
    as<std::string>(
        one, "what", intervention, [](const Intervention& value) { return toString(value); }, parseIntervention);
  });
}

template <typename Fields, typename Prompt>
void describePrompt(Fields& fields, Prompt& prompt) {
  fields.bytes("prompt", prompt.prompt);
  fields.tokens("token", "token", prompt.tokens);
  fields.value("swap_position", prompt.swapPosition);
  fields.value("swap_id", prompt.swapId);
}

template <typename Fields, typename Outcome>
void describeOutcome(Fields& fields, Outcome& outcome, std::size_t prompts, std::size_t positions,
                     const ModelConfig& config) {
  fields.axis("prompt", prompts);
  fields.axis("position", positions);
  fields.axis("layer", static_cast<std::size_t>(config.layers));
  fields.axis("head", static_cast<std::size_t>(config.heads));
  fields.axis("place", static_cast<std::size_t>(config.layers + 2));
  fields.list("loss", "prompt", outcome.loss);
  fields.list("divergence", "prompt", outcome.divergence);
  fields.list("loss_at", "position", outcome.lossAt);
  fields.array("alpha_0", std::array{"prompt", "layer", "head"}, outcome.share);
  fields.array("alpha_bos", std::array{"prompt", "layer", "head"}, outcome.bosShare);
  fields.array("change", std::array{"prompt", "place"}, outcome.change);
  fields.array("spread", std::array{"prompt", "place"}, outcome.spread);
}

/// Tokens of the longest prompt, an added <bos> left out.
inline std::size_t longestText(const AblationResult& result) {
  std::size_t most = 0;
  for (const AblationPrompt& prompt : result.prompts) most = std::max(most, prompt.tokens.size());
  return most > 0 && result.request.bos ? most - 1 : most;
}

template <typename Fields, typename Result>
void describe(Fields& fields, Result& result) requires std::same_as<std::remove_const_t<Result>, AblationResult> {
  fields.value("bos_text", result.bosText);
  fields.group("settings", [&](auto& settings) { describeAblationRequest(settings, result.request); });
  fields.groups("prompts", result.prompts, [](auto& one, auto& prompt) { describePrompt(one, prompt); });
  const std::size_t prompts = result.prompts.size(), positions = longestText(result);
  const ModelConfig& config = result.model.config;
  fields.group("untouched", [&](auto& one) { describeOutcome(one, result.untouched, prompts, positions, config); });
  fields.groups("changed", result.changed,
                [&](auto& one, auto& outcome) { describeOutcome(one, outcome, prompts, positions, config); });
}

/// A page may index the outcomes by their request's interventions, and all arrays by their axes, without looking again.
inline void check(AblationResult& result) {
  if (result.prompts.empty()) throw Error("it holds no prompt, expected at least one.");
  for (const AblationPrompt& prompt : result.prompts) result.request.prompts.push_back(prompt.prompt);
  if (result.changed.size() != result.request.interventions.size())
    throw Error("it holds " + std::to_string(result.changed.size()) + " outcomes of " +
                std::to_string(result.request.interventions.size()) + " interventions, expected as many.");
  const auto isWhole = [](const AblationOutcome& outcome) {
    return !outcome.loss.empty() && !outcome.divergence.empty() && !outcome.lossAt.empty() && !outcome.share.empty() &&
           !outcome.change.empty() && !outcome.spread.empty();
  };
  if (!isWhole(result.untouched) || !std::ranges::all_of(result.changed, isWhole))
    throw Error("an outcome lacks one of its measures.");
}

}  // namespace sinkscope::runs
