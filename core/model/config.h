#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sinkscope {

enum class Activation {
  Silu,
  GeluTanh,
  Gelu,  ///< the exact one
  Relu,
  ClampedSilu,  ///< gpt-oss: g sigmoid(1.702 g) (u + 1) of a gate g up to 7 and an input u within -7 ... 7
};

enum class NormKind {
  RootMeanSquare,
  Mean,  ///< LayerNorm: less the mean, over the deviation, with a bias
};

/// What becomes of the scores q . k.
enum class AttentionWeights {
  Softmax,
  Sigmoid,            ///< sigmoid of each score; rows sum to anything
  NormalisedSigmoid,  ///< the same over its row's sum
};

/// One key more that every query sees before the first token's: where a head can rest without a sink.
enum class ExtraKey {
  None,
  OffByOne,      ///< score 0, value 0: exp(x) / (1 + sum exp(x))
  SinkLogit,     ///< a learned score for each head, value 0 (gpt-oss)
  KeyBias,       ///< a learned key, value 0 (Gu et al., arXiv 2410.10781)
  KeyValueBias,  ///< a learned key and value (the same)
};

enum class Positions {
  Rotary,
  None,
  Alibi,    ///< score less slope times distance (Press et al., arXiv 2108.12409); slopes 2^(-8 (h + 1) / H)
  Learned,  ///< an embedding of each position, up to the context length
};

/// Where the two norms of a layer stand.
enum class NormPlacement {
  Pre,   ///< before attention and before the feed-forward part
  Post,  ///< after each was added to the residual stream
  None,  ///< nowhere: only what a part writes is normalised (`postNorms`; OLMo 2)
};

/// What the feed-forward part of a layer reads.
enum class LayerOrder {
  Sequential,          ///< the residual stream after attention
  Parallel,            ///< the layer's input, as attention does (GPT-NeoX)
  ParallelSharedNorm,  ///< the same, through attention's norm (Falcon)
};

enum class RopeStretch {
  None,
  Llama3,  ///< low frequencies divided by the factor, high ones as they are, between them a blend
  Yarn,    ///< Peng et al., arXiv 2309.00071
  Long,    ///< a divisor for each frequency, of which there are two sets: LongRoPE, arXiv 2402.13753
};

/// How the rotary frequencies were changed for a longer context than that of the first training, beyond
/// `LayerConfig::ropeScale`.
struct RopeScaling {
  RopeStretch stretch = RopeStretch::None;
  double factor = 1.0;
  std::int64_t originalLength = 0;           ///< tokens of the first training
  double lowFrequency = 1.0;                 ///< Llama3: turns within the original length below which all is divided
  double highFrequency = 4.0;                ///< Llama3: and above which nothing is
  double fastTurns = 32.0, slowTurns = 1.0;  ///< Yarn: the same, the other way round
  bool wholePairs = true;                    ///< Yarn: the blend begins and ends at whole pairs
  double magnitude = 1.0;                    ///< factor of cosine and sine
  std::vector<double> shortFactors{}, longFactors{};  ///< Long: for up to the original length, and beyond

  bool operator==(const RopeScaling&) const = default;
};

/// What differs from layer to layer.
struct LayerConfig {
  std::int64_t window = 0;     ///< sliding window in tokens, the query's own included; 0: all earlier tokens
  double ropeBase = 10000.0;   ///< base of the rotary frequencies
  double ropeScale = 1.0;      ///< positions are divided by this (linear scaling)
  bool rotates = true;         ///< false: the layer knows no positions (NoPE), where others rotate
  bool mixesExperts = false;   ///< its feed-forward part is a mixture of experts
  std::int64_t firstKeys = 0;  ///< first tokens that are seen past the window too
  /// Share of the tokens that the layer works on, the others pass by it (mixture-of-depths, Raposo et al., arXiv
  /// 2404.02258); 1: all, and no router.
  double capacity = 1.0;

