#pragma once

#include "core/analysis/probes.h"

namespace sinkscope {

/// Probes of made-up numbers on two layers: both texts, one of them in bfloat16 too, and copies with <bos> and without.
inline ProbeRun sampleProbes() {
  ProbeRun run;
  run.model.name = "tiny";
  run.model.config.family = "llama";
  run.model.config.layers = 2;
  run.model.config.heads = 2;
  run.model.config.keyHeads = 1;
  run.model.config.perLayer.resize(2);
  run.created = "2026-01-02T03:04:05Z";
  run.program = "sinkscope 0";
  run.torch = "2";
  run.seconds = 1.75;
  double number = 0.25;
  const auto fill = [&number](auto&& values) {
    for (auto& value : values) value = static_cast<std::remove_reference_t<decltype(value)>>(number *= 0.75);
  };
  for (const LengthProbe probe : {LengthProbe::Ones, LengthProbe::Digits}) {
    LengthProbeResult result;
    result.request = {"tiny", probe, {3, 10, 40}, probe == LengthProbe::Ones ? "" : " ", true, false, "cpu"};
    result.request.bfloat16 = probe == LengthProbe::Ones;
    result.seconds = 0.5;
    result.tokens = {4, 11, 41};
    for (LengthProbeCurves* curves : {&result.float32, &result.bfloat16})
      for (std::vector<double>* curve :
           {&curves->layerDifference, &curves->layerScale, &curves->normDifference, &curves->normScale}) {
        if (curves == &result.bfloat16 && !result.request.bfloat16) continue;
        curve->resize(3);
        fill(*curve);
      }
    run.lengths.push_back(std::move(result));
  }
  run.lengths[0].bfloat16.layerDifference[2] = 0.0;
  for (const bool bos : {true, false}) {
    RepetitionResult result;
    result.request = {"tiny", "a b\xFF", 4, bos, "cpu"};
    result.seconds = 0.25;
    result.token = {6, " b\xFF", 1, 4, false};
    result.norm = Array<float, 2>({3, 4});
    fill(result.norm.values());
    if (bos) result.bosNorm.resize(3);
    fill(result.bosNorm);
    run.repetitions.push_back(std::move(result));
  }
  return run;
}

}  // namespace sinkscope
