#include "core/model/parameters.h"

#include "core/error.h"

namespace sinkscope {
namespace {

void appendLayer(std::vector<ParameterSpec>& specs, const ModelConfig& config, std::int64_t layer) {
  const std::string prefix = "layer" + std::to_string(layer) + ".";
  const std::int64_t width = config.width, inner = config.feedForwardWidth, head = config.headWidth;
  const std::int64_t queries = config.heads * head, keys = config.keyHeads * head;
  const auto add = [&](const char* name, std::vector<std::int64_t> shape) {
    specs.push_back({prefix + name, std::move(shape)});
  };
  if (config.isRouted(layer)) add("router", {1, width});
  add("attentionNorm", {width});
  add("query", {queries, width});
  add("key", {keys, width});
  add("value", {keys, width});
  add("attentionOutput", {width, queries});
  if (config.queryKeyNorm) {
    add("queryNorm", {head});
    add("keyNorm", {head});
  }
  if (config.attentionBias) {
    add("queryBias", {queries});
    add("keyBias", {keys});
    add("valueBias", {keys});
  }
  if (config.postNorms) {
    add("postAttentionNorm", {width});
    add("postFeedForwardNorm", {width});
  }
  if (config.extraKey == ExtraKey::SinkLogit) add("sinkLogit", {config.heads});
  if (config.extraKey == ExtraKey::KeyBias || config.extraKey == ExtraKey::KeyValueBias)
    add("extraKey", {config.keyHeads, head});
  if (config.extraKey == ExtraKey::KeyValueBias) add("extraValue", {config.keyHeads, head});
  if (config.outputGate) add("outputGate", {queries, width});
  add("feedForwardNorm", {width});
  add("gate", {inner, width});
  add("up", {inner, width});
  add("down", {width, inner});
}

}  // namespace

std::vector<ParameterSpec> parameterSpecs(const ModelConfig& config) {
  std::vector<ParameterSpec> specs;
  specs.push_back({"embedding", {config.vocabulary, config.width}});
  if (config.positions == Positions::Learned) specs.push_back({"positions", {config.contextLength, config.width}});
  for (std::int64_t layer = 0; layer < config.layers; ++layer) {
    appendLayer(specs, config, layer);
  }
  specs.push_back({"finalNorm", {config.width}});
  if (!config.tiedEmbedding) specs.push_back({"output", {config.vocabulary, config.width}});
  return specs;
}

const at::Tensor& Parameters::operator[](const std::string& name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) throw Error("The model has no parameter '" + name + "'.");
  return found->second;
}

const at::Tensor& Parameters::layer(std::int64_t layer, std::string_view name) const {
  return (*this)["layer" + std::to_string(layer) + "." + std::string(name)];
}

std::int64_t Parameters::bytes() const {
  std::int64_t sum = 0;
  for (const auto& [name, value] : values_) sum += static_cast<std::int64_t>(value.nbytes());
  return sum;
}

}  // namespace sinkscope
