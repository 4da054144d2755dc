#include "core/model/family.h"

#include "core/error.h"
#include "core/model/family_parts.h"

#include <algorithm>
#include <set>

namespace sinkscope {

const Family& llamaFamily();
const Family& gemma3Family();
const Family& sinkscopeFamily();

const std::vector<const Family*>& families() {
  static const std::vector<const Family*> all = {&llamaFamily(), &gemma3Family(), &sinkscopeFamily()};
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

}  // namespace

const Family& familyNamed(const std::string& name) {
  return findFamily(name, "This", [&](const Family* family) { return family->name == name; });
}

ModelConfig readConfigOf(const GgufFile& file) {
  const std::string source = file.name();
  const std::string architecture = file.string("general.architecture");
  const Family& family =
      findFamily(architecture, source, [&](const Family* f) { return f->ggufArchitecture == architecture; });
  if (file.integer("split.count", 1) > 1) {
    throw Error(source + " is one part of a model in several files; join them with llama-gguf-split --merge first.");
  }
  const auto key = [&](const char* name) { return keyOf(file, name); };
  ModelConfig config;
  config.family = family.name;
  config.vocabulary = rowsOfEmbedding(file, source);
  config.layers = file.integer(key("block_count"));
  config.width = file.integer(key("embedding_length"));
  config.heads = sameInEveryLayer(file, key("attention.head_count"));
  const std::string keyHeads = key("attention.head_count_kv");
  config.keyHeads = file.has(keyHeads) ? sameInEveryLayer(file, keyHeads) : config.heads;
  config.headWidth = file.integer(key("attention.key_length"), config.heads > 0 ? config.width / config.heads : 0);
  config.feedForwardWidth = sameInEveryLayer(file, key("feed_forward_length"));
  config.contextLength = file.integer(key("context_length"));
  config.normEpsilon = file.real(key("attention.layer_norm_rms_epsilon"));
  config.tiedEmbedding = !file.tensors().contains("output.weight");
  config.attentionBias = file.tensors().contains("blk.0.attn_q.bias");
  for (const char* name : {"attention.value_length", "rope.dimension_count"}) {
    if (file.integer(key(name), config.headWidth) == config.headWidth) continue;
    throw Error(source + ": the metadata field '" + key(name) + "' is expected to be the head width " +
                std::to_string(config.headWidth) + ".");
  }
  checkLayerCount(config.layers, source);
  family.completeFromGguf(file, config);
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
  const ModelConfig& defaults = family.jsonDefaults;
  ModelConfig config;
  config.family = family.name;
  config.vocabulary = countIn(json, "vocab_size", defaults.vocabulary, most);
  config.layers = countIn(json, "num_hidden_layers", defaults.layers, mostLayers);
  config.width = countIn(json, "hidden_size", defaults.width, most);
  config.heads = countIn(json, "num_attention_heads", defaults.heads, most);
  const std::int64_t usualKeyHeads = defaults.keyHeads > 0 ? defaults.keyHeads : config.heads;
  config.keyHeads = countIn(json, "num_key_value_heads", usualKeyHeads, most);
  const std::int64_t usualHeadWidth = defaults.headWidth > 0 ? defaults.headWidth : config.width / config.heads;
  config.headWidth = countIn(json, "head_dim", usualHeadWidth, most);
  config.feedForwardWidth = countIn(json, "intermediate_size", defaults.feedForwardWidth, most);
  config.contextLength = countIn(json, "max_position_embeddings", defaults.contextLength, most);
  config.normEpsilon = json.real("rms_norm_eps", defaults.normEpsilon);
  family.completeFromJson(json, config);
  validate(config, json.source());
  return config;
}

}  // namespace sinkscope
