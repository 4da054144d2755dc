#pragma once

// Private to core/runs: what a run of the collapse measures holds, written and read alike.

#include "core/analysis/collapse.h"
#include "core/runs/fields.h"

#include <array>
#include <concepts>
#include <string>
#include <utility>

namespace sinkscope::runs {

template <>
inline constexpr std::string_view kKind<CollapseRun> = "collapse";

inline constexpr std::array kRankCurves{std::pair{"residual", &RankCurves::residual},
                                        std::pair{"relative_residual", &RankCurves::relativeResidual},
                                        std::pair{"dong_residual", &RankCurves::dongResidual},
                                        std::pair{"effective_rank", &RankCurves::effectiveRank},
                                        std::pair{"matrix_entropy", &RankCurves::matrixEntropy},
                                        std::pair{"mean_cosine", &RankCurves::meanCosine}};

inline constexpr std::array kPlaceCurves{std::pair{"last_distance", &CollapseResult::lastDistance},
                                         std::pair{"last_distance_max", &CollapseResult::lastDistanceMax},
                                         std::pair{"first_norm", &CollapseResult::firstNorm},
                                         std::pair{"first_norm_ratio", &CollapseResult::firstNormRatio}};

template <typename Fields, typename Request>
void describeCollapseRequest(Fields& fields, Request& request) {
  fields.value("model", request.model);
  fields.value("device", request.device);
  fields.value("bos", request.bos);
  fields.value("token_limit", request.tokenLimit);
  fields.bytes("prompt", request.prompt);
}

template <typename Fields, typename Result>
void describeCondition(Fields& fields, Result& result, std::size_t layers, std::size_t heads) {
  fields.value("seconds", result.seconds);
  fields.value("bos_text", result.bosText);
  fields.group("settings", [&](auto& settings) { describeCollapseRequest(settings, result.request); });
  fields.tokens("token", "token", result.tokens);
  fields.axis("place", layers + 1);
  fields.axis("layer", layers);
  fields.axis("head", heads);
  fields.axis("key", result.tokens.size());
  for (const auto& [name, curve] : kRankCurves) {
    fields.list(name, "place", result.all.*curve);
    fields.list((std::string("rest_") + name).c_str(), "place", result.withoutFirst.*curve);
  }
  for (const auto& [name, curve] : kPlaceCurves) fields.list(name, "place", result.*curve);
  fields.array("row_entropy", std::array{"layer", "head"}, result.rowEntropy);
  fields.array("drain", std::array{"layer", "head"}, result.drain);
  fields.array("share", std::array{"layer", "head", "key"}, result.shares.shares);
  fields.list("window", "layer", result.shares.windows);
}

template <typename Fields, typename Run>
void describe(Fields& fields, Run& run) requires std::same_as<std::remove_const_t<Run>, CollapseRun> {
  const auto layers = static_cast<std::size_t>(run.model.config.layers);
  const auto heads = static_cast<std::size_t>(run.model.config.heads);
  fields.groups("conditions", run.results,
                [&](auto& condition, auto& one) { describeCondition(condition, one, layers, heads); });
}

/// A page may index the curves by their place, and the heads by theirs, without looking again.
inline void check(CollapseRun& run) {
  if (run.results.empty()) throw Error("it holds no condition, expected one or two.");
  const auto layers = static_cast<std::size_t>(run.model.config.layers);
  const auto heads = static_cast<std::size_t>(run.model.config.heads);
  for (CollapseResult& result : run.results) {
    inherit(result, run);
    bool whole =
        !result.tokens.empty() && result.rowEntropy.size() == layers * heads && result.drain.size() == layers * heads &&
        result.shares.shares.size() == layers * heads * result.tokens.size() && result.shares.windows.size() == layers;
    for (const RankCurves* curves : {&result.all, &result.withoutFirst})
      for (const auto& [name, curve] : kRankCurves) whole = whole && (curves->*curve).size() == layers + 1;
    for (const auto& [name, curve] : kPlaceCurves) whole = whole && (result.*curve).size() == layers + 1;
    if (!whole) throw Error("a condition lacks one of its measures.");
  }
}

}  // namespace sinkscope::runs
