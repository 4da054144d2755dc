#include "core/model/family.h"
#include "core/model/family_parts.h"

// Falcon: attention and feed-forward side by side, through one norm (7B) or two.

namespace sinkscope {
namespace {

void completeFromGguf(const GgufFile& file, ModelConfig& config) {
  if (file.tensors().contains("blk.0.attn_norm_2.weight")) config.order = LayerOrder::Parallel;
}

void completeFromJson(const JsonFields& json, ModelConfig& config) {
  refuse(json, "alibi", "ALiBi's positions in the precision that Falcon has them");
  expectBoolean(json, "parallel_attn", true);
  const bool isNew = json.boolean("new_decoder_architecture", false);
  if (!isNew && json.boolean("multi_query", true)) config.keyHeads = 1;
  if (isNew && json.integer("num_ln_in_parallel_attn", 2) == 2) config.order = LayerOrder::Parallel;
  config.attentionBias = config.outputBias = config.feedForwardBias = json.boolean("bias", false);
}

Family makeFamily() {
  Family family;
  family.name = family.ggufArchitecture = "falcon";
  family.modelTypes = {"falcon"};
  family.completeFromGguf = completeFromGguf;
  family.completeFromJson = completeFromJson;
  family.jsonNames = {{"num_key_value_heads", "num_kv_heads"},
                      {"intermediate_size", "ffn_hidden_size"},
                      {"rms_norm_eps", "layer_norm_epsilon"},
                      {"hidden_act", "activation"}};
  family.usualFeedForward = 4;
  ModelConfig& usual = family.usual;
  usual.contextLength = 2048;
  usual.normKind = NormKind::Mean;
  usual.activation = Activation::Gelu;
  usual.gated = false;
  usual.order = LayerOrder::ParallelSharedNorm;
  usual.tiedEmbedding = true;
  family.layersName = "h.";
  family.safetensorsNames = {{"embedding", {"word_embeddings.weight"}},
                             {"finalNorm", {"ln_f.weight"}},
                             {"attentionNorm", {.name = "ln_attn.weight", .otherName = "input_layernorm.weight"}},
                             {"feedForwardNorm", {"ln_mlp.weight"}},
                             {"query", {"self_attention.query_key_value.weight", Piece::QueriesOfHeads}},
                             {"key", {"self_attention.query_key_value.weight", Piece::KeysOfHeads}},
                             {"value", {"self_attention.query_key_value.weight", Piece::ValuesOfHeads}},
                             {"attentionOutput", {"self_attention.dense.weight"}},
                             {"up", {"mlp.dense_h_to_4h.weight"}},
                             {"down", {"mlp.dense_4h_to_h.weight"}}};
  family.ggufNames = {{"attentionNorm", {.name = "attn_norm_2.weight", .otherName = "attn_norm.weight"}},
                      {"feedForwardNorm", {"attn_norm.weight"}},
                      {"query", {"attn_qkv.weight", Piece::Queries}},
                      {"key", {"attn_qkv.weight", Piece::Keys}},
                      {"value", {"attn_qkv.weight", Piece::Values}}};
  return family;
}

}  // namespace

const Family& falconFamily() {
  static const Family family = makeFamily();
  return family;
}

}  // namespace sinkscope
