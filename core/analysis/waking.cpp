#include "core/analysis/waking.h"

#include "core/error.h"
#include "core/model/attend.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <span>
#include <string>

namespace sinkscope {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kNormal95 = 1.959963984540054;  // two-sided quantile of the normal distribution
constexpr std::size_t kFirstQuery = 2;
constexpr double kRounding = std::numeric_limits<float>::epsilon();  // of the weights: a smaller difference is none

WakeTable emptyTable(std::int64_t layers, std::int64_t heads, std::size_t kinds) {
  const auto l = static_cast<std::size_t>(layers), h = static_cast<std::size_t>(heads);
  const Array<double, 3> zeros({l, h, kinds});
  return {Array<std::int64_t, 2>({l, kinds}), zeros, zeros, zeros};
}

/// A[i,i-1] for i = 1 ... T - 1, [T - 1].
std::vector<float> previousWeights(const HeadAttention& head) {
  const std::int64_t tokens = head.tokens();
  const at::Tensor products = (head.query.slice(0, 1) * head.key.slice(0, 0, tokens - 1)).sum(1) * head.scale;
  const at::Tensor scores = capped(products, head.cap), logSum = head.logSumExp.slice(0, 1);
  const at::Tensor seen = head.sigmoid ? at::sigmoid(scores) * (-logSum).exp() : (scores - logSum).clamp_max(0.0).exp();
  const at::Tensor weights = seen.cpu().contiguous();
  return {weights.const_data_ptr<float>(), weights.const_data_ptr<float>() + weights.numel()};
}

/// Adds a query to the running means and squared deviations of one head (Welford); the kind's count holds it already.
void add(WakeTable& table, std::size_t layer, std::size_t head, std::size_t kind, double awake, double previous) {
  const auto n = static_cast<double>(table.count(layer, kind));
  const double step = awake - table.awake(layer, head, kind);
  table.awake(layer, head, kind) += step / n;
  table.variance(layer, head, kind) += step * (awake - table.awake(layer, head, kind));
  table.previous(layer, head, kind) += (previous - table.previous(layer, head, kind)) / n;
}

void finish(WakeTable& table) {
  for (std::size_t l = 0; l < table.count.extent(0); ++l)
    for (std::size_t kind = 0; kind < table.count.extent(1); ++kind) {
      const std::int64_t n = table.count(l, kind);
      for (std::size_t h = 0; h < table.awake.extent(1); ++h) {
        if (n == 0) table.awake(l, h, kind) = table.previous(l, h, kind) = kNaN;
        table.variance(l, h, kind) = n < 2 ? kNaN : table.variance(l, h, kind) / static_cast<double>(n - 1);
      }
    }
}

}  // namespace

WakeCollector::WakeCollector(std::int64_t layers, std::int64_t heads, const std::vector<std::vector<Token>>& prompts) {
  std::map<std::int64_t, Token> seen;
  for (const std::vector<Token>& prompt : prompts)
    for (const Token& token : prompt) seen.try_emplace(token.id, Token{token.id, token.bytes, 0, 0, token.special});
  for (auto& [id, token] : seen) {
    kindOf_[id] = scan_.tokens.size();
    scan_.tokens.push_back(std::move(token));
  }
  scan_.byToken = emptyTable(layers, heads, scan_.tokens.size());
  scan_.byClass = emptyTable(layers, heads, kTokenClasses.size());
  scan_.overall = emptyTable(layers, heads, 1);
}

