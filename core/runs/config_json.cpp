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

/// The same for fields that the first runs did not know. They are written where they differ from what they are in most
/// models, and read where they are there.
template <typename Config, typename Visit>
void eachNewerField(Config& config, const Visit& visit) {
  visit("output_gate", config.outputGate);
  visit("attention_cap", config.attentionCap);
  visit("logit_cap", config.logitCap);
  visit("norms_all_heads", config.normsAllHeads);
  visit("output_bias", config.outputBias);
  visit("gated", config.gated);
  visit("feed_forward_bias", config.feedForwardBias);
  visit("rotary_width", config.rotaryWidth);
  visit("experts", config.experts);
  visit("experts_per_token", config.expertsPerToken);
  visit("expert_width", config.expertWidth);
  visit("expert_shares_sum_to_one", config.expertSharesSumToOne);
  visit("norm_kind", config.normKind);
  visit("layer_order", config.order);
  auto& rope = config.ropeScaling;
  visit("rope_stretch", rope.stretch);
  visit("rope_factor", rope.factor);
  visit("rope_original_length", rope.originalLength);
  visit("rope_low_frequency", rope.lowFrequency);
  visit("rope_high_frequency", rope.highFrequency);
  visit("rope_fast_turns", rope.fastTurns);
  visit("rope_slow_turns", rope.slowTurns);
  visit("rope_whole_pairs", rope.wholePairs);
  visit("rope_magnitude", rope.magnitude);
  visit("rope_short_factors", rope.shortFactors);
  visit("rope_long_factors", rope.longFactors);
}

template <typename Layer, typename Visit>
void eachLayerField(Layer& layer, const Visit& visit) {
  visit("window", layer.window);
  visit("rope_base", layer.ropeBase);
  visit("rope_scale", layer.ropeScale);
}

template <typename Layer, typename Visit>
void eachNewerLayerField(Layer& layer, const Visit& visit) {
  visit("first_keys", layer.firstKeys);
  visit("capacity", layer.capacity);
  visit("rotates", layer.rotates);
  visit("mixes_experts", layer.mixesExperts);
}

template <typename Value>
Json jsonOf(const Value& value) {
  if constexpr (std::is_enum_v<Value>)
    return nameOf(value);
  else
    return value;
}

/// Writes the fields that `each` visits and that differ from those of `usual`.
template <typename Fields, typename Each>
void writeUnusual(Json& json, const Fields& fields, const Each& each) {
  Json usual;
  each(Fields{}, [&](const char* name, const auto& value) { usual[name] = jsonOf(value); });
  each(fields, [&](const char* name, const auto& value) {
    if (usual[name] != jsonOf(value)) json[name] = jsonOf(value);
  });
}

/// Reads what `writeUnusual` wrote.
template <typename Fields, typename Each>
void readUnusual(const Json& json, const std::string& source, Fields& fields, const Each& each) {
  each(fields, [&](const char* name, auto& value) {
    using Value = std::remove_reference_t<decltype(value)>;
    if (!json.contains(name)) return;
    if constexpr (std::is_enum_v<Value>)
      value = named<Value>(json.at(name).get<std::string>(), source + ": the field '" + name + "'");
    else
      json.at(name).get_to(value);
  });
}

const auto newerFields = [](auto&& config, const auto& visit) { eachNewerField(config, visit); };
const auto newerLayerFields = [](auto&& layer, const auto& visit) { eachNewerLayerField(layer, visit); };

/// How runs call a field of `eachVariant`.
const char* inRuns(const char* name) {
  return name == std::string_view("weights") ? "attention_weights" : name;
}

}  // namespace

std::string toJson(const ModelConfig& config) {
  Json json;
  eachField(config, [&](const char* name, const auto& value) { json[name] = value; });
  json["activation"] = nameOf(config.activation);
  writeUnusual(json, config, newerFields);
  eachVariant(config, [&](const char* name, const auto& value) { json[inRuns(name)] = nameOf(value); });
  json["per_layer"] = Json::array();
  for (const LayerConfig& layer : config.perLayer) {
    Json& entry = json["per_layer"].emplace_back();
    eachLayerField(layer, [&](const char* name, const auto& value) { entry[name] = value; });
    writeUnusual(entry, layer, newerLayerFields);
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
    readUnusual(json, source, config, newerFields);
    eachVariant(config, [&](const char* name, auto& value) {
      using Value = std::remove_reference_t<decltype(value)>;
      // Not known to older runs.
      value = named<Value>(json.value(inRuns(name), nameOf(value)), field(inRuns(name)));
    });
    for (const Json& entry : json.at("per_layer")) {
      LayerConfig& layer = config.perLayer.emplace_back();
      eachLayerField(layer, [&](const char* name, auto& value) { entry.at(name).get_to(value); });
      readUnusual(entry, source, layer, newerLayerFields);
    }
    return config;
  } catch (const Json::exception& error) {
    throw Error(source + " is no model config in JSON: " + error.what() + ".");
  }
}

}  // namespace sinkscope
