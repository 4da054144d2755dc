#include "app/commands/config_report.h"

#include "core/model/config_names.h"
#include "core/runs/config_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <functional>
#include <map>

namespace sinkscope {
namespace {

using nlohmann::json;

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

std::string spaced(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

/// "layers 0-4, 6"; empty where it is all of them.
std::string layersText(const std::vector<std::size_t>& layers, std::size_t all) {
  if (layers.size() == all) return {};
  std::string text;
  for (std::size_t i = 0; i < layers.size();) {
    std::size_t last = i;
    while (last + 1 < layers.size() && layers[last + 1] == layers[last] + 1) ++last;
    text.append(text.empty() ? "" : ", ").append(std::to_string(layers[i]));
    if (last > i) text.append("-").append(std::to_string(layers[last]));
    i = last + 1;
  }
  return (layers.size() == 1 ? " in layer " : " in layers ") + text;
}

/// Adds words for the layers that `wordsOf` has some for, those of the same words together.
void addLayers(std::vector<std::string>& words, const ModelConfig& config,
               const std::function<std::string(const LayerConfig&)>& wordsOf) {
  std::map<std::string, std::vector<std::size_t>> layers;
  for (std::size_t layer = 0; layer < config.perLayer.size(); ++layer)
    if (const std::string text = wordsOf(config.perLayer[layer]); !text.empty()) layers[text].push_back(layer);
  for (const auto& [text, which] : layers) words.push_back(text + layersText(which, config.perLayer.size()));
}

std::string stretchText(const RopeScaling& rope) {
  std::string text = "rotary frequencies stretched (" + nameOf(rope.stretch);
  if (rope.stretch != RopeStretch::Long) text += ", factor " + number(rope.factor);
  return text + ", first trained on " + std::to_string(rope.originalLength) + " tokens)";
}

void addAttention(std::vector<std::string>& words, const ModelConfig& c) {
  if (c.hasSigmoids()) words.push_back(spaced(nameOf(c.weights)) + " weights");
  if (c.extraKey != ExtraKey::None) words.push_back("extra key: " + spaced(nameOf(c.extraKey)));
  if (c.attentionCap > 0) words.push_back("scores capped at " + number(c.attentionCap));
  if (c.logitCap > 0) words.push_back("logits capped at " + number(c.logitCap));
  if (c.queryKeyNorm) words.push_back(c.normsAllHeads ? "query-key norm over all heads" : "query-key norm");
  if (c.attentionBias) words.push_back("biases of query, key and value");
  if (c.outputBias) words.push_back("bias of attention's output");
  if (c.outputGate) words.push_back("gated heads");
  addLayers(words, c, [](const LayerConfig& layer) {
    if (layer.window == 0) return std::string();
    const std::string window = "window " + std::to_string(layer.window);
    return layer.firstKeys > 0 ? window + " and the first " + std::to_string(layer.firstKeys) + " tokens" : window;
  });
}

void addPositions(std::vector<std::string>& words, const ModelConfig& c) {
  if (c.positions != Positions::Rotary) {
    words.push_back("positions: " + nameOf(c.positions));
    return;
  }
  addLayers(words, c, [](const LayerConfig& layer) {
    std::string text = layer.rotates ? "rotary base " + number(layer.ropeBase) : "no positions (NoPE)";
    if (layer.rotates && layer.ropeScale != 1.0) text += ", positions over " + number(layer.ropeScale);
    return text;
  });
  if (c.rotated() != c.headWidth)
    words.push_back(std::to_string(c.rotated()) + " of " + std::to_string(c.headWidth) + " numbers of a head rotate");
  if (c.ropeScaling.stretch != RopeStretch::None) words.push_back(stretchText(c.ropeScaling));
}

void addLayerParts(std::vector<std::string>& words, const ModelConfig& c) {
  words.push_back((c.normKind == NormKind::Mean ? "LayerNorm" : "RMSNorm") + std::string(" (") +
                  (c.norms == NormPlacement::None ? "of what parts write alone" : nameOf(c.norms)) +
                  (c.postNorms && c.norms != NormPlacement::None ? " and of what parts write" : "") + ")");
  if (c.order != LayerOrder::Sequential)
    words.push_back(std::string("attention and feed-forward in parallel") +
                    (c.order == LayerOrder::ParallelSharedNorm ? " behind one norm" : ""));
  words.push_back((c.gated ? "gated " : "") + spaced(nameOf(c.activation)));
  if (c.feedForwardBias) words.push_back("biases of the feed-forward part");
  if (c.experts > 0)
    words.push_back(std::to_string(c.expertsPerToken) + " of " + std::to_string(c.experts) + " experts of width " +
                    std::to_string(c.expertWidth));
  if (c.experts > 0)
    addLayers(words, c,
              [](const LayerConfig& layer) { return layer.mixesExperts ? std::string("experts") : std::string(); });
  addLayers(words, c, [](const LayerConfig& layer) {
    return layer.capacity < 1 ? number(100 * layer.capacity) + " % of the tokens" : std::string();
  });
  if (c.embeddingScale != 1.0) words.push_back("embedding times " + number(c.embeddingScale));
  if (c.tiedEmbedding) words.push_back("output matrix is the embedding");
}

std::string camelCase(const std::string& name) {
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i)
    text += name[i] == '_' && i + 1 < name.size() ? static_cast<char>(std::toupper(name[++i])) : name[i];
  return text;
}

json respelled(const json& value) {
  if (value.is_array()) {
    json list = json::array();
    for (const json& entry : value) list.push_back(respelled(entry));
    return list;
  }
  if (!value.is_object()) return value;
  json object = json::object();
  for (const auto& [name, entry] : value.items()) object[camelCase(name)] = respelled(entry);
  return object;
}

}  // namespace

std::vector<std::string> configWords(const ModelConfig& config) {
  std::vector<std::string> words;
  addAttention(words, config);
  addPositions(words, config);
  addLayerParts(words, config);
  return words;
}

json configJson(const ModelConfig& config) {
  return respelled(json::parse(toJson(config)));
}

}  // namespace sinkscope
