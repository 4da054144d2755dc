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
  if (config.positions == Positions::Rotary && config.headWidth % 2 != 0) {
    throw Error(source + ": the head width is " + std::to_string(config.headWidth) +
                ", but RoPE needs an even number.");
  }
  if (config.heads > largest / config.headWidth) {
    throw Error(source + ": " + std::to_string(config.heads) + " heads of width " + std::to_string(config.headWidth) +
                " are more than a model can have.");
  }
  checkFactor(config.normEpsilon, "epsilon of the norms", source);
  checkFactor(config.embeddingScale, "the scale of the embedding", source);
  checkFactor(config.attentionScale, "the scale of attention", source);
  if (config.hasSigmoids() && config.extraKey != ExtraKey::None) {
    throw Error(source + ": an extra key is meant for softmax attention, but the weights are a sigmoid.");
  }
  checkLayers(config, source);
}

}  // namespace sinkscope
