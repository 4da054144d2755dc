#include "core/analysis/path_sums.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace sinkscope {
namespace {

constexpr double kNothing = -std::numeric_limits<double>::infinity();  // log of 0

// Queries of a tile of weights, and target rows that go through the tiles together.
constexpr std::int64_t kTileQueries = 64, kTargets = 256;

// Values that lie further apart than this many powers of e never share a scale: exp(-600) times the least weight that a
// float holds (exp(-103)) is still a normal double.
constexpr double kBand = 600.0;

std::size_t size(std::int64_t n) {
  return static_cast<std::size_t>(n);
}

double logAdd(double a, double b) {
  const double most = std::max(a, b);
  return most == kNothing ? kNothing : most + std::log1p(std::exp(std::min(a, b) - most));
}

double logSum(std::span<const double> logs) {
  double sum = kNothing;
  for (const double value : logs) sum = logAdd(sum, value);
  return sum;
}

/// Rows of a product of non-negative matrices, in logarithms, multiplied from the right one matrix after the other.
class LogRows {
 public:
  /// Unit rows: 1 at each target.
  LogRows(std::span<const std::int64_t> targets, std::int64_t tokens)
      : logs_({targets.size(), size(tokens)}, kNothing) {
    for (std::size_t row = 0; row < targets.size(); ++row) logs_(row, targets[row]) = 0.0;
  }

  /// Scales every row to numbers that a product can be made of. A row whose values span more than a double's exponent
  /// becomes several.
  void begin() {
    bands_.clear();
    for (std::size_t row = 0; row < logs_.extent(0); ++row)
      for (double top = largestUpTo(row, HUGE_VAL); top != kNothing; top = largestUpTo(row, top - kBand))
        bands_.push_back({row, top});
    const std::int64_t bands = static_cast<std::int64_t>(bands_.size());
    values_ = at::zeros({bands, static_cast<std::int64_t>(logs_.extent(1))}, at::kDouble);
    sums_ = at::zeros_like(values_);
    double* value = values_.mutable_data_ptr<double>();
    for (const Band& band : bands_)
      for (const double log : logs_.row(band.row))
        *value++ = log <= band.top && log > band.top - kBand ? std::exp(log - band.top) : 0.0;
  }

  /// Adds the part of the product that goes through queries [query0, query0 + tile rows), `matrix` [query, key] at
  /// (query0, key0).
  void add(const at::Tensor& matrix, std::int64_t query0, std::int64_t key0) {
    at::Tensor part = sums_.narrow(1, key0, matrix.size(1));
    part.addmm_(values_.narrow(1, query0, matrix.size(0)), matrix);
  }

  void end() {
    std::ranges::fill(logs_.values(), kNothing);
    const double* sum = sums_.const_data_ptr<double>();
    for (const Band& band : bands_)
      for (double& log : logs_.row(band.row)) log = logAdd(log, band.top + std::log(*sum++));
  }

  std::span<const double> row(std::size_t target) const { return logs_.row(target); }

 private:
  struct Band {
    std::size_t row;
    double top;  ///< log of its largest value
  };

  double largestUpTo(std::size_t row, double bound) const {
    double most = kNothing;
    for (const double log : logs_.row(row))
      if (log <= bound) most = std::max(most, log);
    return most;
  }

  Array<double, 2> logs_;  // [target, token]
  std::vector<Band> bands_;
  at::Tensor values_, sums_;  // [band, token]
};

/// Sum over a layer's heads of the weights of queries [query0, query1) on keys [key0, query1): [query, key], double.
at::Tensor summedWeights(const Trace& trace, std::int64_t layer, std::int64_t query0, std::int64_t query1,
                         std::int64_t key0) {
  at::Tensor sum = at::zeros({query1 - query0, query1 - key0}, at::kDouble);
  for (std::int64_t h = 0; h < trace.heads; ++h) {
    Array<float, 2> weights = tile(trace.head(layer, h), query0, query1, key0, query1);
    sum.add_(at::from_blob(weights.data(), sum.sizes(), at::kFloat));
  }
  return sum;
}

/// The sweep of some target rows from the last layer to the first start.
class Sweep {
 public:
  Sweep(const Trace& trace, std::span<const std::int64_t> targets)
      : trace_(trace), tokens_(targets.back() + 1), bound_(targets, tokens_), rollout_(targets, tokens_) {}

