#include "core/model/family.h"
#include "core/model/family_parts.h"

#include <cmath>

// Gemma 3, the text part: most layers see a sliding window, every sixth one everything.

namespace sinkscope {
namespace {

constexpr std::int64_t usualPattern = 6;
constexpr double globalBase = 1e6;
constexpr double localBase = 1e4;

/// Windows, and with them the rotary positions: those that see everything turn slower.
void setLayers(ModelConfig& config, const RopeSettings& global, const RopeSettings& local) {
  for (LayerConfig& layer : config.perLayer) {
    const RopeSettings& rope = layer.window == 0 ? global : local;
    layer.ropeBase = rope.base;
    layer.ropeScale = rope.scale;
  }
}

void completeFromGguf(const GgufFile& file, ModelConfig& config) {
  // transformers and llama.cpp multiply by the square root in float32.
  config.embeddingScale = std::sqrt(static_cast<float>(config.width));
  config.attentionCap = file.real(keyOf(file, "attn_logit_softcapping"), 0.0);
  config.logitCap = file.real(keyOf(file, "final_logit_softcapping"), 0.0);
  // The 27B model alone scales by its width per head (llama.cpp tells it by its number of layers, too).
  const double scaled = config.layers == 62 ? static_cast<double>(config.width) / static_cast<double>(config.heads)
                                            : static_cast<double>(config.headWidth);
  config.attentionScale = 1.0 / std::sqrt(scaled);
  const std::int64_t window = file.integer(keyOf(file, "attention.sliding_window"));
  for (std::int64_t layer = 0; layer < config.layers; ++layer)
    if ((layer + 1) % usualPattern != 0) config.perLayer[static_cast<std::size_t>(layer)].window = window;
  const RopeSettings local{.base = file.real(keyOf(file, "rope.freq_base_swa"), localBase)};
  setLayers(config, readRope(file, globalBase, config), local);
}

void completeFromJson(const JsonFields& json, ModelConfig& config) {
  refuse(json, "use_bidirectional_attention", "attention in both directions");
  config.embeddingScale = std::sqrt(static_cast<float>(config.width));
  config.attentionScale = 1.0 / std::sqrt(json.real("query_pre_attn_scalar", 256.0));
  config.attentionCap = json.real("attn_logit_softcapping", 0.0);
  config.logitCap = json.real("final_logit_softcapping", 0.0);
  const std::int64_t pattern = countIn(json, "sliding_window_pattern", usualPattern, 1 << 16);
  setWindows(json, config, json.integer("sliding_window", 4096),
             [pattern](std::int64_t layer) { return (layer + 1) % pattern != 0; });

  RopeSettings global{.base = json.real("rope_theta", globalBase)},
      local{.base = json.real("rope_local_base_freq", localBase)};
  if (json.has("rope_scaling")) global = readRope(json.object("rope_scaling"), global, config);
  if (json.has("rope_parameters")) {
    const JsonFields both = json.object("rope_parameters");
    if (both.has("full_attention")) global = readRope(both.object("full_attention"), global, config);
    if (both.has("sliding_attention")) local = readRope(both.object("sliding_attention"), local, config);
  }
  for (const RopeSettings* rope : {&global, &local})
    if (rope->scaling.stretch != RopeStretch::None)
      json.failBecause(json.has("rope_parameters") ? "rope_parameters" : "rope_scaling",
                       "scales rotary positions, but 'default' or 'linear' is expected in a Gemma 3");
  setLayers(config, global, local);
}

Family makeFamily() {
  Family family;
  family.name = "gemma3";
  family.ggufArchitecture = "gemma3";
  family.modelTypes = {"gemma3_text", "gemma3"};
  family.completeFromGguf = completeFromGguf;
  family.completeFromJson = completeFromJson;
  family.jsonNames = {{"hidden_act", "hidden_activation"}};
  family.ropeByLayer = true;
  ModelConfig& usual = family.usual;
  usual.vocabulary = 262208;
  usual.layers = 26;
  usual.heads = 8;
  usual.keyHeads = 4;
  usual.width = 2304;
  usual.headWidth = 256;
  usual.feedForwardWidth = 9216;
  usual.contextLength = 131072;
  usual.normEpsilon = 1e-6;
  usual.activation = Activation::GeluTanh;
  usual.queryKeyNorm = usual.postNorms = true;
  usual.tiedEmbedding = true;
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
