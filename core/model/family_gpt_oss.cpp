#include "core/model/family.h"
#include "core/model/family_parts.h"

#include <utility>

// gpt-oss: a learned sink logit a head, windows in every other layer, experts in MXFP4.

namespace sinkscope {
namespace {

bool slides(std::int64_t layer) {
  return layer % 2 == 0;
}

void completeFromGguf(const GgufFile& file, ModelConfig& config) {
  const std::int64_t window = file.integer(keyOf(file, "attention.sliding_window"));
  for (std::int64_t layer = 0; layer < config.layers; ++layer)
    if (slides(layer)) config.perLayer[static_cast<std::size_t>(layer)].window = window;
}

void completeFromJson(const JsonFields& json, ModelConfig& config) {
  config.activation = Activation::ClampedSilu;
  for (const auto& [key, value] : {std::pair{"swiglu_limit", 7.0}, std::pair{"swiglu_alpha", 1.702}})
    if (json.real(key, value) != value)
      json.failBecause(
          key, "is " + std::to_string(json.real(key, value)) + ", but " + std::to_string(value) + " is expected");
  config.experts = json.integer("num_local_experts", 128);
  config.expertsPerToken = json.integer("num_experts_per_tok", 4);
  config.expertWidth = config.feedForwardWidth;
  for (LayerConfig& layer : config.perLayer) layer.mixesExperts = true;
  setWindows(json, config, windowIn(json, 128), slides);
}

Family makeFamily() {
  Family family;
  family.name = "gpt_oss";
  family.ggufArchitecture = "gpt-oss";
  family.modelTypes = {"gpt_oss"};
  family.completeFromGguf = completeFromGguf;
  family.completeFromJson = completeFromJson;
  family.usualRopeBase = 150000.0;
  ModelConfig& usual = family.usual;
  usual.headWidth = 64;
  usual.keyHeads = 8;
  usual.contextLength = 131072;
  usual.activation = Activation::ClampedSilu;
  usual.extraKey = ExtraKey::SinkLogit;
  usual.attentionBias = usual.outputBias = usual.feedForwardBias = true;
  usual.ropeScaling.wholePairs = false;  // which a GGUF does not say
  const auto experts = [](const char* name, Piece piece) {
    return StoredAs{.name = name, .piece = piece, .transposed = true, .ofAllExperts = true};
  };
  family.safetensorsNames = {{"sinkLogit", {"self_attn.sinks"}},
                             {"expertRouter", {"mlp.router.weight"}},
                             {"expert.gate", experts("mlp.experts.gate_up_proj", Piece::EvenRows)},
                             {"expert.up", experts("mlp.experts.gate_up_proj", Piece::OddRows)},
                             {"expert.down", experts("mlp.experts.down_proj", Piece::Whole)}};
  family.ggufNames = {{"feedForwardNorm", {"post_attention_norm.weight"}}};
  return family;
}

}  // namespace

const Family& gptOssFamily() {
  static const Family family = makeFamily();
  return family;
}

}  // namespace sinkscope