  void step(std::int64_t layer, const Job& job) {
    const double heads = static_cast<double>(trace_.heads);
    const std::int64_t window = trace_.layer[size(layer)].windowOf(0);
    bound_.begin();
    rollout_.begin();
    for (std::int64_t query0 = 0; query0 < tokens_; query0 += kTileQueries) {
      job.check();
      const std::int64_t query1 = std::min(tokens_, query0 + kTileQueries);
      const std::int64_t key0 = window == 0 ? 0 : std::max<std::int64_t>(0, query0 - window + 1);
      at::Tensor weights = summedWeights(trace_, layer, query0, query1, key0);
      // The query's own key stands on the diagonal that starts at column query0 - key0.
      at::Tensor averaged = weights / (2.0 * heads);
      averaged.diagonal(query0 - key0).add_(0.5);
      weights.diagonal(query0 - key0).add_(1.0 / heads);
      bound_.add(weights, query0, key0);
      rollout_.add(averaged, query0, key0);
    }
    bound_.end();
    rollout_.end();
  }

  const LogRows& bound() const { return bound_; }
  const LogRows& rollout() const { return rollout_; }

 private:
  const Trace& trace_;
  std::int64_t tokens_;  // up to the last target: later ones have no path to any
  LogRows bound_, rollout_;
};

}  // namespace

PathSums pathSums(const Trace& trace, const InfluenceRows& rows, const Job& job) {
  check(rows, trace.layers, trace.tokens);
  const at::NoGradGuard noGradients;
  const std::array<std::size_t, 3> shape{rows.starts.size(), rows.queries.size(), size(trace.tokens)};
  PathSums result{Array<double, 3>(shape, kNothing), Array<double, 3>(shape, kNothing)};
  const std::int64_t queries = static_cast<std::int64_t>(rows.queries.size()), first = rows.starts.front();
  for (std::int64_t begin = 0; begin < queries; begin += kTargets) {
    const std::int64_t count = std::min(kTargets, queries - begin);
    Sweep sweep(trace, std::span(rows.queries).subspan(size(begin), size(count)));
    const Job part = job.part(static_cast<double>(begin) / static_cast<double>(queries),
                              static_cast<double>(begin + count) / static_cast<double>(queries));
    std::size_t start = rows.starts.size();
    for (std::int64_t layer = rows.to - 1; layer >= first; --layer) {
      part.progress("paths through layer " + std::to_string(layer + 1) + " of " + std::to_string(trace.layers),
                    static_cast<double>(rows.to - 1 - layer) / static_cast<double>(rows.to - first));
      sweep.step(layer, part);
      if (rows.starts[start - 1] != layer) continue;
      --start;
      for (std::size_t q = 0; q < size(count); ++q) {
        std::ranges::copy(sweep.bound().row(q), result.bound.row(start, size(begin) + q).begin());
        std::ranges::copy(sweep.rollout().row(q), result.rollout.row(start, size(begin) + q).begin());
      }
    }
  }
  return result;
}

Array<double, 2> withoutSink(Array<double, 2> bound) {
  for (std::size_t row = 0; row < bound.extent(0); ++row) bound(row, 0) = kNothing;
  return bound;
}

std::vector<double> sinkLogRatio(const Array<double, 2>& bound) {
  std::vector<double> result;
  for (std::size_t row = 0; row < bound.extent(0); ++row)
    result.push_back(logSum(bound.row(row).subspan(1)) - logSum(bound.row(row)));
  return result;
}

}  // namespace sinkscope
