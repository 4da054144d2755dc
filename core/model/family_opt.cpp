#include "core/model/family.h"
#include "core/model/family_parts.h"

// OPT: learned positions that count from 2, LayerNorm, biases everywhere.

namespace sinkscope {
namespace {

void completeFromJson(const JsonFields& json, ModelConfig& config) {
  if (json.integer("word_embed_proj_dim", config.width) != config.width)
    json.failBecause("word_embed_proj_dim", "is not the width " + std::to_string(config.width) +
                                                ", as is expected of it (of OPT's sizes 350M alone differs)");
  expectBoolean(json, "do_layer_norm_before", true);
  expectBoolean(json, "_remove_final_layer_norm", false);
  expectBoolean(json, "layer_norm_elementwise_affine", true);
  config.attentionBias = config.outputBias = config.feedForwardBias = json.boolean("enable_bias", true);
}

Family makeFamily() {
  Family family;
  family.name = "opt";
  family.modelTypes = {"opt"};
  family.completeFromJson = completeFromJson;
  family.jsonNames = {{"intermediate_size", "ffn_dim"}, {"hidden_act", "activation_function"}};
  ModelConfig& usual = family.usual;
  usual.contextLength = 2048;
  usual.normKind = NormKind::Mean;
  usual.activation = Activation::Relu;
  usual.gated = false;
  usual.positions = Positions::Learned;
  usual.tiedEmbedding = true;
  family.safetensorsNames = {{"positions", {"embed_positions.weight", Piece::FromThird}},
                             {"finalNorm", {"final_layer_norm.weight"}},
                             {"attentionNorm", {"self_attn_layer_norm.weight"}},
                             {"attentionOutput", {"self_attn.out_proj.weight"}},
                             {"feedForwardNorm", {"final_layer_norm.weight"}},
                             {"up", {"fc1.weight"}},
                             {"down", {"fc2.weight"}}};
  return family;
}

}  // namespace

const Family& optFamily() {
  static const Family family = makeFamily();
  return family;
}

}  // namespace sinkscope
