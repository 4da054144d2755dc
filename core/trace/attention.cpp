#include "core/trace/attention.h"

#include "core/error.h"

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <string>

namespace sinkscope {
namespace {

// Queries of a tile of weights: with all their keys it stays in a core's cache up to some thousand tokens.
constexpr std::int64_t kTileQueries = 64;

/// The keys that queries [query0, query1) see together: [first, query1).
std::int64_t firstKey(std::int64_t query0, std::int64_t window) {
  return window == 0 ? 0 : std::max<std::int64_t>(0, query0 - window + 1);
}

/// Sets to 0 what the causal mask and the window hide. `weights` [query, key] stands at (query0, key0).
void hideUnseen(at::Tensor& weights, std::int64_t query0, std::int64_t key0, std::int64_t window) {
  if (key0 + weights.size(1) - 1 > query0) weights.tril_(query0 - key0);
  if (window > 0 && key0 <= query0 + weights.size(0) - 1 - window) weights.triu_(query0 - key0 - window + 1);
}

/// Weights of queries [query0, query1) on keys [key0, key1), [query, key]; 0 where they cannot see.
at::Tensor weights(const HeadAttention& head, std::int64_t query0, std::int64_t query1, std::int64_t key0,
                   std::int64_t key1, SinkColumn sink = SinkColumn::Shown) {
  const at::NoGradGuard noGradients;
  at::Tensor scores = at::mm(head.query.slice(0, query0, query1) * head.scale, head.key.slice(0, key0, key1).t());
  scores.sub_(head.logSumExp.slice(0, query0, query1).unsqueeze(1)).clamp_max_(0.0).exp_();
  hideUnseen(scores, query0, key0, head.window);
  if (sink == SinkColumn::HiddenAndRenormalised) {
    // What is left of each row without the first key, summed: 1 - A[i,0] has no digits left where the sink takes nearly
    // everything. A query that sees nothing else has no row.
    const at::Tensor rest = weights(head, query0, query1, std::min<std::int64_t>(1, query1), query1).sum(1, true);
    scores = at::where(rest > 0.0, scores / rest, 0.0);
    if (key0 == 0) scores.select(1, 0).zero_();
  }
  return scores;
}

void checkRange(std::int64_t begin, std::int64_t end, std::int64_t tokens, const char* what) {
  if (begin < 0 || end < begin || end > tokens)
    throw Error("The attention of " + std::to_string(tokens) + " tokens has no " + what + " " + std::to_string(begin) +
                " to " + std::to_string(end) + ".");
}

std::vector<float> toVector(const at::Tensor& x) {
  const at::Tensor flat = x.to(at::kCPU, at::kFloat).contiguous().flatten();
  return {flat.const_data_ptr<float>(), flat.const_data_ptr<float>() + flat.numel()};
}

}  // namespace

double entry(const HeadAttention& head, std::int64_t query, std::int64_t key) {
  checkRange(query, query + 1, head.tokens(), "query");
  checkRange(key, key + 1, head.tokens(), "key");
  return weights(head, query, query + 1, key, key + 1).item<double>();
}

std::vector<float> row(const HeadAttention& head, std::int64_t query) {
  checkRange(query, query + 1, head.tokens(), "query");
  return toVector(weights(head, query, query + 1, 0, head.tokens()));
}

std::vector<float> column(const HeadAttention& head, std::int64_t key) {
  checkRange(key, key + 1, head.tokens(), "key");
  return toVector(weights(head, 0, head.tokens(), key, key + 1));
}

Array<float, 2> tile(const HeadAttention& head, std::int64_t query0, std::int64_t query1, std::int64_t key0,
                     std::int64_t key1, SinkColumn sink) {
  checkRange(query0, query1, head.tokens(), "queries");
  checkRange(key0, key1, head.tokens(), "keys");
  Array<float, 2> result({static_cast<std::size_t>(query1 - query0), static_cast<std::size_t>(key1 - key0)});
  std::ranges::copy(toVector(weights(head, query0, query1, key0, key1, sink)), result.data());
  return result;
}

PooledImage pooled(const HeadAttention& head, std::int64_t query0, std::int64_t query1, std::int64_t key0,
                   std::int64_t key1, std::int64_t rows, std::int64_t columns, SinkColumn sink, const Job& job) {
  checkRange(query0, query1, head.tokens(), "queries");
  checkRange(key0, key1, head.tokens(), "keys");
  const std::int64_t queries = query1 - query0, keys = key1 - key0;
  rows = std::clamp<std::int64_t>(rows, 1, std::max<std::int64_t>(queries, 1));
  columns = std::clamp<std::int64_t>(columns, 1, std::max<std::int64_t>(keys, 1));
  PooledImage image;
  const std::array<std::size_t, 2> shape{static_cast<std::size_t>(queries ? rows : 0),
                                         static_cast<std::size_t>(keys ? columns : 0)};
  image.mean = Array<float, 2>(shape);
  image.max = Array<float, 2>(shape);
  if (queries == 0 || keys == 0) return image;

  // One band of queries is one row of the image: never more than a band by T weights at a time.
  for (std::int64_t r = 0; r < rows; ++r) {
    job.check();
    const std::int64_t from = query0 + r * queries / rows, to = query0 + (r + 1) * queries / rows;
    const at::Tensor band = weights(head, from, to, key0, key1, sink).to(at::kCPU);
    const std::vector<float> mean = toVector(band.mean(0)), most = toVector(band.amax(0));
    for (std::int64_t c = 0; c < columns; ++c) {
      const std::int64_t left = c * keys / columns, right = (c + 1) * keys / columns;
      double sum = 0.0;
      float best = 0.0f;
      for (std::int64_t k = left; k < right; ++k) {
        sum += mean[k];
        best = std::max(best, most[k]);
      }
      image.mean(r, c) = static_cast<float>(sum / static_cast<double>(right - left));
      image.max(r, c) = best;
    }
  }
  return image;
}

AttentionStatistics attentionStatistics(const at::Tensor& query, const at::Tensor& key, const at::Tensor& logSumExp,
                                        double scale, std::int64_t window, const Job& job) {
  const at::NoGradGuard noGradients;
  const std::int64_t heads = query.size(0), tokens = query.size(1), group = heads / key.size(0);
  const std::int64_t blocks = (tokens + kTileQueries - 1) / kTileQueries;
  AttentionStatistics result{Array<double, 2>({static_cast<std::size_t>(heads), static_cast<std::size_t>(tokens)}),
                             Array<float, 2>({static_cast<std::size_t>(heads), static_cast<std::size_t>(tokens)})};
  job.check();
  // A task is a head: its column sums belong to it alone. Tensor operations inside run on the task's one thread.
  const auto oneHead = [&](std::int64_t h) {
    const at::Tensor q = query[h] * scale;  // [token, d]
    const at::Tensor k = key[h / group];
    double* sums = result.columnMean.row(h).data();
    for (std::int64_t block = 0; block < blocks; ++block) {
      const std::int64_t query0 = block * kTileQueries, query1 = std::min(tokens, query0 + kTileQueries);
      const std::int64_t key0 = firstKey(query0, window);
      const at::Tensor lse = logSumExp[h].slice(0, query0, query1).unsqueeze(1);
      const at::Tensor logWeights = at::mm(q.slice(0, query0, query1), k.slice(0, key0, query1).t()).sub_(lse);
      at::Tensor a = logWeights.exp();
      hideUnseen(a, query0, key0, window);
      // Entropy is minus the sum of A log A; hidden weights are 0 and their finite logarithm drops out.
      const std::vector<float> entropy = toVector((a * logWeights).sum(1).neg_().clamp_min_(0.0));
      std::ranges::copy(entropy, result.rowEntropy.row(h).begin() + query0);
      const std::vector<float> columns = toVector(a.sum(0));
      for (std::size_t c = 0; c < columns.size(); ++c) sums[key0 + c] += columns[c];
    }
    for (std::int64_t k0 = 0; k0 < tokens; ++k0)
      sums[k0] /= static_cast<double>(window == 0 ? tokens - k0 : std::min(window, tokens - k0));
  };
  if (!query.is_cpu()) {
    for (std::int64_t h = 0; h < heads; ++h) oneHead(h);
    return result;
  }
  at::parallel_for(0, heads, 1, [&](std::int64_t begin, std::int64_t end) {
    const at::NoGradGuard alsoOnThisThread;
    for (std::int64_t h = begin; h < end; ++h) oneHead(h);
  });
  return result;
}

}  // namespace sinkscope
