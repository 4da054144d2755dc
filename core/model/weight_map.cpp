#include "core/model/weight_map.h"

#include "core/error.h"
#include "core/model/gguf.h"
#include "core/shape.h"

#include <ATen/core/Tensor.h>

#include <set>

namespace sinkscope {
namespace {

const std::map<std::string, std::string> ggufNames = {
    {"embedding", "token_embd.weight"},
    {"finalNorm", "output_norm.weight"},
    {"output", "output.weight"},
    {"attentionNorm", "attn_norm.weight"},
    {"query", "attn_q.weight"},
    {"key", "attn_k.weight"},
    {"value", "attn_v.weight"},
    {"attentionOutput", "attn_output.weight"},
    {"queryNorm", "attn_q_norm.weight"},
    {"keyNorm", "attn_k_norm.weight"},
    {"queryBias", "attn_q.bias"},
    {"keyBias", "attn_k.bias"},
    {"valueBias", "attn_v.bias"},
    {"postAttentionNorm", "post_attention_norm.weight"},
    {"postFeedForwardNorm", "post_ffw_norm.weight"},
    {"feedForwardNorm", "ffn_norm.weight"},
    {"gate", "ffn_gate.weight"},
    {"up", "ffn_up.weight"},
    {"down", "ffn_down.weight"},
};

const std::map<std::string, std::string> safetensorsNames = {
    {"embedding", "embed_tokens.weight"},
    {"finalNorm", "norm.weight"},
    {"output", "lm_head.weight"},
    {"attentionNorm", "input_layernorm.weight"},
    {"query", "self_attn.q_proj.weight"},
    {"key", "self_attn.k_proj.weight"},
    {"value", "self_attn.v_proj.weight"},
    {"attentionOutput", "self_attn.o_proj.weight"},
    {"queryNorm", "self_attn.q_norm.weight"},
    {"keyNorm", "self_attn.k_norm.weight"},
    {"queryBias", "self_attn.q_proj.bias"},
    {"keyBias", "self_attn.k_proj.bias"},
    {"valueBias", "self_attn.v_proj.bias"},
    {"sinkLogit", "self_attn.sink_logit"},
    {"extraKey", "self_attn.extra_key"},
    {"extraValue", "self_attn.extra_value"},
    {"outputGate", "self_attn.gate_proj.weight"},
    {"positions", "embed_positions.weight"},
    {"router", "router.weight"},
    {"feedForwardNorm", "post_attention_layernorm.weight"},
    {"gate", "mlp.gate_proj.weight"},
    {"up", "mlp.up_proj.weight"},
    {"down", "mlp.down_proj.weight"},
};

/// The one tensor whose name ends with `ending`, less the ending; models of text and images name their text part's
/// tensors in several ways.
std::string prefixOf(const TensorFile& file, const std::string& ending) {
  for (const auto& [name, info] : file.tensors()) {
    if (name.ends_with(ending)) return name.substr(0, name.size() - ending.size());
  }
  throw Error(file.name() + " has no tensor '" + ending + "'.");
}

std::string partOf(const std::string& parameter) {
  return parameter.substr(parameter.find('.') + 1);
}

/// Rows of each head from neighbouring pairs (0, 1), (2, 3) ... to halves (0, d/2), (1, d/2 + 1) ...
at::Tensor pairsToHalves(const at::Tensor& rows, std::int64_t heads) {
  const std::int64_t half = rows.size(0) / heads / 2;
  return rows.view({heads, half, 2, -1}).transpose(1, 2).reshape(rows.sizes());
}

}  // namespace

std::string safetensorsName(const std::string& parameter) {
  const std::string part = partOf(parameter);
  if (part == "output") return safetensorsNames.at(part);
  std::string name = "model.";
  if (part != parameter) name.append("layers.").append(parameter, 5, parameter.find('.') - 4);
  return name + safetensorsNames.at(part);
}

WeightMap::WeightMap(const TensorFile& file, const ModelConfig& config)
    : file_(file),
      config_(config),
      family_(familyNamed(config.family)),
      isGguf_(dynamic_cast<const GgufFile*>(&file) != nullptr),
      prefix_(isGguf_ ? "" : prefixOf(file, safetensorsNames.at("embedding"))),
      specs_(parameterSpecs(config)) {
  for (const ParameterSpec& spec : specs_) {
    const TensorInfo& found = info(spec);
    if (found.shape == spec.shape) continue;
    throw Error(file_.files()[found.file].filename().string() + ": tensor '" + found.name + "' has the shape " +
                shapeText(found.shape) + ", but " + shapeText(spec.shape) + " is expected.");
  }
  checkNothingLeftOut();
}

void WeightMap::checkNothingLeftOut() const {
  std::set<std::string> used;
  for (const ParameterSpec& spec : specs_) used.insert(storedName(spec.name));
  for (const auto& [name, info] : file_.tensors()) {
    // Outside the text model's layers a safetensors file may hold anything (vision, a copy of the tied embedding).
    const bool matters = isGguf_ || name.starts_with(prefix_ + "layers.");
    if (!matters || used.contains(name) || name.ends_with("rotary_emb.inv_freq")) continue;
    throw Error(file_.files()[info.file].filename().string() + ": tensor '" + name +
                "' is not part of a model of the family " + config_.family + " as this program knows it.");
  }
}

std::string WeightMap::storedName(const std::string& parameter) const {
  const std::size_t dot = parameter.find('.');
  const std::string_view layer =
      dot == std::string::npos ? std::string_view() : std::string_view(parameter).substr(5, dot - 5);
  return isGguf_ ? nameInGguf(layer, partOf(parameter)) : nameInSafetensors(layer, partOf(parameter));
}

std::string WeightMap::nameInGguf(std::string_view layer, const std::string& part) const {
  return (layer.empty() ? "" : "blk." + std::string(layer) + ".") + ggufNames.at(part);
}

std::string WeightMap::nameInSafetensors(std::string_view layer, const std::string& part) const {
  if (part == "output") return prefixOf(file_, safetensorsNames.at(part)) + safetensorsNames.at(part);
  const auto own = family_.layerNames.find(part);
  const std::string& name = own == family_.layerNames.end() ? safetensorsNames.at(part) : own->second;
  return prefix_ + (layer.empty() ? "" : "layers." + std::string(layer) + ".") + name;
}

const TensorInfo& WeightMap::info(const ParameterSpec& spec) const {
  const std::string name = storedName(spec.name);
  const auto found = file_.tensors().find(name);
  if (found == file_.tensors().end()) throw Error(file_.name() + " has no tensor '" + name + "'.");
  return found->second;
}

at::Tensor WeightMap::read(const ParameterSpec& spec) const {
  at::Tensor value = file_.read(info(spec).name);
  const std::string part = partOf(spec.name);
  if (isGguf_ && family_.interleavedInGguf) {
    if (part == "query" || part == "queryBias") return pairsToHalves(value, config_.heads);
    if (part == "key" || part == "keyBias") return pairsToHalves(value, config_.keyHeads);
  }
  if (!isGguf_ && family_.normsLessOne && part.ends_with("Norm")) value.add_(1.0);
  return value;
}

}  // namespace sinkscope
