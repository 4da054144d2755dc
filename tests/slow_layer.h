#pragma once

#include "core/model/decoder.h"
#include "tests/site_recorder.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>

#include <cmath>
#include <cstdint>
#include <string>

/// A layer's parts from their definitions over whole matrices, in double precision, out of what a pass showed.
namespace sinkscope::slow {

struct Head {
  at::Tensor logSumExp;  ///< [query]
  at::Tensor output;     ///< [query, d]
};

/// 0 where a query sees a key, minus infinity elsewhere: [token, token].
inline at::Tensor denseMask(std::int64_t tokens, std::int64_t window, bool hidesFirst) {
  at::Tensor seen = at::ones({tokens, tokens}, at::kBool).tril();
  if (window > 0) seen = seen.triu(1 - window);
  if (hidesFirst) seen.slice(0, 1).select(1, 0).fill_(false);
  return at::zeros({tokens, tokens}, at::kDouble).masked_fill(seen.logical_not(), -HUGE_VAL);
}

/// Attention of one head; `hidesFirst`: no query but the first sees key 0.
inline Head head(const SiteRecorder& seen, const ModelConfig& config, const Parameters& parameters, std::int64_t layer,
                 std::int64_t number, bool hidesFirst = false) {
  const std::int64_t k = number / (config.heads / config.keyHeads), d = config.headWidth;
  const auto own = [&](Site site, std::int64_t h) { return seen.at(site, layer)[h].narrow(1, 0, d).to(at::kDouble); };
  at::Tensor scores = at::mm(own(Site::Query, number), own(Site::Key, k).t()) * config.attentionScale;
  if (config.attentionCap > 0) scores = at::tanh(scores / config.attentionCap) * config.attentionCap;
  scores = scores + denseMask(scores.size(0), config.perLayer[static_cast<std::size_t>(layer)].window, hidesFirst);
  at::Tensor values = own(Site::Value, k);
  if (config.extraKey == ExtraKey::SinkLogit) {
    const at::Tensor logit = parameters.layer(layer, "sinkLogit")[number].to(at::kDouble);
    scores = at::cat({logit.expand({scores.size(0), 1}), scores}, 1);
    values = at::cat({at::zeros({1, d}, at::kDouble), values});
  }
  return {scores.logsumexp(-1), at::mm(scores.softmax(-1), values)};
}

inline at::Tensor active(const at::Tensor& x, Activation activation) {
  switch (activation) {
    case Activation::Silu:
      return x / (1 + at::exp(-x));
    case Activation::GeluTanh:
      return 0.5 * x * (1 + at::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case Activation::Gelu:
      return 0.5 * x * (1 + at::erf(x / std::sqrt(2.0)));
    default:
      return x.clamp_min(0.0);
  }
}

/// A feed-forward part, or an expert's, of rows `x` [token, D].
inline at::Tensor feedForwardPart(const at::Tensor& x, const ModelConfig& config, const Parameters& parameters,
                                  std::int64_t layer, const std::string& part) {
  const auto map = [&](const at::Tensor& of, const char* name) {
    const at::Tensor product = at::mm(of, parameters.layer(layer, part + name).to(at::kDouble).t());
    return config.feedForwardBias ? product + parameters.layer(layer, part + name + "Bias") : product;
  };
  const at::Tensor up = map(x, "up");
  if (!config.gated) return map(active(up, config.activation), "down");
  const at::Tensor gate = map(x, "gate");
  if (config.activation != Activation::ClampedSilu) return map(active(gate, config.activation) * up, "down");
  const at::Tensor g = gate.clamp_max(7.0), u = up.clamp(-7.0, 7.0);
  return map((u + 1) * g / (1 + at::exp(-1.702 * g)), "down");
}

/// What a layer's feed-forward part or its experts write, before a norm of that.
inline at::Tensor feedForward(const SiteRecorder& seen, const ModelConfig& config, const Parameters& parameters,
                              std::int64_t layer) {
  const at::Tensor x = seen.at(Site::FeedForwardNorm, layer).to(at::kDouble);
  if (!config.perLayer[static_cast<std::size_t>(layer)].mixesExperts)
    return feedForwardPart(x, config, parameters, layer, "");
  at::Tensor scores = at::mm(x, parameters.layer(layer, "expertRouter").to(at::kDouble).t());
  if (config.feedForwardBias) scores = scores + parameters.layer(layer, "expertRouterBias");
  // The experts that fewer others surpass than a token has.
  const at::Tensor surpassedBy = (scores.unsqueeze(1) > scores.unsqueeze(2)).sum(-1);
  at::Tensor shares = at::softmax(scores, -1) * (surpassedBy < config.expertsPerToken);
  if (config.expertSharesSumToOne) shares = shares / shares.sum(-1, true);
  at::Tensor sum = at::zeros_like(x);
  for (std::int64_t expert = 0; expert < config.experts; ++expert)
    sum = sum + shares.narrow(1, expert, 1) *
                    feedForwardPart(x, config, parameters, layer, "expert" + std::to_string(expert) + ".");
  return sum;
}

}  // namespace sinkscope::slow
