#include "core/model/family.h"
#include "core/model/family_parts.h"

// GPT-NeoX and Pythia: partial rotary positions, attention and feed-forward side by side.

namespace sinkscope {
namespace {

void completeFromGguf(const GgufFile& file, ModelConfig& config) {
  if (!file.boolean(keyOf(file, "use_parallel_residual"), true)) config.order = LayerOrder::Sequential;
}

void completeFromJson(const JsonFields& json, ModelConfig& config) {
  if (!json.boolean("use_parallel_residual", true)) config.order = LayerOrder::Sequential;
}

Family makeFamily() {
  Family family;
  family.name = "gpt_neox";
  family.ggufArchitecture = "gptneox";
  family.modelTypes = {"gpt_neox"};
  family.completeFromGguf = completeFromGguf;
  family.completeFromJson = completeFromJson;
  family.jsonNames = {
      {"rms_norm_eps", "layer_norm_eps"}, {"rope_theta", "rotary_emb_base"}, {"partial_rotary_factor", "rotary_pct"}};
  family.usualRotaryShare = 0.25;
  ModelConfig& usual = family.usual;
  usual.contextLength = 2048;
  usual.normKind = NormKind::Mean;
  usual.activation = Activation::Gelu;
  usual.gated = false;
  usual.order = LayerOrder::Parallel;
  usual.attentionBias = usual.outputBias = usual.feedForwardBias = true;
  family.safetensorsNames = {{"embedding", {"embed_in.weight"}},
                             {"output", {.name = "embed_out.weight", .otherName = "lm_head.weight"}},
                             {"finalNorm", {"final_layer_norm.weight"}},
                             {"query", {"attention.query_key_value.weight", Piece::QueriesOfHeads}},
                             {"key", {"attention.query_key_value.weight", Piece::KeysOfHeads}},
                             {"value", {"attention.query_key_value.weight", Piece::ValuesOfHeads}},
                             {"attentionOutput", {"attention.dense.weight"}},
                             {"up", {"mlp.dense_h_to_4h.weight"}},
                             {"down", {"mlp.dense_4h_to_h.weight"}}};
  family.ggufNames = {{"query", {"attn_qkv.weight", Piece::Queries}},
                      {"key", {"attn_qkv.weight", Piece::Keys}},
                      {"value", {"attn_qkv.weight", Piece::Values}}};
  family.noWeights = {".attention.bias", ".attention.masked_bias", ".rotary_emb.inv_freq"};
  return family;
}

}  // namespace

const Family& gptNeoxFamily() {
  static const Family family = makeFamily();
  return family;
}

}  // namespace sinkscope
