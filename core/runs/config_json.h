#pragma once

#include "core/model/config.h"

#include <string>

namespace sinkscope {

/// A whole config as JSON, as runs store it.
std::string toJson(const ModelConfig& config);

/// The config back, equal; throws `Error` whose sentence begins with `source`.
ModelConfig configFromJson(const std::string& json, const std::string& source);

}  // namespace sinkscope
