#include "core/train/measures.h"

#include "core/analysis/sink_metric.h"
#include "core/analysis/spread.h"
#include "core/error.h"
#include "core/model/decoder.h"
#include "core/trace/trace.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

namespace sinkscope {
namespace {

// The windows whose spread is measured: each costs a pass of two, and few are enough for a mean over tokens.
constexpr std::size_t kSpreadWindows = 4;

/// Means over windows of what a trace says of each head and layer.
class Means {
 public:
  Means(const ModelConfig& config, std::size_t windows)
      : layers_(static_cast<std::size_t>(config.layers)),
        heads_(static_cast<std::size_t>(config.heads)),
        share_(1.0f / static_cast<float>(windows)),
        drain({layers_, heads_}),
        absorbed({layers_, heads_}),
        norm0(layers_ + 1) {}

  void add(const Trace& trace) {
    const Array<double, 2> drains = valueDrain(trace.outputNorm);
    const auto tokens = static_cast<std::size_t>(trace.tokens);
    for (std::size_t l = 0; l < layers_; ++l)
      for (std::size_t h = 0; h < heads_; ++h) {
        drain(l, h) += share_ * static_cast<float>(drains(l, h));
        absorbed(l, h) += share_ * static_cast<float>(1.0 - rowSum(trace, l, h));
      }
    for (std::size_t place = 0; place <= layers_; ++place) {
      const std::span<const float> norms = trace.residualNorm.row(place);
      norm0[place] += share_ * static_cast<float>(norms[0] / median({norms.begin() + 1, norms.begin() + tokens}));
    }
  }

 private:
  /// Mean over the queries of their row's sum, from the columns' means.
  static double rowSum(const Trace& trace, std::size_t layer, std::size_t head) {
    const Trace::Layer& own = trace.layer[layer];
    double sum = 0.0;
    for (std::int64_t k = 0; k < trace.tokens; ++k) {
      const std::int64_t later = trace.tokens - k;
      const std::int64_t window = own.windowOf(k);
      sum += trace.shares(layer, head, k) * static_cast<double>(window == 0 ? later : std::min(window, later));
    }
    return sum / static_cast<double>(trace.tokens);
  }

  std::size_t layers_, heads_;
  float share_;

 public:
  Array<float, 2> drain, absorbed;  // [layer, head]
  std::vector<float> norm0;         // [layer + 1]
};

/// Spread of a change: rows 0 and 1 of a pass are a text and the same with one token swapped.
class SpreadObserver : public Observer {
 public:
  SpreadObserver(std::int64_t layers, std::int64_t swapped)
      : spread(static_cast<std::size_t>(layers + 1)), swapped_(swapped) {}

  bool wants(const Place& place) const override {
    return place.site == Site::Embedding || place.site == Site::Residual;
  }
  at::Tensor visit(const Place& place, at::Tensor value) override {
    const std::size_t index = place.site == Site::Embedding ? 0 : static_cast<std::size_t>(place.layer + 1);
    spread[index] = spreadOf(value[0], value[1], swapped_);
    return value;
  }

  std::vector<double> spread;  // [layer + 1]

