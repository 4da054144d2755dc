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

/// Characters, not bytes.
inline std::size_t charactersIn(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// Pads on the left to a width in characters.
inline std::string padded(const std::string& text, std::size_t width) {
  const std::size_t characters = charactersIn(text);
  return std::string(width > characters ? width - characters : 0, ' ') + text;
}

/// Pads on the right.
inline std::string paddedRight(const std::string& text, std::size_t width) {
  const std::size_t characters = charactersIn(text);
  return text + std::string(width > characters ? width - characters : 0, ' ');
}

}  // namespace sinkscope
