#pragma once

// Private to core/runs: what a run of influences holds, written and read alike.

#include "core/analysis/influence.h"
#include "core/runs/fields.h"

#include <array>
#include <concepts>
#include <optional>
#include <string>
#include <utility>

namespace sinkscope::runs {

template <>
inline constexpr std::string_view kKind<InfluenceRun> = "influence";

inline constexpr std::array kStartArrays{
    std::pair{"bound", &InfluenceResult::bound}, std::pair{"rollout", &InfluenceResult::rollout},
    std::pair{"bound_without_sink", &InfluenceResult::withoutSink}, std::pair{"measured", &InfluenceResult::measured},
    std::pair{"standard_error", &InfluenceResult::standardError}};

inline constexpr std::array kMatrices{std::pair{"all_bound", &InfluenceMatrix::bound},
                                      std::pair{"all_rollout", &InfluenceMatrix::rollout},
                                      std::pair{"all_measured", &InfluenceMatrix::measured},
                                      std::pair{"all_standard_error", &InfluenceMatrix::standardError}};

/// A number of the request that may be left to its default, which is -1 in the file.
template <typename Fields, typename Value>
void orDefault(Fields& fields, const char* name, Value& value) {
  as<std::int64_t>(
      fields, name, value, [](const auto& number) { return number.value_or(-1); },
      [](std::int64_t number) { return number < 0 ? std::nullopt : std::optional(number); });
}

template <typename Fields, typename Request>
void describeInfluenceRequest(Fields& fields, Request& request) {
  fields.value("model", request.model);
  fields.value("device", request.device);
  fields.value("bos", request.bos);
  fields.value("token_limit", request.tokenLimit);
  fields.value("from", request.from);
  orDefault(fields, "to", request.to);
  orDefault(fields, "query", request.query);
  fields.value("final_norm", request.finalNorm);
  fields.value("all_queries", request.allQueries);
  fields.value("probes", request.probes);
  fields.value("seed", request.seed);
  fields.value("budget_bytes", request.budgetBytes);
  fields.bytes("prompt", request.prompt);
}

template <typename Fields, typename Result>
void describeInfluence(Fields& fields, Result& result) {
  fields.value("seconds", result.seconds);
  fields.value("bos_text", result.bosText);
  fields.value("from", result.from);
  fields.value("to", result.to);
  fields.value("query", result.query);
  fields.value("bound_correlation", result.boundCorrelation);
  fields.value("rollout_correlation", result.rolloutCorrelation);
  fields.value("products", result.products);
  fields.value("products_per_second", result.productsPerSecond);
  fields.group("settings", [&](auto& settings) { describeInfluenceRequest(settings, result.request); });
  fields.tokens("token", "token", result.tokens);
  fields.axis("start", static_cast<std::size_t>(result.to - result.from));
  fields.axis("query_token", result.tokens.size());
  for (const auto& [name, array] : kStartArrays) fields.array(name, std::array{"start", "token"}, result.*array);
  fields.list("sink_log_ratio", "start", result.sinkLogRatio);
  for (const auto& [name, matrix] : kMatrices)
    fields.array(name, std::array{"query_token", "token"}, result.all.*matrix);
}

template <typename Fields, typename Run>
void describe(Fields& fields, Run& run) requires std::same_as<std::remove_const_t<Run>, InfluenceRun> {
  fields.groups("conditions", run.results, [](auto& condition, auto& one) { describeInfluence(condition, one); });
}

/// A page may index what is measured by start, query and token without looking again.
inline void check(InfluenceRun& run) {
  if (run.results.empty()) throw Error("it holds no condition, expected one or two.");
  for (InfluenceResult& result : run.results) {
    inherit(result, run);
    const std::size_t tokens = result.tokens.size();
    if (result.from < 0 || result.from >= result.to || result.to > run.model.config.layers || result.query < 0 ||
        static_cast<std::size_t>(result.query) >= tokens)
      throw Error("a condition's layers or its token are not those of its model and prompt.");
    const auto starts = static_cast<std::size_t>(result.to - result.from);
    bool whole = result.sinkLogRatio.size() == starts;
    for (const auto& [name, array] : kStartArrays)
      whole = whole && ((result.*array).size() == starts * tokens ||
                        (result.exact() && array == &InfluenceResult::standardError));
    for (const auto& [name, matrix] : kMatrices)
      whole = whole && ((result.all.*matrix).size() == tokens * tokens || !result.request.allQueries ||
                        (result.exact() && matrix == &InfluenceMatrix::standardError));
    if (!whole) throw Error("a condition lacks one of its measures.");
  }
}

}  // namespace sinkscope::runs
