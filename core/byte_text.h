#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>

namespace sinkscope {

/// "12.5 MiB"
inline std::string mebibytes(std::uint64_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f MiB", static_cast<double>(bytes) / (1 << 20));
  return text;
}

/// "820 KiB", "12.5 MiB", "15.0 GiB": three digits are enough to choose by.
inline std::string bytesText(std::uint64_t bytes) {
  constexpr const char* units[] = {"KiB", "MiB", "GiB", "TiB"};
  double value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  for (; value >= 999.5 && unit < 3; ++unit) value /= 1024;
  char text[32];
  std::snprintf(text, sizeof text, value < 99.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
  return text;
}

}  // namespace sinkscope
