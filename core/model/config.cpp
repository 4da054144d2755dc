#include "core/model/config.h"

#include "core/error.h"

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
    checkFactor(layer.ropeBase, "the base of the rotary frequencies", source);
    checkFactor(layer.ropeScale, "the scale of the rotary positions", source);
  }
}

}  // namespace

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
  if (config.headWidth % 2 != 0) {
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
  checkLayers(config, source);
}

}  // namespace sinkscope
