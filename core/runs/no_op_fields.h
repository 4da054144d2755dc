#pragma once

// Private to core/runs: what a run of the no-op heads holds, written and read alike.

#include "core/analysis/no_op.h"
#include "core/runs/fields.h"

#include <array>
#include <concepts>
#include <string>
#include <type_traits>
#include <vector>

namespace sinkscope::runs {

template <>
inline constexpr std::string_view kKind<NoOpResult> = "noop";

template <typename Fields, typename Request>
void describeNoOpRequest(Fields& fields, Request& request) {
  fields.value("model", request.model);
  fields.value("device", request.device);
  fields.value("bos", request.bos);
  fields.value("token_limit", request.tokenLimit);
  fields.value("rest_bound", request.bounds.rest);
  fields.value("drain_bound", request.bounds.drain);
  std::uint64_t prompts = request.prompts.size();
  fields.value("prompts", prompts);
  fields.axis("prompt_number", prompts);
  fields.texts("prompt", "prompt_number", request.prompts);
}

template <typename Fields, typename Table>
void describeTable(Fields& fields, Table& table, std::size_t layers, std::size_t heads, std::size_t kinds) {
  fields.axis("layer", layers);
  fields.axis("head", heads);
  fields.axis("kind", kinds);
  fields.array("count", std::array{"layer", "kind"}, table.count);
  fields.array("awake", std::array{"layer", "head", "kind"}, table.awake);
  fields.array("variance", std::array{"layer", "head", "kind"}, table.variance);
  fields.array("previous", std::array{"layer", "head", "kind"}, table.previous);
}

template <typename Fields, typename Result>
void describe(Fields& fields, Result& result) requires std::same_as<std::remove_const_t<Result>, NoOpResult> {
  const auto layers = static_cast<std::size_t>(result.model.config.layers);
  const auto heads = static_cast<std::size_t>(result.model.config.heads);
  fields.value("bos_text", result.bosText);
  fields.group("settings", [&](auto& settings) { describeNoOpRequest(settings, result.request); });
  fields.axis("layer", layers);
  fields.axis("head", heads);
  fields.array("rest", std::array{"layer", "head"}, result.rest);
  fields.array("drain", std::array{"layer", "head"}, result.drain);
  fields.tokens("token", "token", result.scan.tokens);
  const std::size_t tokens = result.scan.tokens.size();
  fields.group("by_token", [&](auto& table) { describeTable(table, result.scan.byToken, layers, heads, tokens); });
  fields.group("by_class", [&](auto& table) {
    describeTable(table, result.scan.byClass, layers, heads, kTokenClasses.size());
    std::vector<std::string> names;  // for whoever reads the file; the order is the program's own
    for (const TokenClass one : kTokenClasses) names.emplace_back(name(one));
    table.texts("class", "kind", names);
  });
  fields.group("overall", [&](auto& table) { describeTable(table, result.scan.overall, layers, heads, 1); });
}

/// A page may index heads, tokens and classes without looking again.
inline void check(const NoOpResult& result) {
  const auto heads = static_cast<std::size_t>(result.model.config.layers * result.model.config.heads);
  bool whole = result.rest.size() == heads && result.drain.size() == heads;
  const WakeScan& scan = result.scan;
  for (const auto& [table, kinds] : {std::pair{&scan.byToken, scan.tokens.size()},
                                     {&scan.byClass, kTokenClasses.size()},
                                     {&scan.overall, std::size_t{1}}})
    whole = whole && !table->count.empty() && table->awake.size() == heads * kinds &&
            table->variance.size() == heads * kinds && table->previous.size() == heads * kinds;
  if (!whole) throw Error("the scan of the no-op heads lacks one of its tables.");
}

}  // namespace sinkscope::runs
