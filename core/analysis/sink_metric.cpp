#include "core/analysis/sink_metric.h"

#include "core/error.h"
#include "core/trace/output_norm.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace sinkscope {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Queries that see key 0 in a layer of this window.
std::size_t seeingFirst(std::size_t tokens, std::int64_t window) {
  return window == 0 ? tokens : std::min(tokens, static_cast<std::size_t>(window));
}

std::string shortNumber(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

void checkAlike(std::span<const PromptShares> prompts) {
  for (const PromptShares& prompt : prompts)
    if (prompt.shares.extent(0) != prompts[0].shares.extent(0) ||
        prompt.shares.extent(1) != prompts[0].shares.extent(1))
      throw Error("A sink rate needs prompts of one model: the numbers of layers and heads differ.");
}

/// A mean that leaves NaN out; NaN of nothing.
struct Mean {
  double sum = 0.0;
  std::size_t count = 0;

  void add(double value) {
    if (std::isnan(value)) return;
    sum += value;
    ++count;
  }
  double value() const { return count ? sum / static_cast<double>(count) : kNaN; }
};

/// Adds `value(share)` of every prompt's head; a prompt that has no such key has no share.
template <typename Value>
void addHead(Mean& mean, std::span<const PromptShares> prompts, std::size_t layer, std::size_t head, std::size_t key,
             bool includeQuery0, Value value) {
  for (const PromptShares& prompt : prompts) {
    const double alpha = key < prompt.keys() ? share(prompt, layer, head, key, includeQuery0) : kNaN;
    if (!std::isnan(alpha)) mean.add(value(alpha));
  }
}

template <typename Value>
void addLayer(Mean& mean, std::span<const PromptShares> prompts, std::size_t layer, std::size_t key, bool includeQuery0,
              Value value) {
  for (std::size_t head = 0; head < prompts[0].shares.extent(1); ++head)
    addHead(mean, prompts, layer, head, key, includeQuery0, value);
}

template <typename Value>
std::vector<double> byLayer(std::span<const PromptShares> prompts, std::size_t key, bool includeQuery0, Value value) {
  if (prompts.empty()) return {};
  checkAlike(prompts);
  std::vector<double> result;
  for (std::size_t layer = 0; layer < prompts[0].shares.extent(0); ++layer) {
    Mean mean;
    addLayer(mean, prompts, layer, key, includeQuery0, value);
    result.push_back(mean.value());
  }
  return result;
}

template <typename Value>
double overall(std::span<const PromptShares> prompts, std::size_t key, bool includeQuery0, Value value) {
  if (prompts.empty()) return kNaN;
  checkAlike(prompts);
  Mean mean;
  for (std::size_t layer = 0; layer < prompts[0].shares.extent(0); ++layer)
    addLayer(mean, prompts, layer, key, includeQuery0, value);
  return mean.value();
}

double identity(double alpha) {
  return alpha;
}

auto above(double epsilon) {
  return [epsilon](double alpha) { return alpha > epsilon ? 1.0 : 0.0; };
}

}  // namespace

std::string describe(const SinkConventions& c) {
  std::string text = "ε " + shortNumber(c.epsilon) + " · T " + std::to_string(c.tokensMin);
  if (c.tokensMax != c.tokensMin) text += "–" + std::to_string(c.tokensMax);
  text += " · " + std::to_string(c.prompts) + (c.prompts == 1 ? " prompt" : " prompts") + " · ";
  text += c.bos ? (c.bosText.empty() ? "<bos>" : c.bosText) + " added" : "no <bos> added";
  if (c.chat) text += c.prompts == 1 ? " · as a chat message" : " · as chat messages";
  return text + (c.includesQuery0 ? " · query 0 included" : " · query 0 left out");
}

PromptShares firstKeyOf(const PromptShares& prompt) {
  const std::size_t layers = prompt.shares.extent(0), heads = prompt.shares.extent(1);
  PromptShares first{Array<float, 3>({layers, heads, 1}), prompt.windows, prompt.tokens()};
  for (std::size_t layer = 0; layer < layers; ++layer)
    for (std::size_t head = 0; head < heads; ++head) first.shares(layer, head, 0) = prompt.shares(layer, head, 0);
  return first;
}

double share(const PromptShares& prompt, std::size_t layer, std::size_t head, std::size_t key, bool includeQuery0) {
  const double alpha = prompt.shares(layer, head, key);
  if (key != 0 || includeQuery0) return alpha;
  const double queries =
      static_cast<double>(seeingFirst(prompt.tokens(), layer < prompt.windows.size() ? prompt.windows[layer] : 0));
  return queries > 1 ? (alpha * queries - 1.0) / (queries - 1.0) : kNaN;  // A[0,0] is 1
}

double sinkRate(std::span<const PromptShares> prompts, double epsilon, std::size_t key, bool includeQuery0) {
  return overall(prompts, key, includeQuery0, above(epsilon));
}