  /// The window within which `key` is seen; 0: by all later tokens.
  std::int64_t windowOf(std::int64_t key) const { return key < firstKeys ? 0 : window; }

  bool operator==(const LayerConfig&) const = default;
};

/// The whole difference between decoder families, as data. L layers, H heads, K key/value heads, D width, d head
/// width, F feed-forward width, V vocabulary.
struct ModelConfig {
  std::string family;  ///< "llama", "gemma3", ...
  std::int64_t vocabulary = 0;
  std::int64_t layers = 0;
  std::int64_t heads = 0;
  std::int64_t keyHeads = 0;
  std::int64_t width = 0;
  std::int64_t headWidth = 0;
  std::int64_t feedForwardWidth = 0;
  std::int64_t contextLength = 0;  ///< tokens the model was trained for

  NormKind normKind = NormKind::RootMeanSquare;
  double normEpsilon = 1e-5;
  Activation activation = Activation::Silu;
  double embeddingScale = 1.0;   ///< Gemma multiplies the embedding by sqrt(D)
  double attentionScale = 0.0;   ///< factor of q . k before the softmax
  double attentionCap = 0.0;     ///< c: scores become c tanh(score / c); 0: they stay (Gemma 2)
  double logitCap = 0.0;         ///< the same of the logits
  bool queryKeyNorm = false;     ///< norm over d of every query and key before RoPE
  bool normsAllHeads = false;    ///< that norm is over the heads of a token together (OLMo 2)
  bool postNorms = false;        ///< norm of what attention and feed-forward write (Gemma 2 and 3)
  bool tiedEmbedding = false;    ///< the output matrix is the embedding
  bool attentionBias = false;    ///< biases of query, key and value
  bool outputBias = false;       ///< bias of attention's output
  bool gated = true;             ///< down(activation(gate x) * up x); else down(activation(up x))
  bool feedForwardBias = false;  ///< biases of the feed-forward part's matrices, and of the experts' router

  AttentionWeights weights = AttentionWeights::Softmax;
  ExtraKey extraKey = ExtraKey::None;
  Positions positions = Positions::Rotary;
  std::int64_t rotaryWidth = 0;  ///< first numbers of a head that rotate; 0: all d
  RopeScaling ropeScaling;
  NormPlacement norms = NormPlacement::Pre;
  LayerOrder order = LayerOrder::Sequential;
  bool outputGate = false;  ///< each head's output times a sigmoid of the layer's input (arXiv 2505.06708)

  // Mixture of experts, in the layers that say so.
  std::int64_t experts = 0;
  std::int64_t expertsPerToken = 0;
  std::int64_t expertWidth = 0;      ///< an expert's feed-forward width
  bool expertSharesSumToOne = true;  ///< shares of the chosen experts; else they are a softmax over all experts

  std::vector<LayerConfig> perLayer;  ///< L entries

  bool operator==(const ModelConfig&) const = default;
  /// Whether weights are sigmoids, which a sum may divide, and not a softmax.
  bool hasSigmoids() const { return weights != AttentionWeights::Softmax; }
  std::int64_t rotated() const { return rotaryWidth > 0 ? rotaryWidth : headWidth; }
  bool rotates(std::int64_t layer) const {
    return positions == Positions::Rotary && perLayer[static_cast<std::size_t>(layer)].rotates;
  }
  bool isRouted(std::int64_t layer) const { return perLayer[static_cast<std::size_t>(layer)].capacity < 1.0; }
};

/// Numbers that queries and keys have behind their d ones, so that a score holds what depends on the key alone (ALiBi's
/// distance, a learned sink logit, that a token passes by the layer); 0 for most models.
std::int64_t extraWidth(const ModelConfig& config);

/// Throws `Error` naming the first field that makes no decoder (`source` names the file in the sentence).
void validate(const ModelConfig& config, const std::string& source);

}  // namespace sinkscope
