#pragma once

#include "core/analysis/collapse.h"

#include <limits>

namespace sinkscope {

/// Collapse measures of made-up numbers: two layers, two heads, with <bos> and without.
inline CollapseRun sampleCollapse() {
  CollapseRun run;
  run.model.name = "tiny";
  run.model.config.family = "llama";
  run.model.config.layers = 2;
  run.model.config.heads = 2;
  run.model.config.keyHeads = 1;
  run.model.config.perLayer.resize(2);
  run.created = "2026-01-02T03:04:05Z";
  run.program = "sinkscope 0";
  run.torch = "2";
  run.seconds = 0.75;
  double number = 0.25;
  const auto fill = [&number](auto&& values) {
    for (auto& value : values) value = static_cast<std::remove_reference_t<decltype(value)>>(number += 0.5);
  };
  for (const bool bos : {true, false}) {
    CollapseResult result;
    result.request = {"tiny", "a b\xFF", bos, 16, "cpu"};
    result.bosText = "<s>";
    result.seconds = bos ? 0.5 : 0.25;
    if (bos) result.tokens.push_back({1, "<s>", 0, 0, true});
    result.tokens.push_back({5, "a", 0, 1, false});
    result.tokens.push_back({6, " b\xFF", 1, 4, false});
    for (RankCurves* curves : {&result.all, &result.withoutFirst})
      for (std::vector<double>* curve : {&curves->residual, &curves->relativeResidual, &curves->dongResidual,
                                         &curves->effectiveRank, &curves->matrixEntropy, &curves->meanCosine}) {
        curve->resize(3);
        fill(*curve);
      }
    for (std::vector<double>* curve :
         {&result.lastDistance, &result.lastDistanceMax, &result.firstNorm, &result.firstNormRatio}) {
      curve->resize(3);
      fill(*curve);
    }
    result.firstNormRatio[0] = std::numeric_limits<double>::quiet_NaN();
    result.rowEntropy = result.drain = Array<double, 2>({2, 2});
    fill(result.rowEntropy.values());
    fill(result.drain.values());
    result.shares.shares = Array<float, 3>({2, 2, result.tokens.size()});
    fill(result.shares.shares.values());
    result.shares.windows = {0, 4};
    run.results.push_back(std::move(result));
  }
  return run;
}

}  // namespace sinkscope
