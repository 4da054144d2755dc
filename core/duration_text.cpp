#include "core/duration_text.h"

#include <cmath>

namespace sinkscope {

std::string aboutTime(double seconds) {
  constexpr double kMinute = 60, kHour = 60 * kMinute, kDay = 24 * kHour, kYear = 365.25 * kDay;
  const auto words = [&](double unit, const char* name) {
    return "about " + std::to_string(static_cast<long long>(std::ceil(seconds / unit))) + " " + name;
  };
  if (seconds < 2 * kMinute) return words(1, "s");
  if (seconds < 2 * kHour) return words(kMinute, "min");
  if (seconds < 3 * kDay) return words(kHour, "h");
  return seconds < 3 * kYear ? words(kDay, "days") : words(kYear, "years");
}

}  // namespace sinkscope
