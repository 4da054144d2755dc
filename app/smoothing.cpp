#include "app/smoothing.h"

#include <cmath>

namespace sinkscope {

std::vector<double> smoothed(const std::vector<double>& values, double weight) {
  std::vector<double> means;
  means.reserve(values.size());
  double sum = 0.0, weights = 0.0;
  for (const double value : values) {
    if (!std::isfinite(value)) {
      means.push_back(value);
      continue;
    }
    sum = weight * sum + value;
    weights = weight * weights + 1.0;
    means.push_back(sum / weights);
  }
  return means;
}

}  // namespace sinkscope
