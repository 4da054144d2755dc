#pragma once

#include <span>
#include <vector>

namespace sinkscope {

/// Median of the values that are not NaN, the mean of the middle two where their number is even; NaN of nothing.
double median(std::vector<double> values);

/// Mean; NaN of none.
double mean(std::span<const float> values);

}  // namespace sinkscope
