#pragma once

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

}  // namespace sinkscope
