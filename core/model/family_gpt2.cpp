#include "core/model/family.h"
#include "core/model/family_parts.h"

// GPT-2: learned positions, LayerNorm, biases everywhere; matrices are stored as [in, out].

namespace sinkscope {
namespace {

void completeFromJson(const JsonFields& json, ModelConfig& config) {
  refuse(json, "scale_attn_by_inverse_layer_idx", "scores scaled by the layer's number");
  refuse(json, "add_cross_attention", "attention to an encoder");
  if (!json.boolean("scale_attn_weights", true)) config.attentionScale = 1.0;
}

StoredAs part(const std::string& name, Piece piece = Piece::Whole) {
  return {.name = name, .piece = piece, .transposed = true};
}

Family makeFamily() {
  Family family;
  family.name = family.ggufArchitecture = "gpt2";
  family.modelTypes = {"gpt2"};
  family.completeFromJson = completeFromJson;
  family.jsonNames = {{"hidden_size", "n_embd"},
                      {"num_hidden_layers", "n_layer"},
                      {"num_attention_heads", "n_head"},
                      {"max_position_embeddings", "n_positions"},
                      {"intermediate_size", "n_inner"},
                      {"rms_norm_eps", "layer_norm_epsilon"},
                      {"hidden_act", "activation_function"}};
  family.usualFeedForward = 4;
  ModelConfig& usual = family.usual;
  usual.vocabulary = 50257;
  usual.contextLength = 1024;
  usual.normKind = NormKind::Mean;
  usual.activation = Activation::GeluTanh;
  usual.gated = false;
  usual.positions = Positions::Learned;
  usual.tiedEmbedding = true;
  usual.attentionBias = usual.outputBias = usual.feedForwardBias = true;
  family.layersName = "h.";
  family.safetensorsNames = {{"embedding", {"wte.weight"}},
                             {"positions", {"wpe.weight"}},
                             {"finalNorm", {"ln_f.weight"}},
                             {"attentionNorm", {"ln_1.weight"}},
                             {"feedForwardNorm", {"ln_2.weight"}},
                             {"query", part("attn.c_attn.weight", Piece::Queries)},
                             {"key", part("attn.c_attn.weight", Piece::Keys)},
                             {"value", part("attn.c_attn.weight", Piece::Values)},
                             {"attentionOutput", part("attn.c_proj.weight")},
                             {"up", part("mlp.c_fc.weight")},
                             {"down", part("mlp.c_proj.weight")}};
  family.ggufNames = {{"query", {"attn_qkv.weight", Piece::Queries}},
                      {"key", {"attn_qkv.weight", Piece::Keys}},
                      {"value", {"attn_qkv.weight", Piece::Values}}};
  family.noWeights = {".attn.bias", ".attn.masked_bias"};
  return family;
}

}  // namespace

const Family& gpt2Family() {
  static const Family family = makeFamily();
  return family;
}

}  // namespace sinkscope
