#pragma once

#include <string>

namespace sinkscope {

/// "about 40 s", "about 17 min", "about 5 h", "about 12 days", "about 7 years"
std::string aboutTime(double seconds);

}  // namespace sinkscope
