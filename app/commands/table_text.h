#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

namespace sinkscope {

/// Four digits; a dash where there is no number.
inline std::string number(double value) {
  if (std::isnan(value)) return "–";
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

/// Pads on the left to a width in characters, not bytes.
inline std::string padded(const std::string& text, std::size_t width) {
  const auto characters = static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  return std::string(width > characters ? width - characters : 0, ' ') + text;
}

}  // namespace sinkscope
