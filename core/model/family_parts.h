#pragma once

#include "core/model/gguf.h"
#include "core/model/json_fields.h"

#include <cstdint>
#include <string>
#include <vector>

// What several families' files need to read their configs.

namespace sinkscope {

/// Base and scale of rotary positions.
struct RopeSettings {
  double base = 10000.0;
  double scale = 1.0;
};

/// `rope_scaling` or `rope_parameters` of a config.json over the settings so far. Throws `Error` for a scaling other
/// than the linear one.
RopeSettings readRope(const JsonFields& rope, RopeSettings settings);

/// rope.freq_base and rope.scaling.* of a GGUF, with the family's usual base.
RopeSettings readRope(const GgufFile& file, double usualBase);

/// The metadata field `ARCHITECTURE.name`'s key.
std::string keyOf(const GgufFile& file, const std::string& name);

/// An integer that must lie between 1 and `largest`.
std::int64_t countIn(const JsonFields& json, const std::string& key, std::int64_t fallback, std::int64_t largest);

/// Throws `Error` when a number is set that this program's decoder has no use for, e.g. a soft cap.
void refuse(const GgufFile& file, const std::string& name, const std::string& what);
void refuse(const JsonFields& json, const std::string& key, const std::string& what);

/// Throws `Error` unless the text is `expected` or missing.
void expectText(const JsonFields& json, const std::string& key, const std::string& expected);

}  // namespace sinkscope
