#pragma once

#include "core/analysis/explore.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace sinkscope::large {

/// The shape of LLaMa 3.1 405B, the largest model of the paper: 126 layers of 128 heads.
inline ModelIdentity model() {
  ModelIdentity identity;
  identity.name = "Llama 3.1 405B";
  identity.weightType = "BF16";
  identity.parameterCount = 405853388800;
  ModelConfig& config = identity.config;
  config.family = "llama";
  config.vocabulary = 128256;
  config.layers = 126;
  config.heads = 128;
  config.keyHeads = 8;
  config.width = 16384;
  config.headWidth = 128;
  config.feedForwardWidth = 53248;
  config.contextLength = 131072;
  config.attentionScale = 1.0 / std::sqrt(128.0);
  config.perLayer.resize(126, {0, 500000.0, 8.0});
  return identity;
}

/// Alpha_0 of a head as it lies in trained models: early layers rest little, the middle ones nearly always.
inline double restOf(std::size_t layer, std::size_t head) {
  const double depth = static_cast<double>(layer) / 125.0, turn = static_cast<double>(head * 37 % 128) / 127.0;
  return 1.0 / (1.0 + std::exp(4.0 - 14.0 * depth * (1.3 - depth) + 5.0 * (turn - 0.5)));
}

/// A made-up prompt of so many tokens: whole, or a summary. Its numbers have all their digits, as measured ones have.
inline PromptResult prompt(const ModelConfig& config, std::size_t tokens, bool whole, std::uint32_t seed) {
  std::minstd_rand random(seed);
  const auto uniform = [&] { return static_cast<float>(random()) / static_cast<float>(std::minstd_rand::max()); };
  PromptResult result;
  for (std::size_t t = 0; t < tokens; ++t) {
    const std::string word = t == 0 ? "<|begin_of_text|>" : " word" + std::to_string((t * seed) % 1000);
    const std::size_t begin = result.prompt.size();
    if (t > 0) result.prompt += word;
    result.tokens.push_back(
        {t == 0 ? 128000 : static_cast<std::int64_t>(t), word, begin, result.prompt.size(), t == 0});
  }
  const auto layers = static_cast<std::size_t>(config.layers), heads = static_cast<std::size_t>(config.heads);
  const auto keyHeads = static_cast<std::size_t>(config.keyHeads);
  result.shares.shares = Array<float, 3>({layers, heads, whole ? tokens : 1});
  result.shares.windows.resize(layers);
  if (whole) {
    result.rowEntropy = result.outputNorm = Array<float, 3>({layers, heads, tokens});
    result.valueNorm = Array<float, 3>({layers, keyHeads, tokens});
    for (float& norm : result.valueNorm.values()) norm = uniform();
  } else {
    result.shares.length = tokens;
    result.meanEntropy = result.drain = Array<float, 2>({layers, heads});
  }
  for (std::size_t layer = 0; layer < layers; ++layer)
    for (std::size_t head = 0; head < heads; ++head) {
      const auto rest = static_cast<float>(std::min(1.0, restOf(layer, head) * (0.9 + 0.2 * uniform())));
      if (!whole) {
        result.meanEntropy(layer, head) = 3.0F * (1.0F - rest) * uniform();
        result.drain(layer, head) = 0.1F + uniform();
      } else {
        for (std::size_t t = 0; t < tokens; ++t) {
          result.shares.shares(layer, head, t) = (1.0F - rest) * uniform() * 4.0F / static_cast<float>(tokens);
          result.rowEntropy(layer, head, t) = t == 0 ? 0.0F : 3.0F * (1.0F - rest) * uniform();
          result.outputNorm(layer, head, t) = (t == 0 ? 0.1F : 1.0F) + uniform();
        }
      }
      result.shares.shares(layer, head, 0) = rest;
    }
  result.residualNorm = Array<float, 2>({layers + 1, tokens});
  for (float& norm : result.residualNorm.values()) norm = 10.0F * uniform();
  for (std::size_t t = 1; t < tokens; ++t) result.tokenLoss.push_back(4.0F * uniform());
  result.next = {{" the", 0.25}, {" a", 0.125}, {" an", 0.0625}, {".", 0.03125}, {",", 0.015625}};
  return result;
}

/// What an analysis of that model on so many prompts of 64 tokens gives.
inline std::shared_ptr<const ExploreResult> result(std::size_t prompts = 170) {
  auto result = std::make_shared<ExploreResult>();
  result->model = model();
  result->request.model = "meta-llama/Llama-3.1-405B";
  result->request.keep = Keep::Statistics;
  result->bosText = "<|begin_of_text|>";
  result->created = "2025-01-02T03:04:05Z";
  result->program = "sinkscope";
  for (std::size_t i = 0; i < prompts; ++i) {
    result->prompts.push_back(prompt(result->model.config, 64, i == 0, static_cast<std::uint32_t>(i + 1)));
    result->request.prompts.push_back(result->prompts.back().prompt);
  }
  return result;
}

}  // namespace sinkscope::large
