#pragma once

#include <vector>

namespace sinkscope {

/// The mean of each value and all before it, whose weights fall by `weight` a place; what is not finite stays and
/// counts for nothing.
std::vector<double> smoothed(const std::vector<double>& values, double weight);

}  // namespace sinkscope