 private:
  std::int64_t swapped_;
};

Array<float, 2> toFloat(const Array<double, 2>& values) {
  Array<float, 2> result(values.shape());
  std::ranges::transform(values.values(), result.data(), [](double x) { return static_cast<float>(x); });
  return result;
}

}  // namespace

Model modelOf(const Recipe& recipe, const Parameters& parameters, const std::string& device) {
  Model model;
  model.identity.name = recipe.name;
  model.identity.weightType = "F32";
  model.identity.config = recipe.model;
  model.device = device;
  model.parameters = parameters;
  for (const auto& [name, value] : parameters.all()) model.identity.parameterCount += value.numel();
  return model;
}

SinkWatch::SinkWatch(const Recipe& recipe, const TokenFile& corpus, const std::vector<std::int64_t>& heldOut)
    : epsilons_(recipe.measure.epsilons), bos_(corpus.info().bos.value_or(-1)) {
  const std::int64_t length = recipe.longestContext() - 1;
  const auto starts = corpus.documentStarts();
  // The held-out documents one behind the other, as if they were one text.
  std::vector<std::int64_t> text;
  for (const std::int64_t document : heldOut) {
    const auto begin = static_cast<std::int64_t>(starts[static_cast<std::size_t>(document)]);
    const auto count = static_cast<std::int64_t>(starts[static_cast<std::size_t>(document) + 1]) - begin;
    const std::size_t old = text.size();
    text.resize(old + static_cast<std::size_t>(count));
    corpus.copy(begin, std::span(text).subspan(old));
  }
  const auto total = static_cast<std::int64_t>(text.size());
  if (total < length)
    throw Error("The documents that are held out have " + std::to_string(total) + " tokens, but a window of " +
                std::to_string(length) + " is expected; hold out more (corpus.validation).");
  const std::int64_t count = std::min(recipe.measure.windows, total / length);
  for (std::int64_t i = 0; i < count; ++i) {
    const auto first = text.begin() + (count == 1 ? 0 : i * (total - length) / (count - 1));
    windows_.emplace_back(first, first + length);
  }
}

MeasureRow SinkWatch::measure(const Model& model, std::int64_t step, std::int64_t tokens, const Job& job) const {
  MeasureRow row;
  row.step = step;
  row.tokens = tokens;
  Means means(model.config(), windows_.size());
  std::vector<PromptShares> withBos, withoutBos;
  double loss = 0.0, lossWithout = 0.0;
  for (const std::vector<std::int64_t>& window : windows_) {
    const auto sharesOf = [&](const Trace& trace) {
      PromptShares shares{trace.shares, {}};
      for (const Trace::Layer& layer : trace.layer) shares.windows.push_back(layer.windowOf(0));
      return shares;
    };
    const TraceOptions options{.keep = Keep::Statistics};
    const Trace without = capture(model, window, options, job.quiet());
    withoutBos.push_back(sharesOf(without));
    lossWithout += mean(without.tokenLoss);
    if (bos_ < 0) {
      means.add(without);
      continue;
    }
    std::vector<std::int64_t> ids{bos_};
    ids.insert(ids.end(), window.begin(), window.end());
    const Trace trace = capture(model, ids, options, job.quiet());
    withBos.push_back(sharesOf(trace));
    loss += mean(std::span(trace.tokenLoss).subspan(1));
    means.add(trace);
  }
  const double count = static_cast<double>(windows_.size());
  row.validationLossWithoutBos = lossWithout / count;
  row.alpha0WithoutBos = toFloat(meanHeadShares(withoutBos));
  for (const double epsilon : epsilons_) row.sinkRateWithoutBos.push_back(sinkRate(withoutBos, epsilon));
  if (bos_ >= 0) {
    row.validationLoss = loss / count;
    for (const double epsilon : epsilons_) row.sinkRate.push_back(sinkRate(withBos, epsilon));
    row.alpha0 = toFloat(meanHeadShares(withBos));
    row.alpha1 = toFloat(meanHeadShares(withBos, 1));
  }
  row.valueDrain = std::move(means.drain);
  row.absorbed = std::move(means.absorbed);
  row.residualNorm0 = std::move(means.norm0);
  measureSpread(model, row, job);
  return row;
}

void SinkWatch::measureSpread(const Model& model, MeasureRow& row, const Job& job) const {
  const at::NoGradGuard noGradients;
  const std::size_t count = std::min(kSpreadWindows, windows_.size());
  std::vector<double> sum(static_cast<std::size_t>(model.config().layers + 1));
  for (std::size_t w = 0; w < count; ++w) {
    std::vector<std::int64_t> ids = windows_[w];
    if (bos_ >= 0) ids.insert(ids.begin(), bos_);
    const auto tokens = static_cast<std::int64_t>(ids.size()), swapped = tokens / 2;
    at::Tensor both = at::tensor(ids, at::kLong).repeat({2, 1});  // [2, token]
    // The token takes the place of the one before it, or of one further off that differs.
    for (std::int64_t other = swapped - 1; other > 0; --other)
      if (ids[static_cast<std::size_t>(other)] != ids[static_cast<std::size_t>(swapped)]) {
        both[1][swapped] = ids[static_cast<std::size_t>(other)];
        break;
      }
    SpreadObserver observer(model.config().layers, swapped);
    forward(model.config(), model.parameters, both.to(model.firstDevice()), &observer, LogitsOf::None, job.quiet());
    std::ranges::transform(sum, observer.spread, sum.begin(), std::plus());
  }
  for (const double value : sum) row.spread.push_back(static_cast<float>(value / static_cast<double>(count)));
}

}  // namespace sinkscope
