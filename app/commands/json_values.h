#pragma once

#include "core/array.h"
#include "core/text/token.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <span>
#include <vector>

namespace sinkscope {

/// JSON has no NaN and no infinity: they become null.
inline nlohmann::json jsonNumber(double value) {
  return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(nullptr);
}

inline nlohmann::json jsonArray(std::span<const double> values) {
  nlohmann::json result = nlohmann::json::array();
  for (const double value : values) result.push_back(jsonNumber(value));
  return result;
}

/// Rows of rows.
template <typename T>
nlohmann::json jsonArray(const Array<T, 2>& values) {
  nlohmann::json result = nlohmann::json::array();
  for (std::size_t row = 0; row < values.extent(0); ++row) {
    nlohmann::json line = nlohmann::json::array();
    for (const T value : values.row(row)) line.push_back(jsonNumber(static_cast<double>(value)));
    result.push_back(std::move(line));
  }
  return result;
}

/// Id and visible text of each.
inline nlohmann::json jsonTokens(const std::vector<Token>& tokens) {
  nlohmann::json list = nlohmann::json::array();
  for (const Token& token : tokens) list.push_back({{"id", token.id}, {"text", visibleText(token)}});
  return list;
}

}  // namespace sinkscope
