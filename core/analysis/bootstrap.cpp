#include "core/analysis/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

namespace sinkscope {
namespace {

double meanOf(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double percentile(const std::vector<double>& sorted, double fraction) {
  const double at = fraction * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], at - static_cast<double>(below));
}

}  // namespace

MeanInterval bootstrapMean(std::span<const double> values, std::size_t resamples, std::uint64_t seed) {
  std::vector<double> known;
  std::ranges::copy_if(values, std::back_inserter(known), [](double value) { return !std::isnan(value); });
  if (known.empty()) return {};
  const double mean = meanOf(known);
  if (resamples == 0) return {mean};
  std::mt19937_64 random(seed);
  std::vector<double> means(resamples), drawn(known.size());
  for (double& one : means) {
    for (double& value : drawn) value = known[random() % known.size()];
    one = meanOf(drawn);
  }
  std::ranges::sort(means);
  return {mean, percentile(means, 0.025), percentile(means, 0.975)};
}

}  // namespace sinkscope
