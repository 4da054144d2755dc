#include "core/model/family.h"
#include "core/model/family_parts.h"

// Qwen 2 and 2.5 (biases of query, key and value), Qwen 3 (norms of query and key) and its mixture of experts.

namespace sinkscope {
namespace {

/// Qwen 2 and 3: the layers from a number on slide, where any do.
void completeFromJson(const JsonFields& json, ModelConfig& config) {
  if (!json.boolean("use_sliding_window", false)) return;
  const std::int64_t window = windowIn(json, 4096), full = json.integer("max_window_layers", 28);
  setWindows(json, config, window, [full](std::int64_t layer) { return layer >= full; });
}

void completeMoe(const JsonFields& json, ModelConfig& config) {
  if (json.boolean("use_sliding_window", false)) setWindow(config, windowIn(json, 4096));
  config.experts = json.integer("num_experts", 128);
  config.expertsPerToken = json.integer("num_experts_per_tok", 8);
  config.expertWidth = countIn(json, "moe_intermediate_size", 768, std::int64_t{1} << 30);
  config.expertSharesSumToOne = json.boolean("norm_topk_prob", false);
  const std::int64_t every = countIn(json, "decoder_sparse_step", 1, std::int64_t{1} << 30);
  for (std::int64_t layer = 0; layer < config.layers; ++layer)
    config.perLayer[static_cast<std::size_t>(layer)].mixesExperts = config.experts > 0 && (layer + 1) % every == 0;
  if (!json.has("mlp_only_layers")) return;
  for (const double layer : json.reals("mlp_only_layers"))
    if (layer >= 0 && layer < static_cast<double>(config.layers))
      config.perLayer[static_cast<std::size_t>(layer)].mixesExperts = false;
}

Family makeQwen2() {
  Family family;
  family.name = family.ggufArchitecture = "qwen2";
  family.modelTypes = {"qwen2"};
  family.completeFromJson = completeFromJson;
  family.usual.keyHeads = 32;
  family.usual.contextLength = 32768;
  family.usual.normEpsilon = 1e-6;
  family.usual.attentionBias = true;
  return family;
}

Family makeQwen3() {
  Family family = makeQwen2();
  family.name = family.ggufArchitecture = "qwen3";
  family.modelTypes = {"qwen3"};
  family.usual.headWidth = 128;
  family.usual.attentionBias = false;
  family.usual.queryKeyNorm = true;
  return family;
}

Family makeQwen3Moe() {
  Family family = makeQwen3();
  family.name = "qwen3_moe";
  family.ggufArchitecture = "qwen3moe";
  family.modelTypes = {"qwen3_moe"};
  family.completeFromJson = completeMoe;
  family.usual.headWidth = 0;
  family.usual.keyHeads = 4;
  return family;
}

}  // namespace

const Family& qwen2Family() {
  static const Family family = makeQwen2();
  return family;
}

const Family& qwen3Family() {
  static const Family family = makeQwen3();
  return family;
}

const Family& qwen3MoeFamily() {
  static const Family family = makeQwen3Moe();
  return family;
}

}  // namespace sinkscope
