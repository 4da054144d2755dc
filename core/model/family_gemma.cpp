#include "core/model/family.h"
#include "core/model/family_parts.h"

#include <cmath>

// Gemma 1, and Gemma 2 with its soft caps, norms of what is written and windows in every other layer.

namespace sinkscope {
namespace {

bool slides(std::int64_t layer) {
  return layer % 2 == 0;
}

/// transformers and llama.cpp multiply by the square root in float32.
void scaleEmbedding(ModelConfig& config) {
  config.embeddingScale = std::sqrt(static_cast<float>(config.width));
}

void completeGemma(const GgufFile&, ModelConfig& config) {
  scaleEmbedding(config);
}

void completeGemma(const JsonFields& json, ModelConfig& config) {
  expectText(json, "hidden_act", {"gelu", "gelu_pytorch_tanh"});  // both mean the approximation by tanh
  refuse(json, "use_bidirectional_attention", "attention in both directions");
  scaleEmbedding(config);
}

void completeGemma2(const GgufFile& file, ModelConfig& config) {
  scaleEmbedding(config);
  config.attentionCap = file.real(keyOf(file, "attn_logit_softcapping"), 50.0);
  config.logitCap = file.real(keyOf(file, "final_logit_softcapping"), 30.0);
  // The 27B model alone scales by its width per head (llama.cpp tells it by its number of layers, too).
  const double scaled = config.layers == 46 ? static_cast<double>(config.width) / static_cast<double>(config.heads)
                                            : static_cast<double>(config.headWidth);
  config.attentionScale = 1.0 / std::sqrt(scaled);
  const std::int64_t window = file.integer(keyOf(file, "attention.sliding_window"), 4096);
  for (std::int64_t layer = 0; layer < config.layers; ++layer)
    if (slides(layer)) config.perLayer[static_cast<std::size_t>(layer)].window = window;
}

/// A soft cap: none where the field is null, the usual one where it is missing.
double capIn(const JsonFields& json, const std::string& key, double usual) {
  return json.json().contains(key) ? json.real(key, 0.0) : usual;
}

void completeGemma2(const JsonFields& json, ModelConfig& config) {
  refuse(json, "use_bidirectional_attention", "attention in both directions");
  scaleEmbedding(config);
  config.attentionScale = 1.0 / std::sqrt(json.real("query_pre_attn_scalar", 256.0));
  config.attentionCap = capIn(json, "attn_logit_softcapping", 50.0);
  config.logitCap = capIn(json, "final_logit_softcapping", 30.0);
  setWindows(json, config, windowIn(json, 4096), slides);
}

Family makeGemma() {
  Family family;
  family.name = family.ggufArchitecture = "gemma";
  family.modelTypes = {"gemma"};
  family.completeFromGguf = completeGemma;
  family.completeFromJson = completeGemma;
  family.jsonNames = {{"hidden_act", "hidden_activation"}};
  family.usual.headWidth = 256;
  family.usual.keyHeads = 16;
  family.usual.contextLength = 8192;
  family.usual.normEpsilon = 1e-6;
  family.usual.activation = Activation::GeluTanh;
  family.usual.tiedEmbedding = true;
  family.normsLessOne = true;
  return family;
}

Family makeGemma2() {
  Family family = makeGemma();
  family.name = family.ggufArchitecture = "gemma2";
  family.modelTypes = {"gemma2"};
  family.completeFromGguf = completeGemma2;
  family.completeFromJson = completeGemma2;
  family.usual.keyHeads = 4;
  family.usual.postNorms = true;
  family.safetensorsNames = {{"feedForwardNorm", {"pre_feedforward_layernorm.weight"}},
                             {"postAttentionNorm", {"post_attention_layernorm.weight"}},
                             {"postFeedForwardNorm", {"post_feedforward_layernorm.weight"}}};
  return family;
}

}  // namespace

const Family& gemmaFamily() {
  static const Family family = makeGemma();
  return family;
}

const Family& gemma2Family() {
  static const Family family = makeGemma2();
  return family;
}

}  // namespace sinkscope
