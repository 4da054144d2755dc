#include "core/model/family.h"
#include "core/model/family_parts.h"

// Mistral, and Mixtral with its experts. Their GGUFs are called LLaMa.

namespace sinkscope {
namespace {

void completeMistral(const JsonFields& json, ModelConfig& config) {
  setWindow(config, windowIn(json, 4096));
}

void completeMixtral(const JsonFields& json, ModelConfig& config) {
  setWindow(config, windowIn(json, 0));
  config.experts = json.integer("num_local_experts", 8);
  config.expertsPerToken = json.integer("num_experts_per_tok", 2);
  config.expertWidth = config.feedForwardWidth;
  for (LayerConfig& layer : config.perLayer) layer.mixesExperts = true;
}

Family makeMistral() {
  Family family;
  family.name = "mistral";
  family.modelTypes = {"mistral"};
  family.completeFromJson = completeMistral;
  family.usual.keyHeads = 8;
  family.usual.contextLength = 131072;
  family.usual.normEpsilon = 1e-6;
  return family;
}

Family makeMixtral() {
  Family family = makeMistral();
  family.name = "mixtral";
  family.modelTypes = {"mixtral"};
  family.completeFromJson = completeMixtral;
  family.usual.normEpsilon = 1e-5;
  family.usualRopeBase = 1e6;
  family.safetensorsNames = {{"expertRouter", {"block_sparse_moe.gate.weight"}},
                             {"expert.gate", {"block_sparse_moe.experts.{}.w1.weight"}},
                             {"expert.up", {"block_sparse_moe.experts.{}.w3.weight"}},
                             {"expert.down", {"block_sparse_moe.experts.{}.w2.weight"}}};
  return family;
}

}  // namespace

const Family& mistralFamily() {
  static const Family family = makeMistral();
  return family;
}

const Family& mixtralFamily() {
  static const Family family = makeMixtral();
  return family;
}

}  // namespace sinkscope
