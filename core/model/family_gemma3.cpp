#include "core/model/family.h"
#include "core/model/family_parts.h"

#include <cmath>

// Gemma 3, the text part: most layers see a sliding window, every sixth one everything.

namespace sinkscope {
namespace {

constexpr std::int64_t usualPattern = 6;
constexpr double globalBase = 1e6;
constexpr double localBase = 1e4;

void setCommon(ModelConfig& config) {
  config.activation = Activation::GeluTanh;
  // transformers and llama.cpp multiply by the square root in float32.
  config.embeddingScale = std::sqrt(static_cast<float>(config.width));
  config.queryKeyNorm = true;
  config.postNorms = true;
}

std::vector<bool> globalLayers(std::int64_t layers, std::int64_t pattern) {
  std::vector<bool> global;
  for (std::int64_t layer = 0; layer < layers; ++layer) global.push_back((layer + 1) % pattern == 0);
  return global;
}

void setLayers(ModelConfig& config, const std::vector<bool>& isGlobal, std::int64_t window, const RopeSettings& global,
               const RopeSettings& local) {
  for (const bool seesAll : isGlobal) {
    const RopeSettings& rope = seesAll ? global : local;
    config.perLayer.push_back({.window = seesAll ? 0 : window, .ropeBase = rope.base, .ropeScale = rope.scale});
  }
}

void completeFromGguf(const GgufFile& file, ModelConfig& config) {
  refuse(file, "attn_logit_softcapping", "soft caps of attention");
  refuse(file, "final_logit_softcapping", "soft caps of the logits");
  setCommon(config);
  // The 27B model alone scales by its width per head (llama.cpp tells it by its number of layers, too).
  const double scaled = config.layers == 62 ? static_cast<double>(config.width) / static_cast<double>(config.heads)
                                            : static_cast<double>(config.headWidth);
  config.attentionScale = 1.0 / std::sqrt(scaled);
  const RopeSettings local{file.real(keyOf(file, "rope.freq_base_swa"), localBase), 1.0};
  setLayers(config, globalLayers(config.layers, usualPattern), file.integer(keyOf(file, "attention.sliding_window")),
            readRope(file, globalBase), local);
}

std::vector<bool> globalLayers(const JsonFields& json, std::int64_t layers) {
  if (!json.has("layer_types")) {
    return globalLayers(layers, countIn(json, "sliding_window_pattern", usualPattern, 1 << 16));
  }
  std::vector<bool> global;
  for (const std::string& type : json.strings("layer_types")) {
    if (type != "full_attention" && type != "sliding_attention") {
      json.failBecause("layer_types", "holds '" + type + "', but 'full_attention' or 'sliding_attention' is expected");
    }
    global.push_back(type == "full_attention");
  }
  return global;
}

void completeFromJson(const JsonFields& json, ModelConfig& config) {
  expectText(json, "hidden_activation", "gelu_pytorch_tanh");
  refuse(json, "attention_bias", "biases of attention");
  refuse(json, "attn_logit_softcapping", "soft caps of attention");
  refuse(json, "final_logit_softcapping", "soft caps of the logits");
  refuse(json, "use_bidirectional_attention", "attention in both directions");
  setCommon(config);
  config.tiedEmbedding = json.boolean("tie_word_embeddings", true);
  config.attentionScale = 1.0 / std::sqrt(json.real("query_pre_attn_scalar", 256.0));

  RopeSettings global{json.real("rope_theta", globalBase), 1.0},
      local{json.real("rope_local_base_freq", localBase), 1.0};
  if (json.has("rope_scaling")) global = readRope(json.object("rope_scaling"), global);
  if (json.has("rope_parameters")) {
    const JsonFields both = json.object("rope_parameters");
    if (both.has("full_attention")) global = readRope(both.object("full_attention"), global);
    if (both.has("sliding_attention")) local = readRope(both.object("sliding_attention"), local);
  }
  setLayers(config, globalLayers(json, config.layers), json.integer("sliding_window", 4096), global, local);
}

Family makeFamily() {
  Family family;
  family.name = "gemma3";
  family.ggufArchitecture = "gemma3";
  family.modelTypes = {"gemma3_text", "gemma3"};
  family.completeFromGguf = completeFromGguf;
  family.completeFromJson = completeFromJson;
  ModelConfig& defaults = family.jsonDefaults;
  defaults.vocabulary = 262208;
  defaults.layers = 26;
  defaults.heads = 8;
  defaults.keyHeads = 4;
  defaults.width = 2304;
  defaults.headWidth = 256;
  defaults.feedForwardWidth = 9216;
  defaults.contextLength = 131072;
  defaults.normEpsilon = 1e-6;
  family.normsLessOne = true;
  family.safetensorsNames = {{"feedForwardNorm", {"pre_feedforward_layernorm.weight"}},
                             {"postAttentionNorm", {"post_attention_layernorm.weight"}},
                             {"postFeedForwardNorm", {"post_feedforward_layernorm.weight"}}};
  return family;
}

}  // namespace

const Family& gemma3Family() {
  static const Family family = makeFamily();
  return family;
}

}  // namespace sinkscope
