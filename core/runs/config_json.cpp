#include "core/runs/config_json.h"

#include "core/error.h"
#include "core/model/config_names.h"

#include <nlohmann/json.hpp>

#include <string_view>
#include <type_traits>

namespace sinkscope {
namespace {

using Json = nlohmann::ordered_json;

/// Calls `visit(name, field)` for every field but the layers: one list for both directions.
template <typename Config, typename Visit>
void eachField(Config& config, const Visit& visit) {
  visit("family", config.family);
  visit("vocabulary", config.vocabulary);
  visit("layers", config.layers);
  visit("heads", config.heads);
  visit("key_heads", config.keyHeads);
  visit("width", config.width);
  visit("head_width", config.headWidth);
  visit("feed_forward_width", config.feedForwardWidth);
  visit("context_length", config.contextLength);
  visit("norm_epsilon", config.normEpsilon);
  visit("embedding_scale", config.embeddingScale);
  visit("attention_scale", config.attentionScale);
  visit("query_key_norm", config.queryKeyNorm);
  visit("post_norms", config.postNorms);
  visit("tied_embedding", config.tiedEmbedding);
  visit("attention_bias", config.attentionBias);
}

template <typename Layer, typename Visit>
void eachLayerField(Layer& layer, const Visit& visit) {
  visit("window", layer.window);
  visit("first_keys", layer.firstKeys);
  visit("capacity", layer.capacity);
  visit("rope_base", layer.ropeBase);
  visit("rope_scale", layer.ropeScale);
}

/// How runs call a field of `eachVariant`.
const char* inRuns(const char* name) {
  return name == std::string_view("weights") ? "attention_weights" : name;
}

}  // namespace

std::string toJson(const ModelConfig& config) {
  Json json;
  eachField(config, [&](const char* name, const auto& value) { json[name] = value; });
  json["activation"] = nameOf(config.activation);
  json["output_gate"] = config.outputGate;
  eachVariant(config, [&](const char* name, const auto& value) { json[inRuns(name)] = nameOf(value); });
  json["per_layer"] = Json::array();
  for (const LayerConfig& layer : config.perLayer) {
    Json& entry = json["per_layer"].emplace_back();
    eachLayerField(layer, [&](const char* name, const auto& value) { entry[name] = value; });
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

ModelConfig configFromJson(const std::string& text, const std::string& source) {
  try {
    const Json json = Json::parse(text);
    ModelConfig config;
    eachField(config, [&](const char* name, auto& value) { json.at(name).get_to(value); });
    const auto field = [&](const char* name) { return source + ": the field '" + name + "'"; };
    config.activation = named<Activation>(json.at("activation").get<std::string>(), field("activation"));
    config.outputGate = json.value("output_gate", false);
    eachVariant(config, [&](const char* name, auto& value) {
      using Value = std::remove_reference_t<decltype(value)>;
      // Not known to older runs.
      value = named<Value>(json.value(inRuns(name), nameOf(value)), field(inRuns(name)));
    });
    for (const Json& entry : json.at("per_layer")) {
      eachLayerField(config.perLayer.emplace_back(), [&](const char* name, auto& value) {
        const std::string_view field = name;  // two are newer than the first runs
        if ((field == "first_keys" || field == "capacity") && !entry.contains(name)) return;
        entry.at(name).get_to(value);
      });
    }
    return config;
  } catch (const Json::exception& error) {
    throw Error(source + " is no model config in JSON: " + error.what() + ".");
  }
}

}  // namespace sinkscope
