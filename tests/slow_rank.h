#pragma once

#include "core/analysis/rank_measures.h"
#include "tests/compare.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <cmath>
#include <vector>

/// What core/analysis/rank_measures computes, here row by row and pair by pair, with the singular values of V itself.
namespace sinkscope::slow {

inline double entropy(std::vector<double> weights) {
  double sum = 0, result = 0;
  for (const double weight : weights) sum += weight;
  for (const double weight : weights)
    if (weight > 0) result -= weight / sum * std::log(weight / sum);
  return result;
}

inline double oneInfNorm(const std::vector<std::vector<double>>& rows) {
  double row = 0;
  std::vector<double> columns(rows[0].size());
  for (const std::vector<double>& values : rows) {
    double sum = 0;
    for (std::size_t c = 0; c < values.size(); ++c) {
      sum += std::abs(values[c]);
      columns[c] += std::abs(values[c]);
    }
    row = std::max(row, sum);
  }
  return std::sqrt(row * *std::ranges::max_element(columns));
}

inline double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t c = 0; c < a.size(); ++c) sum += a[c] * b[c];
  return sum;
}

inline RankMeasures rankMeasures(const at::Tensor& v) {
  std::vector<std::vector<double>> rows, left;
  for (std::int64_t t = 0; t < v.size(0); ++t) rows.push_back(numbers(v[t]).values);
  std::vector<double> mean(rows[0].size());
  for (const std::vector<double>& row : rows)
    for (std::size_t c = 0; c < mean.size(); ++c) mean[c] += row[c] / static_cast<double>(rows.size());
  double size = 0, residual = 0, cosines = 0, pairs = 0;
  for (const std::vector<double>& row : rows) {
    left.push_back(row);
    for (std::size_t c = 0; c < mean.size(); ++c) left.back()[c] -= mean[c];
    size += dot(row, row);
    residual += dot(left.back(), left.back());
    for (const std::vector<double>& other : rows) {
      if (&other == &row || dot(row, row) == 0 || dot(other, other) == 0) continue;
      cosines += dot(row, other) / std::sqrt(dot(row, row) * dot(other, other));
      ++pairs;
    }
  }
  std::vector<double> singular = numbers(at::linalg_svdvals(v)).values, squares = singular;
  for (double& value : squares) value *= value;
  return {std::sqrt(residual),         std::sqrt(residual / size), oneInfNorm(left) / oneInfNorm(rows),
          std::exp(entropy(singular)), entropy(squares),           cosines / pairs};
}

/// All curves of `CollapseResult` that come from the residual stream.
struct PlaceMeasures {
  RankCurves all, withoutFirst;
  std::vector<double> lastDistance, lastDistanceMax, firstNorm, firstNormRatio;

  void add(const at::Tensor& v) {  // [token, D], double
    all.add(rankMeasures(v));
    withoutFirst.add(rankMeasures(v.slice(0, 1)));
    const std::vector<double> last = numbers(v[-1]).values, before = numbers(v[-2]).values;
    double sum = 0, most = 0;
    for (std::size_t c = 0; c < last.size(); ++c) {
      sum += (last[c] - before[c]) * (last[c] - before[c]);
      most = std::max(most, std::abs(last[c] - before[c]));
    }
    lastDistance.push_back(std::sqrt(sum));
    lastDistanceMax.push_back(most);
    std::vector<double> norms;
    for (std::int64_t t = 0; t < v.size(0); ++t) {
      const std::vector<double> row = numbers(v[t]).values;
      norms.push_back(std::sqrt(dot(row, row)));
    }
    firstNorm.push_back(norms[0]);
    std::vector<double> others(norms.begin() + 1, norms.end());
    std::ranges::sort(others);
    const std::size_t n = others.size();
    firstNormRatio.push_back(norms[0] / ((others[(n - 1) / 2] + others[n / 2]) / 2));
  }
};

}  // namespace sinkscope::slow
