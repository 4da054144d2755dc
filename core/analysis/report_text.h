#pragma once

// Private to a report's tables and documents: how their numbers are written.

#include <cmath>
#include <cstdio>
#include <string>

namespace sinkscope::report_text {

inline constexpr const char* kNothing = "–";

/// With so many digits behind the point.
inline std::string fixed(double value, int digits) {
  if (std::isnan(value)) return kNothing;
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

/// As short as it goes.
inline std::string general(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

}  // namespace sinkscope::report_text
