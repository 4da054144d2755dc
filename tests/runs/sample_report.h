#pragma once

#include "core/analysis/report.h"

#include <limits>

namespace sinkscope {

/// A report of made-up numbers: a model of two layers with <bos> and without, and one of three that has none.
inline ReportResult sampleReport() {
  ReportResult report;
  report.request.models = {"tiny", "/models/of mine/a_b&c.gguf"};
  report.request.promptsName = "two & a half <prompts>";
  report.request.prompts = {"a b\xFF", "c, \"d\"", ""};
  report.request.tokenLimit = 16;
  report.request.resamples = 100;
  report.request.seed = 7;
  double number = 0.0;
  const auto next = [&number] { return number = number < 0.9 ? number + 0.0625 : 0.03125; };
  for (const bool hasBos : {true, false}) {
    ModelReport model;
    model.model.name = hasBos ? "tiny" : "a_b&c <50 %>";
    model.model.config.family = "llama";
    model.model.config.layers = hasBos ? 2 : 3;
    model.model.config.heads = 4;
    model.model.config.keyHeads = 2;
    model.model.config.perLayer.resize(hasBos ? 2 : 3);
    model.created = "2026-01-02T03:04:05Z";
    model.program = "sinkscope 0";
    model.torch = "2";
    model.seconds = hasBos ? 0.5 : 0.25;
    model.bosText = hasBos ? "<bos>" : "";
    model.addsBos = hasBos;
    for (const bool bos : {true, false}) {
      if (bos && !hasBos) continue;
      ReportCondition condition;
      condition.bos = bos;
      condition.tokensMin = 9;
      condition.tokensMax = 16;
      const auto layers = static_cast<std::size_t>(model.model.config.layers);
      condition.promptRate = Array<double, 2>({2, 3});
      condition.rateByLayer = Array<double, 2>({2, layers});
      for (double& value : condition.promptRate.values()) value = next();
      for (double& value : condition.rateByLayer.values()) value = next();
      for (std::vector<double>* values : {&condition.promptShare, &condition.promptLoss, &condition.promptSpread})
        for (int prompt = 0; prompt < 3; ++prompt) values->push_back(next());
      for (std::vector<double>* values : {&condition.shareByLayer, &condition.entropyByLayer, &condition.spreadByLayer})
        for (std::size_t layer = 0; layer < layers; ++layer) values->push_back(next());
      condition.promptSpread[1] = std::numeric_limits<double>::quiet_NaN();
      for (int epsilon = 0; epsilon < 2; ++epsilon) condition.rate.push_back({0.5, 0.25, 0.75});
      condition.share = {0.4375, 0.25, 0.5};
      condition.loss = {3.5, 3.25, 4.125};
      if (hasBos) condition.spread = {0.0625, 0.03125, 0.125};
      model.conditions.push_back(std::move(condition));
    }
    report.models.push_back(std::move(model));
  }
  return report;
}

}  // namespace sinkscope
