#include "core/model/weight_names.h"

namespace sinkscope {
namespace {

const std::map<std::string, StoredAs> ggufNames = {
    {"embedding", {"token_embd.weight"}},
    {"positions", {"position_embd.weight"}},
    {"finalNorm", {"output_norm.weight"}},
    {"output", {"output.weight"}},
    {"attentionNorm", {"attn_norm.weight"}},
    {"query", {"attn_q.weight"}},
    {"key", {"attn_k.weight"}},
    {"value", {"attn_v.weight"}},
    {"attentionOutput", {"attn_output.weight"}},
    {"queryNorm", {"attn_q_norm.weight"}},
    {"keyNorm", {"attn_k_norm.weight"}},
    {"sinkLogit", {"attn_sinks.weight"}},
    {"postAttentionNorm", {"post_attention_norm.weight"}},
    {"postFeedForwardNorm", {"post_ffw_norm.weight"}},
    {"feedForwardNorm", {"ffn_norm.weight"}},
    {"gate", {"ffn_gate.weight"}},
    {"up", {"ffn_up.weight"}},
    {"down", {"ffn_down.weight"}},
    {"expertRouter", {"ffn_gate_inp.weight"}},
    {"expert.gate", {.name = "ffn_gate_exps.weight", .ofAllExperts = true}},
    {"expert.up", {.name = "ffn_up_exps.weight", .ofAllExperts = true}},
    {"expert.down", {.name = "ffn_down_exps.weight", .ofAllExperts = true}},
};

const std::map<std::string, StoredAs> safetensorsNames = {
    {"embedding", {"embed_tokens.weight"}},
    {"positions", {"embed_positions.weight"}},
    {"finalNorm", {"norm.weight"}},
    {"output", {"lm_head.weight"}},
    {"attentionNorm", {"input_layernorm.weight"}},
    {"query", {"self_attn.q_proj.weight"}},
    {"key", {"self_attn.k_proj.weight"}},
    {"value", {"self_attn.v_proj.weight"}},
    {"attentionOutput", {"self_attn.o_proj.weight"}},
    {"queryNorm", {"self_attn.q_norm.weight"}},
    {"keyNorm", {"self_attn.k_norm.weight"}},
    {"sinkLogit", {"self_attn.sink_logit"}},
    {"extraKey", {"self_attn.extra_key"}},
    {"extraValue", {"self_attn.extra_value"}},
    {"outputGate", {"self_attn.gate_proj.weight"}},
    {"router", {"router.weight"}},
    {"feedForwardNorm", {"post_attention_layernorm.weight"}},
    {"gate", {"mlp.gate_proj.weight"}},
    {"up", {"mlp.up_proj.weight"}},
    {"down", {"mlp.down_proj.weight"}},
    {"expertRouter", {"mlp.gate.weight"}},
    {"expert.gate", {"mlp.experts.{}.gate_proj.weight"}},
    {"expert.up", {"mlp.experts.{}.up_proj.weight"}},
    {"expert.down", {"mlp.experts.{}.down_proj.weight"}},
};

}  // namespace

ParsedName::ParsedName(const std::string& parameter) : part(parameter) {
  const std::size_t dot = part.find('.');
  if (dot == std::string::npos) return;
  layer = part.substr(5, dot - 5);
  part = part.substr(dot + 1);
  const std::size_t end = part.find('.');
  if (end == std::string::npos) return;
  expert = std::stoll(part.substr(6, end - 6));
  part = "expert" + part.substr(end);
}

const std::map<std::string, StoredAs>& usualNames(bool isGguf) {
  return isGguf ? ggufNames : safetensorsNames;
}

std::string biasName(const std::string& matrix) {
  const std::string weight = "weight";
  return matrix.ends_with(weight) ? matrix.substr(0, matrix.size() - weight.size()) + "bias" : matrix + "_bias";
}

}  // namespace sinkscope
