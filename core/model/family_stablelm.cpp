#include "core/model/family.h"
#include "core/model/family_parts.h"

// StableLM: LayerNorm and partial rotary positions in what is else like LLaMa.

namespace sinkscope {
namespace {

void completeFromGguf(const GgufFile& file, ModelConfig& config) {
  if (file.boolean(keyOf(file, "use_parallel_residual"), false)) config.order = LayerOrder::ParallelSharedNorm;
}

void completeFromJson(const JsonFields& json, ModelConfig& config) {
  refuse(json, "qk_layernorm", "a norm of its own for each head");
  config.attentionBias = json.boolean("use_qkv_bias", false);
  if (json.boolean("use_parallel_residual", false)) config.order = LayerOrder::ParallelSharedNorm;
}

Family makeFamily() {
  Family family;
  family.name = family.ggufArchitecture = "stablelm";
  family.modelTypes = {"stablelm"};
  family.completeFromGguf = completeFromGguf;
  family.completeFromJson = completeFromJson;
  family.jsonNames = {{"rms_norm_eps", "layer_norm_eps"}};
  family.usualRotaryShare = 0.25;
  family.usual.keyHeads = 32;
  family.usual.contextLength = 4096;
  family.usual.normKind = NormKind::Mean;
  return family;
}

}  // namespace

const Family& stablelmFamily() {
  static const Family family = makeFamily();
  return family;
}

}  // namespace sinkscope
