#include "core/error.h"
#include "core/model/family_parts.h"

#include <ATen/core/Tensor.h>

#include <cmath>

// How files describe rotary positions and what was done to them for longer contexts.

namespace sinkscope {
namespace {

/// YaRN's magnitude: what attention is scaled by where a model does not say.
double yarnMagnitude(double factor, double weight = 1.0) {
  return factor <= 1.0 ? 1.0 : 0.1 * weight * std::log(factor) + 1.0;
}

double longMagnitude(double factor, double originalLength) {
  return factor <= 1.0 ? 1.0 : std::sqrt(1.0 + std::log(factor) / std::log(originalLength));
}

/// The field `factor`, or how much longer the context is than the first training's.
double factorIn(const JsonFields& rope, const RopeScaling& scaling, const ModelConfig& config) {
  const double ratio = static_cast<double>(config.contextLength) / static_cast<double>(scaling.originalLength);
  return rope.real("factor", ratio);
}

void readYarn(const JsonFields& rope, RopeScaling& scaling, const ModelConfig& config) {
  scaling.stretch = RopeStretch::Yarn;
  scaling.factor = factorIn(rope, scaling, config);
  scaling.fastTurns = rope.real("beta_fast", scaling.fastTurns);
  scaling.slowTurns = rope.real("beta_slow", scaling.slowTurns);
  scaling.wholePairs = rope.boolean("truncate", scaling.wholePairs);
  const double weight = rope.real("mscale", 0.0), ofAll = rope.real("mscale_all_dim", 0.0);
  const bool weighted = weight != 0.0 && ofAll != 0.0;
  const double usual = weighted ? yarnMagnitude(scaling.factor, weight) / yarnMagnitude(scaling.factor, ofAll)
                                : yarnMagnitude(scaling.factor);
  scaling.magnitude = rope.real("attention_factor", usual);
}

void readLong(const JsonFields& rope, RopeScaling& scaling, const ModelConfig& config) {
  scaling.stretch = RopeStretch::Long;
  scaling.longFactors = rope.reals("long_factor");
  scaling.shortFactors = rope.reals("short_factor");
  const double usual = longMagnitude(factorIn(rope, scaling, config), static_cast<double>(scaling.originalLength));
  scaling.magnitude = rope.real("attention_factor", usual);
}

std::vector<double> numbersOf(const GgufFile& file, const std::string& tensor) {
  const at::Tensor values = file.read(tensor).flatten();
  return {values.const_data_ptr<float>(), values.const_data_ptr<float>() + values.numel()};
}

}  // namespace

RopeSettings readRope(const JsonFields& rope, RopeSettings settings, const ModelConfig& config) {
  settings.base = rope.real("rope_theta", settings.base);
  settings.share = rope.real("partial_rotary_factor", settings.share);
  RopeScaling& scaling = settings.scaling;
  if (scaling.originalLength == 0)
    scaling.originalLength = countIn(rope, "original_max_position_embeddings", config.contextLength, 1 << 30);
  const std::string type = rope.string("rope_type", rope.string("type", "default"));
  if (type == "linear") {
    settings.scale = rope.real("factor", 1.0);
  } else if (type == "llama3") {
    scaling.stretch = RopeStretch::Llama3;
    scaling.factor = rope.real("factor", 8.0);
    scaling.lowFrequency = rope.real("low_freq_factor", scaling.lowFrequency);
    scaling.highFrequency = rope.real("high_freq_factor", scaling.highFrequency);
  } else if (type == "yarn") {
    readYarn(rope, scaling, config);
  } else if (type == "longrope" || type == "su") {
    readLong(rope, scaling, config);
  } else if (type != "default") {
    rope.failBecause("rope_type",
                     "is '" + type + "', but one of 'default', 'linear', 'llama3', 'yarn', 'longrope' is expected");
  }
  return settings;
}

RopeSettings readRope(const JsonFields& json, const Family& family, const ModelConfig& config) {
  RopeSettings settings{.scaling = config.ropeScaling};
  settings.base = json.real(nameIn(family, "rope_theta"), family.usualRopeBase);
  settings.share = json.real(nameIn(family, "partial_rotary_factor"), family.usualRotaryShare);
  const std::string original = "original_max_position_embeddings";
  if (json.has(original)) settings.scaling.originalLength = countIn(json, original, 0, 1 << 30);
  for (const char* key : {"rope_scaling", "rope_parameters"}) {
    if (json.has(key)) settings = readRope(json.object(key), settings, config);
  }
  return settings;
}

RopeSettings readRope(const GgufFile& file, double usualBase, const ModelConfig& config) {
  RopeSettings settings{.base = file.real(keyOf(file, "rope.freq_base"), usualBase), .scaling = config.ropeScaling};
  RopeScaling& scaling = settings.scaling;
  scaling.originalLength = file.integer(keyOf(file, "rope.scaling.original_context_length"), config.contextLength);
  const std::string key = keyOf(file, "rope.scaling.type");
  const std::string type = file.string(key, "none");
  const double factor = file.real(keyOf(file, "rope.scaling.factor"), 1.0);
  if (type == "linear") {
    settings.scale = factor;
  } else if (type == "yarn") {
    scaling.stretch = RopeStretch::Yarn;
    scaling.factor = factor;
    scaling.fastTurns = file.real(keyOf(file, "rope.scaling.yarn_beta_fast"), scaling.fastTurns);
    scaling.slowTurns = file.real(keyOf(file, "rope.scaling.yarn_beta_slow"), scaling.slowTurns);
    scaling.magnitude = file.real(keyOf(file, "rope.scaling.attn_factor"), 1.0) * yarnMagnitude(factor);
  } else if (type != "none" && type != "longrope") {
    throw Error(file.name() + ": the metadata field '" + key + "' is '" + type +
                "', but one of 'none', 'linear', 'yarn', 'longrope' is expected.");
  }
  const std::string longer = "rope_factors_long.weight", shorter = "rope_factors_short.weight",
                    always = "rope_freqs.weight";
  if (file.tensors().contains(longer) && file.tensors().contains(shorter)) {
    scaling.stretch = RopeStretch::Long;
    scaling.longFactors = numbersOf(file, longer);
    scaling.shortFactors = numbersOf(file, shorter);
    scaling.magnitude = file.real(keyOf(file, "rope.scaling.attn_factor"), 1.0);
  } else if (file.tensors().contains(always)) {  // LLaMa 3's scaling as divisors
    scaling.stretch = RopeStretch::Long;
    scaling.longFactors = scaling.shortFactors = numbersOf(file, always);
  }
  return settings;
}

void setRope(ModelConfig& config, const RopeSettings& rope) {
  config.ropeScaling = rope.scaling.stretch == RopeStretch::None ? RopeScaling{} : rope.scaling;
  const auto rotated = static_cast<std::int64_t>(static_cast<double>(config.headWidth) * rope.share);
  config.rotaryWidth = rotated == config.headWidth ? 0 : rotated;
  for (LayerConfig& layer : config.perLayer) {
    layer.ropeBase = rope.base;
    layer.ropeScale = rope.scale;
  }
}

}  // namespace sinkscope