std::vector<double> sinkRateByLayer(std::span<const PromptShares> prompts, double epsilon, std::size_t key,
                                    bool includeQuery0) {
  return byLayer(prompts, key, includeQuery0, above(epsilon));
}

double meanShare(std::span<const PromptShares> prompts, std::size_t key, bool includeQuery0) {
  return overall(prompts, key, includeQuery0, identity);
}

std::vector<double> meanShareByLayer(std::span<const PromptShares> prompts, std::size_t key, bool includeQuery0) {
  return byLayer(prompts, key, includeQuery0, identity);
}

Array<double, 2> meanHeadShares(std::span<const PromptShares> prompts, std::size_t key, bool includeQuery0) {
  if (prompts.empty()) return {};
  checkAlike(prompts);
  Array<double, 2> result({prompts[0].shares.extent(0), prompts[0].shares.extent(1)});
  for (std::size_t layer = 0; layer < result.extent(0); ++layer)
    for (std::size_t head = 0; head < result.extent(1); ++head) {
      Mean mean;
      addHead(mean, prompts, layer, head, key, includeQuery0, identity);
      result(layer, head) = mean.value();
    }
  return result;
}

double uniformBaseline(std::size_t tokens, bool includeQuery0) {
  const std::size_t first = includeQuery0 ? 1 : 2;  // query i sees i + 1 keys
  if (tokens < first) return kNaN;
  double sum = 0.0;
  for (std::size_t seen = tokens; seen >= first; --seen) sum += 1.0 / static_cast<double>(seen);
  return sum / static_cast<double>(tokens - first + 1);
}

double uniformBaseline(std::span<const PromptShares> prompts, bool includeQuery0) {
  Mean mean;
  for (const PromptShares& prompt : prompts) mean.add(uniformBaseline(prompt.tokens(), includeQuery0));
  return mean.value();
}

OrderedShares::OrderedShares(std::span<const PromptShares> prompts, bool includeQuery0) {
  if (prompts.empty()) return;
  checkAlike(prompts);
  layers_.resize(prompts[0].shares.extent(0));
  for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
    for (const PromptShares& prompt : prompts)
      for (std::size_t head = 0; head < prompt.shares.extent(1); ++head) {
        const double alpha = share(prompt, layer, head, 0, includeQuery0);
        if (!std::isnan(alpha)) layers_[layer].push_back(alpha);
      }
    std::ranges::sort(layers_[layer]);
  }
}

std::size_t OrderedShares::count() const {
  std::size_t sum = 0;
  for (const std::vector<double>& ordered : layers_) sum += ordered.size();
  return sum;
}

std::size_t OrderedShares::above(const std::vector<double>& ordered, double epsilon) {
  return static_cast<std::size_t>(ordered.end() - std::ranges::upper_bound(ordered, epsilon));
}

std::size_t OrderedShares::above(double epsilon) const {
  std::size_t sum = 0;
  for (const std::vector<double>& ordered : layers_) sum += above(ordered, epsilon);
  return sum;
}

double OrderedShares::rate(double epsilon) const {
  const std::size_t all = count();
  return all ? static_cast<double>(above(epsilon)) / static_cast<double>(all) : kNaN;
}

std::vector<double> OrderedShares::rateByLayer(double epsilon) const {
  std::vector<double> rates;
  for (const std::vector<double>& ordered : layers_)
    rates.push_back(
        ordered.empty() ? kNaN : static_cast<double>(above(ordered, epsilon)) / static_cast<double>(ordered.size()));
  return rates;
}

std::vector<SecondarySink> secondarySinks(const PromptShares& prompt, double epsilon, std::size_t skipLast) {
  const std::size_t keys = prompt.keys() > skipLast ? prompt.keys() - skipLast : 0;
  std::vector<std::size_t> above(keys);
  std::vector<double> sum(keys);
  for (std::size_t layer = 0; layer < prompt.shares.extent(0); ++layer)
    for (std::size_t head = 0; head < prompt.shares.extent(1); ++head) {
      const std::span<const float> row = prompt.shares.row(layer, head);
      for (std::size_t key = 1; key < keys; ++key) {
        above[key] += row[key] > epsilon;
        sum[key] += row[key];
      }
    }
  const auto heads = static_cast<double>(prompt.shares.extent(0) * prompt.shares.extent(1));
  std::vector<SecondarySink> result;
  for (std::size_t key = 1; key < keys; ++key)
    if (above[key] > 0) result.push_back({key, static_cast<double>(above[key]) / heads, sum[key] / heads});
  std::ranges::stable_sort(result, std::ranges::greater(), &SecondarySink::rate);
  return result;
}

Array<double, 2> valueDrain(const Array<float, 3>& outputNorm) {
  Array<double, 2> result({outputNorm.extent(0), outputNorm.extent(1)});
  for (std::size_t layer = 0; layer < result.extent(0); ++layer)
    for (std::size_t head = 0; head < result.extent(1); ++head)
      result(layer, head) = valueDrain(outputNorm.row(layer, head));
  return result;
}

}  // namespace sinkscope
