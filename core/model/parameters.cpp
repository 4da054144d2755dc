#include "core/model/parameters.h"

#include "core/error.h"
#include "core/model/weight_stream.h"

namespace sinkscope {
namespace {

/// Collects the parameters of one layer.
class LayerSpecs {
 public:
  LayerSpecs(std::vector<ParameterSpec>& specs, const ModelConfig& config, std::int64_t layer)
      : specs_(specs), config_(config), layer_(layer), prefix_("layer" + std::to_string(layer) + ".") {}

  void addAll() {
    if (config_.isRouted(layer_)) add("router", {1, config_.width});
    if (config_.norms != NormPlacement::None) addNorm("attentionNorm", config_.width);
    addAttention();
    const bool ownNorm = config_.norms != NormPlacement::None && config_.order != LayerOrder::ParallelSharedNorm;
    if (ownNorm) addNorm("feedForwardNorm", config_.width);
    if (config_.perLayer[static_cast<std::size_t>(layer_)].mixesExperts)
      addExperts();
    else
      addFeedForward("", config_.feedForwardWidth);
  }

 private:
  void add(const std::string& name, std::vector<std::int64_t> shape) {
    specs_.push_back({prefix_ + name, std::move(shape)});
  }

  void addNorm(const std::string& name, std::int64_t width) {
    add(name, {width});
    if (config_.normKind == NormKind::Mean) add(name + "Bias", {width});
  }

  void addAttention() {
    const std::int64_t width = config_.width, head = config_.headWidth;
    const std::int64_t queries = config_.heads * head, keys = config_.keyHeads * head;
    add("query", {queries, width});
    add("key", {keys, width});
    add("value", {keys, width});
    add("attentionOutput", {width, queries});
    if (config_.queryKeyNorm) {
      addNorm("queryNorm", config_.normsAllHeads ? queries : head);
      addNorm("keyNorm", config_.normsAllHeads ? keys : head);
    }
    if (config_.attentionBias) {
      add("queryBias", {queries});
      add("keyBias", {keys});
      add("valueBias", {keys});
    }
    if (config_.outputBias) add("attentionOutputBias", {width});
    if (config_.postNorms) {
      addNorm("postAttentionNorm", width);
      addNorm("postFeedForwardNorm", width);
    }
    if (config_.extraKey == ExtraKey::SinkLogit) add("sinkLogit", {config_.heads});
    if (config_.extraKey == ExtraKey::KeyBias || config_.extraKey == ExtraKey::KeyValueBias)
      add("extraKey", {config_.keyHeads, head});
    if (config_.extraKey == ExtraKey::KeyValueBias) add("extraValue", {config_.keyHeads, head});
    if (config_.outputGate) add("outputGate", {queries, width});
  }

  void addFeedForward(const std::string& expert, std::int64_t inner) {
    const std::int64_t width = config_.width;
    const auto addMap = [&](const char* name, std::int64_t out, std::int64_t in) {
      add(expert + name, {out, in});
      if (config_.feedForwardBias) add(expert + name + "Bias", {out});
    };
    if (config_.gated) addMap("gate", inner, width);
    addMap("up", inner, width);
    addMap("down", width, inner);
  }

  void addExperts() {
    add("expertRouter", {config_.experts, config_.width});
    if (config_.feedForwardBias) add("expertRouterBias", {config_.experts});
    for (std::int64_t expert = 0; expert < config_.experts; ++expert)
      addFeedForward("expert" + std::to_string(expert) + ".", config_.expertWidth);
  }

  std::vector<ParameterSpec>& specs_;
  const ModelConfig& config_;
  std::int64_t layer_;
  std::string prefix_;
};

}  // namespace

std::vector<ParameterSpec> parameterSpecs(const ModelConfig& config) {
  std::vector<ParameterSpec> specs;
  specs.push_back({"embedding", {config.vocabulary, config.width}});
  if (config.positions == Positions::Learned) specs.push_back({"positions", {config.contextLength, config.width}});
  for (std::int64_t layer = 0; layer < config.layers; ++layer) {
    LayerSpecs(specs, config, layer).addAll();
  }
  specs.push_back({"finalNorm", {config.width}});
  if (config.normKind == NormKind::Mean) specs.push_back({"finalNormBias", {config.width}});
  if (!config.tiedEmbedding) specs.push_back({"output", {config.vocabulary, config.width}});
  return specs;
}

void Parameters::set(const std::string& name, WeightMatrix value) {
  if (value.isStored())
    stored_[name] = std::move(value);
  else
    values_[name] = value.dense();
}

at::Tensor Parameters::operator[](const std::string& name) const {
  const auto found = values_.find(name);
  return found != values_.end() ? found->second : matrix(name).dense();
}

WeightMatrix Parameters::matrix(const std::string& name) const {
  if (const auto found = stored_.find(name); found != stored_.end()) return found->second;
  if (const auto found = values_.find(name); found != values_.end()) return WeightMatrix(found->second);
  if (stream_ && stream_->has(name)) return stream_->matrix(name);
  throw Error("The model has no parameter '" + name + "'.");
}

at::Tensor Parameters::map(const std::string& name, const at::Tensor& x, bool biased) const {
  return matrix(name).map(x, biased ? (*this)[name + "Bias"] : at::Tensor());
}

at::Device Parameters::deviceOf(const std::string& name) const {
  const auto found = values_.find(name);
  return found != values_.end() ? found->second.device() : at::Device(at::kCPU);
}

std::string Parameters::nameOf(std::int64_t layer, std::string_view name) {
  return ("layer" + std::to_string(layer) + ".").append(name);
}

void Parameters::take(const Parameters& other, const std::string& otherName, const std::string& name) {
  set(name, other.matrix(otherName));
}

ReadingTime Parameters::readingTime() const {
  return stream_ ? stream_->time() : ReadingTime();
}

std::int64_t Parameters::bytes() const {
  std::int64_t sum = 0;
  for (const auto& [name, value] : values_) sum += static_cast<std::int64_t>(value.nbytes());
  for (const auto& [name, value] : stored_) sum += value.bytes();
  return sum;
}

}  // namespace sinkscope