void WakeCollector::add(const std::vector<Token>& prompt, const Trace& trace, const Job& job) {
  const at::NoGradGuard noGradients;
  struct Target {
    WakeTable& table;
    std::vector<std::size_t> kinds;  // [token]: of it as a previous token
  };
  std::vector<Target> targets{{scan_.byToken, {}}, {scan_.byClass, {}}, {scan_.overall, {}}};
  for (const Token& token : prompt) {
    const auto found = kindOf_.find(token.id);
    if (found == kindOf_.end())
      throw Error("The scan holds no token " + std::to_string(token.id) +
                  ": it takes the prompts that it was made for.");
    targets[0].kinds.push_back(found->second);
    targets[1].kinds.push_back(static_cast<std::size_t>(tokenClass(token)));
    targets[2].kinds.push_back(0);
  }
  for (std::int64_t l = 0; l < trace.layers; ++l) {
    job.check();
    const std::int64_t window = trace.layer[l].windowOf(0);
    const std::size_t end = window == 0 ? prompt.size() : std::min(prompt.size(), static_cast<std::size_t>(window));
    std::vector<std::vector<float>> first, previous;  // [head][query], [head][query - 1]
    for (std::int64_t h = 0; h < trace.heads; ++h) {
      const HeadAttention head = trace.head(l, h);
      first.push_back(column(head, 0));
      previous.push_back(previousWeights(head));
    }
    for (std::size_t i = kFirstQuery; i < end; ++i)
      for (const Target& target : targets) {
        const std::size_t kind = target.kinds[i - 1];
        ++target.table.count(l, kind);
        for (std::size_t h = 0; h < first.size(); ++h)
          sinkscope::add(target.table, l, h, kind, 1.0 - first[h][i], previous[h][i - 1]);
      }
  }
}

WakeScan WakeCollector::finish() {
  for (WakeTable* table : {&scan_.byToken, &scan_.byClass, &scan_.overall}) sinkscope::finish(*table);
  return std::move(scan_);
}

bool isIfElse(const Waker& waker, double rest) {
  return 1.0 - waker.mean > rest && waker.previous > 0.5 && waker.previous >= 2.0 * waker.meanPrevious;
}

std::vector<Waker> ifElseOf(std::vector<Waker> wakers, double rest) {
  std::erase_if(wakers, [rest](const Waker& waker) { return !isIfElse(waker, rest); });
  return wakers;
}

std::string kindName(const WakeScan& scan, WakeKinds kinds, const Waker& waker) {
  if (kinds == WakeKinds::Classes) return name(kTokenClasses[waker.kind]);
  std::string text = visibleText(scan.tokens[waker.kind]);
  text.insert(text.begin(), '\'');
  text.push_back('\'');
  return text;
}

std::vector<Waker> findWakers(const WakeScan& scan, WakeKinds kinds, std::size_t layer, std::size_t head,
                              std::int64_t minimumCount) {
  const WakeTable& table = kinds == WakeKinds::Tokens ? scan.byToken : scan.byClass;
  const double all = static_cast<double>(scan.overall.count(layer, 0)), mean = scan.overall.awake(layer, head, 0);
  const double allSquares = (all - 1.0) * scan.overall.variance(layer, head, 0);
  std::vector<Waker> result;
  for (std::size_t kind = 0; kind < table.count.extent(1); ++kind) {
    const std::int64_t count = table.count(layer, kind);
    const double n = static_cast<double>(count), others = all - n;
    if (count < std::max<std::int64_t>(minimumCount, 2) || others < 2.0) continue;
    const double awake = table.awake(layer, head, kind), variance = table.variance(layer, head, kind);
    const double rest = (all * mean - n * awake) / others;
    // Squared deviations of all queries are those within the two groups and those of the groups' means.
    const double between = n * (awake - mean) * (awake - mean) + others * (rest - mean) * (rest - mean);
    const double restSquares = std::max(0.0, allSquares - (n - 1.0) * variance - between);
    const double error = others / all * std::sqrt(variance / n + restSquares / (others - 1.0) / others);
    const double difference = awake - mean, margin = kNormal95 * error;
    if (difference - margin > kRounding)
      result.push_back({layer, head, kind, count, awake, mean, difference, difference - margin, difference + margin,
                        table.previous(layer, head, kind), scan.overall.previous(layer, head, 0)});
  }
  std::ranges::stable_sort(result, std::ranges::greater(), &Waker::low);
  return result;
}

std::vector<Waker> findWakers(const WakeScan& scan, WakeKinds kinds, std::int64_t minimumCount) {
  std::vector<Waker> result;
  for (std::size_t layer = 0; layer < scan.overall.awake.extent(0); ++layer)
    for (std::size_t head = 0; head < scan.overall.awake.extent(1); ++head) {
      const std::vector<Waker> found = findWakers(scan, kinds, layer, head, minimumCount);
      result.insert(result.end(), found.begin(), found.end());
    }
  std::ranges::stable_sort(result, std::ranges::greater(), &Waker::low);
  return result;
}

}  // namespace sinkscope
