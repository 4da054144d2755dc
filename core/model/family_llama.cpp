#include "core/model/family.h"
#include "core/model/family_parts.h"

#include <cmath>

// LLaMa 1 ... 3 and what is built like it (SmolLM2, TinyLlama, ...).

namespace sinkscope {
namespace {

void setLayers(ModelConfig& config, const RopeSettings& rope) {
  config.attentionScale = 1.0 / std::sqrt(static_cast<double>(config.headWidth));
  config.perLayer.assign(static_cast<std::size_t>(config.layers),
                         LayerConfig{.ropeBase = rope.base, .ropeScale = rope.scale});
}

void completeFromGguf(const GgufFile& file, ModelConfig& config) {
  refuse(file, "expert_count", "experts");
  refuse(file, "attention.sliding_window", "sliding windows in every layer");
  config.activation = Activation::Silu;
  setLayers(config, readRope(file, 10000.0));
}

void completeFromJson(const JsonFields& json, ModelConfig& config) {
  expectText(json, "hidden_act", "silu");
  refuse(json, "attention_bias", "biases of attention");
  refuse(json, "mlp_bias", "biases of the feed-forward part");
  config.activation = Activation::Silu;
  config.tiedEmbedding = json.boolean("tie_word_embeddings", false);
  RopeSettings rope{json.real("rope_theta", 10000.0), 1.0};
  for (const char* key : {"rope_scaling", "rope_parameters"}) {
    if (json.has(key)) rope = readRope(json.object(key), rope);
  }
  setLayers(config, rope);
}

Family makeFamily() {
  Family family;
  family.name = "llama";
  family.ggufArchitecture = "llama";
  family.modelTypes = {"llama"};
  family.completeFromGguf = completeFromGguf;
  family.completeFromJson = completeFromJson;
  family.jsonDefaults.contextLength = 2048;
  family.jsonDefaults.normEpsilon = 1e-6;
  family.interleavedInGguf = true;
  return family;
}

}  // namespace

const Family& llamaFamily() {
  static const Family family = makeFamily();
  return family;
}

}  // namespace sinkscope
