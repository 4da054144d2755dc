#include "core/model/family_parts.h"

#include "core/error.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sinkscope {

std::string nameIn(const Family& family, const std::string& usual) {
  const auto found = family.jsonNames.find(usual);
  return found == family.jsonNames.end() ? usual : found->second;
}

std::string keyOf(const GgufFile& file, const std::string& name) {
  return file.string("general.architecture") + "." + name;
}

std::int64_t countIn(const JsonFields& json, const std::string& key, std::int64_t fallback, std::int64_t largest) {
  const std::int64_t count = fallback > 0 ? json.integer(key, fallback) : json.integer(key);
  if (count < 1 || count > largest) {
    json.failBecause(key, "is " + std::to_string(count) + ", but 1 ... " + std::to_string(largest) + " is expected");
  }
  return count;
}

Activation activationIn(const JsonFields& json, const std::string& key, Activation fallback) {
  if (!json.has(key)) return fallback;
  static const std::array<std::pair<const char*, Activation>, 6> known{{{"silu", Activation::Silu},
                                                                        {"swish", Activation::Silu},
                                                                        {"gelu_pytorch_tanh", Activation::GeluTanh},
                                                                        {"gelu_new", Activation::GeluTanh},
                                                                        {"gelu", Activation::Gelu},
                                                                        {"relu", Activation::Relu}}};
  const std::string text = json.string(key);
  std::string names;
  for (const auto& [name, activation] : known) {
    if (text == name) return activation;
    names.append(names.empty() ? "'" : ", '").append(name).append("'");
  }
  json.failBecause(key, "is '" + text + "', but one of " + names + " is expected");
}

std::int64_t windowIn(const JsonFields& json, std::int64_t fallback) {
  const bool isNull = json.json().contains("sliding_window") && !json.has("sliding_window");
  return isNull ? 0 : json.integer("sliding_window", fallback);
}

void setWindow(ModelConfig& config, std::int64_t window) {
  for (LayerConfig& layer : config.perLayer) layer.window = window;
}

void setWindows(const JsonFields& json, ModelConfig& config, std::int64_t window,
                const std::function<bool(std::int64_t layer)>& slides) {
  if (!json.has("layer_types")) {
    for (std::int64_t layer = 0; layer < config.layers; ++layer)
      if (slides(layer)) config.perLayer[static_cast<std::size_t>(layer)].window = window;
    return;
  }
  const std::vector<std::string> types = json.strings("layer_types");
  if (types.size() != config.perLayer.size())
    json.failBecause("layer_types", "has " + std::to_string(types.size()) + " entries, but one a layer is expected");
  for (std::size_t layer = 0; layer < types.size(); ++layer) {
    if (types[layer] != "full_attention" && types[layer] != "sliding_attention") {
      json.failBecause("layer_types",
                       "holds '" + types[layer] + "', but 'full_attention' or 'sliding_attention' is expected");
    }
    if (types[layer] == "sliding_attention") config.perLayer[layer].window = window;
  }
}

void refuse(const JsonFields& json, const std::string& key, const std::string& what) {
  if (!json.has(key)) return;
  const nlohmann::json& value = json.json()[key];
  if (value == false || value == 0) return;
  json.failBecause(key, "asks for " + what + ", which this program can't compute");
}

void expectText(const JsonFields& json, const std::string& key, std::initializer_list<const char*> expected) {
  if (!json.has(key)) return;
  const std::string text = json.string(key);
  if (std::ranges::find(expected, text) != expected.end()) return;
  std::string names;
  for (const char* name : expected) names.append(names.empty() ? "'" : " or '").append(name).append("'");
  json.failBecause(key, "is '" + text + "', but " + names + " is expected");
}

void expectBoolean(const JsonFields& json, const std::string& key, bool expected) {
  if (json.boolean(key, expected) == expected) return;
  json.failBecause(key, std::string("is ") + (expected ? "false, but true" : "true, but false") + " is expected");
}

}  // namespace sinkscope
