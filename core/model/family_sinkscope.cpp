#include "core/model/config_names.h"
#include "core/model/family.h"
#include "core/model/family_parts.h"

// What this program trains beyond LLaMa: other attention weights, extra keys, positions, norms and gates. Such models
// are written and read here alone (core/train/exported_model.h).

namespace sinkscope {
namespace {

void completeFromGguf(const GgufFile& file, ModelConfig&) {
  throw Error(file.name() + " is a GGUF of the family 'sinkscope', but such models are folders with safetensors.");
}

void completeFromJson(const JsonFields& json, ModelConfig& config) {
  eachVariant(config, [&](const char* name, auto& value) {
    using Value = std::remove_reference_t<decltype(value)>;
    value = named<Value>(json.string(name, nameOf(value)), json.source() + ": the field '" + name + "'");
  });
  config.outputGate = json.boolean("output_gate", false);
  config.queryKeyNorm = json.boolean("query_key_norm", false);
  LayerConfig layer = config.perLayer.front();
  layer.window = json.integer("window", 0);
  layer.firstKeys = json.integer("first_keys", 0);
  config.perLayer.assign(static_cast<std::size_t>(config.layers), layer);
  if (!json.has("capacity")) return;
  const std::vector<double> capacity = json.reals("capacity");
  if (capacity.size() != config.perLayer.size())
    json.failBecause("capacity", "has " + std::to_string(capacity.size()) + " numbers, but one a layer is expected");
  for (std::size_t l = 0; l < capacity.size(); ++l) config.perLayer[l].capacity = capacity[l];
}

Family makeFamily() {
  Family family;
  family.name = "sinkscope";
  family.ggufArchitecture = "sinkscope";
  family.modelTypes = {"sinkscope"};
  family.completeFromGguf = completeFromGguf;
  family.completeFromJson = completeFromJson;
  return family;
}

}  // namespace

const Family& sinkscopeFamily() {
  static const Family family = makeFamily();
  return family;
}

}  // namespace sinkscope
