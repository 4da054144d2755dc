#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace sinkscope {

/// A mean with its 95 % interval; NaN where nothing was measured.
struct MeanInterval {
  double mean = std::numeric_limits<double>::quiet_NaN();
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
};

/// The mean of `values` and the percentile bootstrap's interval (Efron, 1979): the values are drawn anew with
/// replacement `resamples` times, and the interval reaches from the 2.5 to the 97.5 percentile of the draws' means
/// (between two of them linearly, as numpy.percentile). NaN among the values is left out. The same seed gives the same
/// interval.
MeanInterval bootstrapMean(std::span<const double> values, std::size_t resamples, std::uint64_t seed);

}  // namespace sinkscope
