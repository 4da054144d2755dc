#pragma once

#include <string>

namespace sinkscope {

/// One prediction for the token that comes next.
struct Prediction {
  std::string bytes;
  double probability = 0.0;
  bool operator==(const Prediction&) const = default;
};

}  // namespace sinkscope
