#include "core/model/config.h"

#include "core/error.h"

#include <algorithm>
#include <cmath>

namespace sinkscope {
namespace {

/// Far above any model, and small enough that products of two of them do not overflow.
constexpr std::int64_t largest = std::int64_t{1} << 30;

void checkCount(std::int64_t value, const char* field, const std::string& source) {
  if (value >= 1 && value <= largest) return;
  throw Error(source + ": " + field + " is " + std::to_string(value) + ", but 1 ... " + std::to_string(largest) +
              " is expected.");
}

void checkFactor(double value, const char* field, const std::string& source) {
  if (std::isfinite(value) && value > 0) return;
  throw Error(source + ": " + field + " is " + std::to_string(value) + ", but a positive number is expected.");
}

/// A soft cap may also be missing.
void checkCap(double value, const char* field, const std::string& source) {
  if (value != 0.0) checkFactor(value, field, source);
}

void checkPositions(const ModelConfig& config, const std::string& source) {
  if (config.positions != Positions::Rotary) return;
  if (config.rotated() % 2 != 0 || config.rotated() > config.headWidth)
    throw Error(source + ": " + std::to_string(config.rotated()) + " of " + std::to_string(config.headWidth) +
                " numbers of a head rotate, but RoPE needs an even number of them.");
  const RopeScaling& rope = config.ropeScaling;
  if (rope.stretch == RopeStretch::None) return;
  checkFactor(rope.factor, "the factor of the rotary frequencies", source);
  checkFactor(rope.magnitude, "the magnitude of the rotary positions", source);
  checkCount(rope.originalLength, "the original context length of the rotary frequencies", source);
  if (rope.stretch == RopeStretch::Llama3 && !(rope.lowFrequency < rope.highFrequency))
    throw Error(source + ": the low frequency of the rotary scaling is " + std::to_string(rope.lowFrequency) +
                ", but a number below the high one, " + std::to_string(rope.highFrequency) + ", is expected.");
  if (rope.stretch != RopeStretch::Long) return;
  for (const std::vector<double>* factors : {&rope.shortFactors, &rope.longFactors}) {
    if (static_cast<std::int64_t>(factors->size()) != config.rotated() / 2)
      throw Error(source + ": " + std::to_string(factors->size()) + " divisors of rotary frequencies are given, but " +
                  std::to_string(config.rotated() / 2) + " are expected.");
    for (const double factor : *factors) checkFactor(factor, "a divisor of the rotary frequencies", source);
  }
}

void checkExperts(const ModelConfig& config, const std::string& source) {
  if (std::ranges::none_of(config.perLayer, [](const LayerConfig& layer) { return layer.mixesExperts; })) return;
  checkCount(config.experts, "the number of experts", source);
  checkCount(config.expertWidth, "the feed-forward width of an expert", source);
  checkCount(config.expertsPerToken, "the number of experts per token", source);
  if (config.expertsPerToken > config.experts)
    throw Error(source + ": a token has " + std::to_string(config.expertsPerToken) + " experts of " +
                std::to_string(config.experts) + ", but at most all are expected.");
}

void checkLayers(const ModelConfig& config, const std::string& source) {
  if (static_cast<std::int64_t>(config.perLayer.size()) != config.layers) {
    throw Error(source + ": " + std::to_string(config.perLayer.size()) + " layers are described, but " +
                std::to_string(config.layers) + " are expected.");
  }
  for (const LayerConfig& layer : config.perLayer) {
    if (layer.window < 0 || layer.window > largest) {
      throw Error(source + ": the sliding window is " + std::to_string(layer.window) +
                  ", but a number of tokens (or 0 for none) is expected.");
    }
    if (layer.firstKeys < 0 || layer.firstKeys > largest) {
      throw Error(source + ": " + std::to_string(layer.firstKeys) +
                  " first tokens are seen past the window, but 0 or more are expected.");
    }
    if (!(layer.capacity > 0.0 && layer.capacity <= 1.0)) {
      throw Error(source + ": a layer's capacity is " + std::to_string(layer.capacity) +
                  ", but a share of the tokens above 0 and up to 1 is expected.");
    }
    checkFactor(layer.ropeBase, "the base of the rotary frequencies", source);
    checkFactor(layer.ropeScale, "the scale of the rotary positions", source);
  }
}

}  // namespace

std::int64_t extraWidth(const ModelConfig& config) {
  // Eight numbers, of which most stay 0: fused attention likes rows of whole vectors.
  const bool routed = std::ranges::any_of(config.perLayer, [](const LayerConfig& l) { return l.capacity < 1.0; });
  return routed || config.positions == Positions::Alibi || config.extraKey == ExtraKey::SinkLogit ? 8 : 0;
}

void validate(const ModelConfig& config, const std::string& source) {
  checkCount(config.vocabulary, "the vocabulary's size", source);
  checkCount(config.layers, "the number of layers", source);
  checkCount(config.heads, "the number of heads", source);
  checkCount(config.keyHeads, "the number of key heads", source);
  checkCount(config.width, "the width", source);
  checkCount(config.headWidth, "the head width", source);
  checkCount(config.feedForwardWidth, "the feed-forward width", source);
  checkCount(config.contextLength, "the context length", source);
  if (config.heads % config.keyHeads != 0) {
    throw Error(source + ": there are " + std::to_string(config.heads) + " heads, but a multiple of the " +
                std::to_string(config.keyHeads) + " key heads is expected.");
  }
  if (config.heads > largest / config.headWidth) {
    throw Error(source + ": " + std::to_string(config.heads) + " heads of width " + std::to_string(config.headWidth) +
                " are more than a model can have.");
  }
  checkFactor(config.normEpsilon, "epsilon of the norms", source);
  checkFactor(config.embeddingScale, "the scale of the embedding", source);
  checkFactor(config.attentionScale, "the scale of attention", source);
  checkCap(config.attentionCap, "the soft cap of attention", source);
  checkCap(config.logitCap, "the soft cap of the logits", source);
  if (config.hasSigmoids() && config.extraKey != ExtraKey::None) {
    throw Error(source + ": an extra key is meant for softmax attention, but the weights are a sigmoid.");
  }
  if (config.norms == NormPlacement::None && !config.postNorms)
    throw Error(source + ": the layers have no norms at all, but some are expected.");
  checkPositions(config, source);
  checkExperts(config, source);
  if (config.hasSigmoids() && config.attentionCap != 0.0)
    throw Error(source + ": a soft cap is meant for softmax attention, but the weights are a sigmoid.");
  checkLayers(config, source);
}

}  // namespace sinkscope
