#pragma once

// Private to core/catalogue.

#include <nlohmann/json.hpp>

#include <cmath>
#include <string>

namespace sinkscope {

/// JSON has no NaN and no infinity: they are texts.
inline nlohmann::json toJsonNumber(double value) {
  return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(std::to_string(value));
}
/// Throws an exception for what is none.
inline double fromJsonNumber(const nlohmann::json& value) {
  return value.is_string() ? std::stod(value.get<std::string>()) : value.get<double>();
}

}  // namespace sinkscope
