#include "app/commands/influence_report.h"

#include "app/commands/json_values.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

namespace sinkscope {
namespace {

using nlohmann::json;

void printTokens(const InfluenceResult& result) {
  std::printf("\ntoken        rollout  bound, log      measured%s\n", result.exact() ? "" : "  std. error");
  const double most = *std::ranges::max_element(result.measured.row(0));
  for (std::int64_t token = 0; token <= result.query; ++token) {
    std::printf("%5ld  %12.4e  %10.2f  %12.5g", static_cast<long>(token), std::exp(result.rollout(0, token)),
                result.bound(0, token), result.measured(0, token));
    if (!result.exact()) std::printf("  %10.2g", result.standardError(0, token));
    std::printf(
        "  %s %s\n", visibleText(result.tokens[static_cast<std::size_t>(token)]).c_str(),
        std::string(static_cast<std::size_t>(std::lround(20.0 * result.measured(0, token) / most)), '#').c_str());
  }
}

/// Few enough depths to read: 1, 2, 4, ... and all layers of the span.
void printDepths(const InfluenceResult& result) {
  std::printf("\nWhat the sink leaves of the bound to the other tokens:\nlayers         left\n");
  const std::int64_t span = result.to - result.from;
  for (std::int64_t depth = 1, next = 1; depth <= span; ++depth) {
    if (depth != next && depth != span) continue;
    if (depth == next) next *= 2;
    std::printf("%6ld  %11.3e\n", static_cast<long>(depth),
                std::exp(result.sinkLogRatio[static_cast<std::size_t>(span - depth)]));
  }
}

}  // namespace

nlohmann::json influenceJson(const InfluenceResult& result) {
  json report{{"model", {{"name", result.model.name}, {"weights", result.model.weightType}}},
              {"prompt", result.request.prompt},
              {"bos", result.request.bos},
              {"from", result.from},
              {"to", result.to},
              {"query", result.query},
              {"finalNorm", result.request.finalNorm},
              {"exact", result.exact()},
              {"probes", result.request.probes},
              {"seed", result.request.seed},
              {"bound", jsonArray(result.bound)},
              {"rollout", jsonArray(result.rollout)},
              {"withoutSink", jsonArray(result.withoutSink)},
              {"sinkLogRatio", jsonArray(result.sinkLogRatio)},
              {"measured", jsonArray(result.measured)},
              {"standardError", jsonArray(result.standardError)},
              {"boundCorrelation", jsonNumber(result.boundCorrelation)},
              {"rolloutCorrelation", jsonNumber(result.rolloutCorrelation)},
              {"products", result.products},
              {"productsPerSecond", result.productsPerSecond},
              {"seconds", result.seconds}};
  for (const Token& token : result.tokens) {
    report["ids"].push_back(token.id);
    report["tokens"].push_back(visibleText(token));
  }
  if (!result.all.measured.empty())
    report["all"] = {{"bound", jsonArray(result.all.bound)},
                     {"rollout", jsonArray(result.all.rollout)},
                     {"measured", jsonArray(result.all.measured)},
                     {"standardError", jsonArray(result.all.standardError)}};
  return report;
}

void printInfluence(const InfluenceResult& result) {
  std::printf("%s, %s added: influence on token %ld after %ld layers%s, of the stream after %ld\n",
              result.model.name.c_str(), result.request.bos ? "<bos>" : "no <bos>", static_cast<long>(result.query),
              static_cast<long>(result.to), result.request.finalNorm ? " and the final norm" : "",
              static_cast<long>(result.from));
  printTokens(result);
  printDepths(result);
  std::printf("\nrank correlation with the measurement, over %s: bound %.3f, rollout %.3f\n",
              result.all.measured.empty() ? "the tokens" : "all pairs", result.boundCorrelation,
              result.rolloutCorrelation);
  std::printf("measured %s: %ld vector-Jacobian products, %.1f a second\n", result.exact() ? "exactly" : "by probes",
              static_cast<long>(result.products), result.productsPerSecond);
}

}  // namespace sinkscope
