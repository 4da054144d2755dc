#include "core/model/family.h"
#include "core/model/family_parts.h"

// SmolLM 3: like LLaMa, but every fourth layer knows no positions.

namespace sinkscope {
namespace {

constexpr std::int64_t usualInterval = 4;

void stopEvery(ModelConfig& config, std::int64_t interval) {
  for (std::int64_t layer = 0; layer < config.layers; ++layer)
    config.perLayer[static_cast<std::size_t>(layer)].rotates = (layer + 1) % interval != 0;
}

void completeFromGguf(const GgufFile&, ModelConfig& config) {
  stopEvery(config, usualInterval);
}

void completeFromJson(const JsonFields& json, ModelConfig& config) {
  refuse(json, "use_sliding_window", "sliding windows");
  stopEvery(config, countIn(json, "no_rope_layer_interval", usualInterval, 1 << 16));
  if (!json.has("no_rope_layers")) return;
  const std::vector<double> rotates = json.reals("no_rope_layers");  // 1 where a layer rotates, in spite of the name
  if (rotates.size() < config.perLayer.size())
    json.failBecause("no_rope_layers",
                     "has " + std::to_string(rotates.size()) + " entries, but one a layer is expected");
  for (std::size_t layer = 0; layer < config.perLayer.size(); ++layer)
    config.perLayer[layer].rotates = rotates[layer] != 0.0;
}

Family makeFamily() {
  Family family;
  family.name = family.ggufArchitecture = "smollm3";
  family.modelTypes = {"smollm3"};
  family.completeFromGguf = completeFromGguf;
  family.completeFromJson = completeFromJson;
  family.usual.keyHeads = 4;
  family.usual.contextLength = 32768;
  family.usual.normEpsilon = 1e-6;
  family.usual.tiedEmbedding = true;
  family.usualRopeBase = 2e6;
  family.interleavedInGguf = true;
  return family;
}

}  // namespace

const Family& smollm3Family() {
  static const Family family = makeFamily();
  return family;
}

}  // namespace sinkscope
