#pragma once

#include "core/model/config.h"
#include "core/model/family.h"
#include "core/model/gguf.h"
#include "core/model/json_fields.h"

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

// What several families' files need to read their configs.

namespace sinkscope {

/// Rotary positions, of which only the base and the scale may differ between layers.
struct RopeSettings {
  double base = 10000.0;
  double scale = 1.0;
  double share = 1.0;  ///< of a head's numbers that rotate
  RopeScaling scaling{};
};

/// `rope_theta` and the fields beside it, and in `rope_scaling` or `rope_parameters`, as transformers 4 and 5 write
/// them. Throws `Error` for a scaling that this program can't compute.
RopeSettings readRope(const JsonFields& json, const Family& family, const ModelConfig& config);

/// The fields of `rope_scaling` or `rope_parameters` alone, over the settings so far.
RopeSettings readRope(const JsonFields& rope, RopeSettings settings, const ModelConfig& config);

/// rope.freq_base, rope.scaling.* and the tensors with divisors of a GGUF, with the family's usual base.
RopeSettings readRope(const GgufFile& file, double usualBase, const ModelConfig& config);

/// Makes every layer rotate in this way.
void setRope(ModelConfig& config, const RopeSettings& rope);

/// What config.json calls a field that LLaMa calls `usual`.
std::string nameIn(const Family& family, const std::string& usual);

/// The metadata field `ARCHITECTURE.name`'s key.
std::string keyOf(const GgufFile& file, const std::string& name);

/// An integer that must lie between 1 and `largest`.
std::int64_t countIn(const JsonFields& json, const std::string& key, std::int64_t fallback, std::int64_t largest);

/// The activation with this name in config.json.
Activation activationIn(const JsonFields& json, const std::string& key, Activation fallback);

/// `sliding_window`: 0 where it is null, the fallback where it is missing.
std::int64_t windowIn(const JsonFields& json, std::int64_t fallback);

/// Gives the layers that `layer_types` calls sliding the window; without that field those for which `slides` holds.
void setWindows(const JsonFields& json, ModelConfig& config, std::int64_t window,
                const std::function<bool(std::int64_t layer)>& slides);

/// Every layer sees that many tokens.
void setWindow(ModelConfig& config, std::int64_t window);

/// Throws `Error` when a number is set that this program's decoder has no use for.
void refuse(const JsonFields& json, const std::string& key, const std::string& what);

/// Throws `Error` unless the text is one of `expected` or missing.
void expectText(const JsonFields& json, const std::string& key, std::initializer_list<const char*> expected);

/// The same of a truth value.
void expectBoolean(const JsonFields& json, const std::string& key, bool expected);

}  // namespace sinkscope
