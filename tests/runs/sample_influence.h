#pragma once

#include "core/analysis/influence.h"

#include <limits>

namespace sinkscope {

/// Influences of made-up numbers: from the first of three layers on the last token after all of them, with <bos> and
/// without, by probes and with the full matrix.
inline InfluenceRun sampleInfluence() {
  InfluenceRun run;
  run.model.name = "tiny";
  run.model.config.family = "llama";
  run.model.config.layers = 3;
  run.model.config.heads = 2;
  run.model.config.keyHeads = 1;
  run.model.config.perLayer.resize(3);
  run.created = "2026-01-02T03:04:05Z";
  run.program = "sinkscope 0";
  run.torch = "2";
  run.seconds = 0.75;
  double number = 0.25;
  const auto filled = [&number](std::size_t rows, std::size_t columns) {
    Array<double, 2> array({rows, columns});
    for (double& value : array.values()) value = number += 0.5;
    return array;
  };
  for (const bool bos : {true, false}) {
    InfluenceResult result;
    result.request = {.model = "tiny",
                      .prompt = "a b\xFF",
                      .bos = bos,
                      .tokenLimit = bos ? std::size_t{16} : std::size_t{15},
                      .from = 1,
                      .to = {},
                      .query = bos ? 2 : 1,
                      .finalNorm = true,
                      .allQueries = true,
                      .probes = 4,
                      .seed = 7,
                      .budgetBytes = 1000};
    result.bosText = "<s>";
    result.seconds = bos ? 0.5 : 0.25;
    if (bos) result.tokens.push_back({1, "<s>", 0, 0, true});
    result.tokens.push_back({5, "a", 0, 1, false});
    result.tokens.push_back({6, " b\xFF", 1, 4, false});
    const std::size_t tokens = result.tokens.size();
    result.from = 1;
    result.to = 3;
    result.query = bos ? 2 : 1;
    for (Array<double, 2>* array :
         {&result.bound, &result.rollout, &result.withoutSink, &result.measured, &result.standardError})
      *array = filled(2, tokens);
    for (Array<double, 2>* array :
         {&result.all.bound, &result.all.rollout, &result.all.measured, &result.all.standardError})
      *array = filled(tokens, tokens);
    result.withoutSink(0, 0) = -std::numeric_limits<double>::infinity();
    result.sinkLogRatio = {-2.5, -1.25};
    result.boundCorrelation = 0.5;
    result.rolloutCorrelation = bos ? 0.75 : std::numeric_limits<double>::quiet_NaN();
    result.products = 16;
    result.productsPerSecond = 8.5;
    run.results.push_back(std::move(result));
  }
  return run;
}

}  // namespace sinkscope
