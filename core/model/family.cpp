#include "core/model/family.h"

#include "core/error.h"
#include "core/model/family_parts.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace sinkscope {

const Family& falconFamily();
const Family& gemmaFamily();
const Family& gemma2Family();
const Family& gemma3Family();
const Family& gpt2Family();
const Family& gptNeoxFamily();
const Family& gptOssFamily();
const Family& llamaFamily();
const Family& mistralFamily();
const Family& mixtralFamily();
const Family& olmo2Family();
const Family& optFamily();
const Family& phi3Family();
const Family& qwen2Family();
const Family& qwen3Family();
const Family& qwen3MoeFamily();
const Family& sinkscopeFamily();
const Family& smollm3Family();
const Family& stablelmFamily();

const std::vector<const Family*>& families() {
  static const std::vector<const Family*> all = {
      &llamaFamily(),   &gemmaFamily(),  &gemma2Family(),   &gemma3Family(),   &mistralFamily(),
      &mixtralFamily(), &qwen2Family(),  &qwen3Family(),    &qwen3MoeFamily(), &phi3Family(),
      &smollm3Family(), &olmo2Family(),  &gpt2Family(),     &gptNeoxFamily(),  &optFamily(),
      &gptOssFamily(),  &falconFamily(), &stablelmFamily(), &sinkscopeFamily()};
  return all;
}

namespace {

/// More layers than any model has; checked before anything is made per layer.
constexpr std::int64_t mostLayers = 4096;
constexpr std::int64_t most = std::int64_t{1} << 30;

std::string namesOfFamilies() {
  std::string names;
  for (const Family* family : families()) names += (names.empty() ? "" : ", ") + family->name;
  return names;
}

template <typename Matches>
const Family& findFamily(const std::string& called, const std::string& source, Matches matches) {
  const auto found = std::find_if(families().begin(), families().end(), matches);
  if (found != families().end()) return **found;
  throw Error(source + " is a model of the family '" + called + "', but one of " + namesOfFamilies() + " is expected.");
}

/// The fields of a config.json that families say alike, over what is usual in the family.
class CommonFields {
 public:
  CommonFields(const JsonFields& json, const Family& family) : json_(json), family_(family), config_(family.usual) {}

  ModelConfig read() {
    config_.family = family_.name;
    readSizes();
    config_.normEpsilon = json_.real(nameOf("rms_norm_eps"), config_.normEpsilon);
    config_.activation = activationIn(json_, nameOf("hidden_act"), config_.activation);
    config_.tiedEmbedding = json_.boolean("tie_word_embeddings", config_.tiedEmbedding);
    config_.attentionScale = 1.0 / std::sqrt(static_cast<double>(config_.headWidth));
    if (json_.has("attention_bias"))
      config_.attentionBias = config_.outputBias = json_.boolean("attention_bias", false);
    config_.feedForwardBias = json_.boolean("mlp_bias", config_.feedForwardBias);
    config_.perLayer.assign(static_cast<std::size_t>(config_.layers), LayerConfig{});
    return config_;
  }

 private:
  std::string nameOf(const char* usual) const { return nameIn(family_, usual); }

  void readSizes() {
    const auto read = [&](std::int64_t& size, const char* name, std::int64_t usual, std::int64_t largest = most) {
      size = countIn(json_, nameOf(name), usual, largest);
    };
    const ModelConfig& usual = family_.usual;
    read(config_.vocabulary, "vocab_size", usual.vocabulary);
    read(config_.layers, "num_hidden_layers", usual.layers, mostLayers);
    read(config_.width, "hidden_size", usual.width);
    read(config_.heads, "num_attention_heads", usual.heads);
    read(config_.keyHeads, "num_key_value_heads", usual.keyHeads > 0 ? usual.keyHeads : config_.heads);
    read(config_.headWidth, "head_dim", usual.headWidth > 0 ? usual.headWidth : config_.width / config_.heads);
    const std::int64_t wider = config_.width * family_.usualFeedForward;
    read(config_.feedForwardWidth, "intermediate_size", wider > 0 ? wider : usual.feedForwardWidth);
    read(config_.contextLength, "max_position_embeddings", usual.contextLength);
  }

