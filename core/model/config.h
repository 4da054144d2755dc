#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sinkscope {

enum class Activation { Silu, GeluTanh };

/// What differs from layer to layer.
struct LayerConfig {
  std::int64_t window = 0;    ///< sliding window in tokens, the query's own included; 0: all earlier tokens
  double ropeBase = 10000.0;  ///< base of the rotary frequencies
  double ropeScale = 1.0;     ///< positions are divided by this (linear scaling)

  bool operator==(const LayerConfig&) const = default;
};

/// The whole difference between decoder families, as data. L layers, H heads, K key/value heads, D width, d head
/// width, F feed-forward width, V vocabulary.
struct ModelConfig {
  std::string family;  ///< "llama", "gemma3"
  std::int64_t vocabulary = 0;
  std::int64_t layers = 0;
  std::int64_t heads = 0;
  std::int64_t keyHeads = 0;
  std::int64_t width = 0;
  std::int64_t headWidth = 0;
  std::int64_t feedForwardWidth = 0;
  std::int64_t contextLength = 0;  ///< tokens the model was trained for

  double normEpsilon = 1e-5;
  Activation activation = Activation::Silu;
  double embeddingScale = 1.0;  ///< Gemma multiplies the embedding by sqrt(D)
  double attentionScale = 0.0;  ///< factor of q . k before the softmax
  bool queryKeyNorm = false;    ///< RMSNorm over d of every query and key before RoPE
  bool postNorms = false;       ///< RMSNorm of what attention and feed-forward write (Gemma 2 and 3)
  bool tiedEmbedding = false;   ///< the output matrix is the embedding
  bool attentionBias = false;   ///< biases of query, key and value

  std::vector<LayerConfig> perLayer;  ///< L entries

  bool operator==(const ModelConfig&) const = default;
};

/// Throws `Error` naming the first field that makes no decoder (`source` names the file in the sentence).
void validate(const ModelConfig& config, const std::string& source);

}  // namespace sinkscope