  const JsonFields& json_;
  const Family& family_;
  ModelConfig config_;
};

/// A number that GGUF may also hold once for every layer; layers that differ make no model of these families.
std::int64_t sameInEveryLayer(const GgufFile& file, const std::string& key) {
  if (!file.has(key) || !file.isArray(key)) return file.integer(key);
  const std::vector<std::int64_t>& values = file.integers(key);
  const std::set<std::int64_t> different(values.begin(), values.end());
  if (different.size() == 1) return values[0];
  throw Error(file.name() + ": the metadata field '" + key +
              "' differs between layers, but one number for all of them is expected.");
}

std::int64_t rowsOfEmbedding(const GgufFile& file, const std::string& source) {
  const auto found = file.tensors().find("token_embd.weight");
  if (found != file.tensors().end() && found->second.shape.size() == 2) return found->second.shape[0];
  throw Error(source + " has no tensor 'token_embd.weight' of two dimensions.");
}

void checkLayerCount(std::int64_t layers, const std::string& source) {
  if (layers >= 1 && layers <= mostLayers) return;
  throw Error(source + ": the number of layers is " + std::to_string(layers) + ", but 1 ... " +
              std::to_string(mostLayers) + " is expected.");
}

/// Sizes and switches that a GGUF says in the same way for all families, over what is usual in the family.
ModelConfig commonFields(const GgufFile& file, const Family& family) {
  const auto key = [&](const char* name) { return keyOf(file, name); };
  ModelConfig config = family.usual;
  config.family = family.name;
  config.vocabulary = rowsOfEmbedding(file, file.name());
  config.layers = file.integer(key("block_count"));
  checkLayerCount(config.layers, file.name());
  config.width = file.integer(key("embedding_length"));
  config.heads = sameInEveryLayer(file, key("attention.head_count"));
  const std::string keyHeads = key("attention.head_count_kv");
  config.keyHeads = file.has(keyHeads) ? sameInEveryLayer(file, keyHeads) : config.heads;
  if (config.heads < 1) throw Error(file.name() + ": the number of heads is " + std::to_string(config.heads) + ".");
  config.headWidth = file.integer(key("attention.key_length"), config.width / config.heads);
  config.attentionScale = 1.0 / std::sqrt(static_cast<double>(config.headWidth));
  config.contextLength = file.integer(key("context_length"));
  const bool rootMeanSquare = config.normKind == NormKind::RootMeanSquare;
  config.normEpsilon =
      file.real(key(rootMeanSquare ? "attention.layer_norm_rms_epsilon" : "attention.layer_norm_epsilon"));
  const auto has = [&](const char* tensor) { return file.tensors().contains(tensor); };
  config.tiedEmbedding = !has("output.weight");
  config.attentionBias = has("blk.0.attn_q.bias") || has("blk.0.attn_qkv.bias");
  config.outputBias = has("blk.0.attn_output.bias");
  config.feedForwardBias = has("blk.0.ffn_down.bias") || has("blk.0.ffn_down_exps.bias");
  config.experts = file.integer(key("expert_count"), 0);
  config.expertsPerToken = file.integer(key("expert_used_count"), 0);
  config.feedForwardWidth = sameInEveryLayer(file, key("feed_forward_length"));
  config.expertWidth = file.integer(key("expert_feed_forward_length"), config.feedForwardWidth);
  config.perLayer.assign(static_cast<std::size_t>(config.layers), LayerConfig{.mixesExperts = config.experts > 0});
  if (file.integer(key("attention.value_length"), config.headWidth) != config.headWidth)
    throw Error(file.name() + ": the metadata field '" + key("attention.value_length") +
                "' is expected to be the head width " + std::to_string(config.headWidth) + ".");
  return config;
}

void readRotation(const GgufFile& file, const Family& family, ModelConfig& config) {
  RopeSettings rope = readRope(file, family.usualRopeBase, config);
  const std::string key = keyOf(file, "rope.dimension_count");
  const std::int64_t rotated = file.integer(key, config.headWidth);
  if (rotated < 2 || rotated > config.headWidth)
    throw Error(file.name() + ": the metadata field '" + key + "' is " + std::to_string(rotated) +
                ", but at most the head width " + std::to_string(config.headWidth) + " is expected.");
  setRope(config, rope);
  config.rotaryWidth = rotated == config.headWidth ? 0 : rotated;
}

}  // namespace

const Family& familyNamed(const std::string& name) {
  return findFamily(name, "This", [&](const Family* family) { return family->name == name; });
}

ModelConfig readConfigOf(const GgufFile& file) {
  const std::string source = file.name();
  const std::string architecture = file.string("general.architecture");
  const Family& family = findFamily(architecture, source, [&](const Family* f) {
    return !architecture.empty() && f->ggufArchitecture == architecture;
  });
  if (const std::int64_t part = file.integer("split.no", 0) + 1; part > 1) {
    throw Error(source + " is part " + std::to_string(part) + " of a model in " +
                std::to_string(file.integer("split.count")) + " files: the first of them is to be opened.");
  }
  ModelConfig config = commonFields(file, family);
  if (config.positions == Positions::Rotary && !family.ropeByLayer) readRotation(file, family, config);
  if (family.completeFromGguf) family.completeFromGguf(file, config);
  validate(config, source);
  return config;
}

ModelConfig readConfigOf(const JsonFields& all) {
  const std::string type = all.string("model_type");
  const Family& family = findFamily(type, all.source(), [&](const Family* f) {
    return std::find(f->modelTypes.begin(), f->modelTypes.end(), type) != f->modelTypes.end();
  });
  // A model of text and images describes its text part in an object of its own.
  const JsonFields json = all.has("text_config") ? all.object("text_config") : all;
  ModelConfig config = CommonFields(json, family).read();
  if (config.positions == Positions::Rotary && !family.ropeByLayer) setRope(config, readRope(json, family, config));
  if (family.completeFromJson) family.completeFromJson(json, config);
  validate(config, json.source());
  return config;
}

}  // namespace sinkscope
