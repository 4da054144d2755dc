#include "core/trace/attention.h"

#include "core/error.h"
#include "core/model/attend.h"
#include "core/model/linear_map.h"

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <string>

namespace sinkscope {
namespace {

// Queries of a tile of weights: with all their keys it stays in a core's cache up to some thousand tokens.
constexpr std::int64_t kTileQueries = 64;

// Tasks that the statistics of one head are divided into.
constexpr std::int64_t kParts = 4;

/// The keys that queries [query0, query1) see together: [first, query1).
std::int64_t firstKey(std::int64_t query0, const HeadAttention& head) {
  return head.window == 0 || head.firstKeys > 0 ? 0 : std::max<std::int64_t>(0, query0 - head.window + 1);
}

/// Sets to 0 what a head's queries do not see. `weights` [query, key] stands at (query0, key0).
void hideUnseen(at::Tensor& weights, std::int64_t query0, std::int64_t key0, const HeadAttention& head) {
  if (key0 + weights.size(1) - 1 > query0) weights.tril_(query0 - key0);
  if (head.window > 0 && key0 <= query0 + weights.size(0) - 1 - head.window) {
    const std::int64_t always = std::clamp<std::int64_t>(head.firstKeys - key0, 0, weights.size(1));
    const at::Tensor first = weights.narrow(1, 0, always).clone();
    weights.triu_(query0 - key0 - head.window + 1);
    weights.narrow(1, 0, always).copy_(first);
  }
  if (head.hidesFirstKey && key0 == 0 && weights.size(1) > 0)
    weights.select(1, 0).slice(0, std::max<std::int64_t>(0, 1 - query0)).zero_();
}

/// Weights of queries [query0, query1) on keys [key0, key1), [query, key]; 0 where they cannot see.
at::Tensor weights(const HeadAttention& head, std::int64_t query0, std::int64_t query1, std::int64_t key0,
                   std::int64_t key1, SinkColumn sink = SinkColumn::Shown) {
  const at::NoGradGuard noGradients;
  at::Tensor scores =
      capped(at::mm(head.query.slice(0, query0, query1) * head.scale, head.key.slice(0, key0, key1).t()), head.cap);
  const at::Tensor logSum = head.logSumExp.slice(0, query0, query1).unsqueeze(1);
  if (head.sigmoid)
    scores.sigmoid_().mul_((-logSum).exp());
  else
    scores.sub_(logSum).clamp_max_(0.0).exp_();
  hideUnseen(scores, query0, key0, head);
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

HeadAttention attentionOf(const ModelConfig& config, std::int64_t layer, const at::Tensor& query, const at::Tensor& key,
                          const at::Tensor& logSumExp) {
  const LayerConfig& own = config.perLayer[static_cast<std::size_t>(layer)];
  return {.query = query,
          .key = key,
          .logSumExp = logSumExp,
          .scale = config.attentionScale,
          .window = own.window,
          .firstKeys = own.firstKeys,
          .sigmoid = config.hasSigmoids(),
          .cap = config.attentionCap};
}

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

std::vector<float> totalVariation(const HeadAttention& head, std::int64_t query, const HeadAttention& other,
                                  std::int64_t otherQuery, const KeyAlignment& keys) {
  const std::int64_t rows = head.tokens() - query;
  checkRange(query, head.tokens(), head.tokens(), "queries");
  checkRange(otherQuery, otherQuery + rows, other.tokens(), "queries");
  const bool paired = keys.end == keys.otherEnd;
  std::vector<float> result;
  for (std::int64_t row = 0; row < rows; row += kTileQueries) {
    const std::int64_t count = std::min(kTileQueries, rows - row);
    const at::Tensor a = weights(head, query + row, query + row + count, 0, head.tokens());
    const at::Tensor b = weights(other, otherQuery + row, otherQuery + row + count, 0, other.tokens());
    at::Tensor sum = (a.slice(1, keys.end) - b.slice(1, keys.otherEnd)).abs_().sum(1);
    if (paired) {
      sum += (a.slice(1, 0, keys.end) - b.slice(1, 0, keys.end)).abs_().sum(1);
    } else {
      sum += (a.slice(1, 0, keys.begin) - b.slice(1, 0, keys.begin)).abs_().sum(1);
      sum += a.slice(1, keys.begin, keys.end).sum(1) + b.slice(1, keys.begin, keys.otherEnd).sum(1);
    }
    std::ranges::copy(toVector(sum * 0.5), std::back_inserter(result));
  }
  return result;
}

namespace {

/// Sums over one head's weights, tile by tile.
class HeadSums {
 public:
  explicit HeadSums(const HeadAttention& head) : head_(head) {}  ///< its queries scaled

  /// Adds the weights of queries [query0, query1) to `columns` [token] and puts the entropy of their rows into
  /// `entropy` [query1 - query0].
  void add(std::int64_t query0, std::int64_t query1, std::vector<double>& columns, float* entropy) const {
    const std::int64_t key0 = firstKey(query0, head_), keys = query1 - key0;
    const at::Tensor scores = linearMap(head_.query.slice(0, query0, query1), head_.key.slice(0, key0, query1));
    at::Tensor logWeights = capped(scores, head_.cap);
    if (head_.sigmoid) logWeights = at::log_sigmoid(logWeights);
    logWeights.sub_(head_.logSumExp.slice(0, query0, query1).unsqueeze(1));
    const at::Tensor weights = logWeights.exp();
    const at::Tensor logs = logWeights.cpu().contiguous(), values = weights.cpu().contiguous();
    std::vector<float> sums(static_cast<std::size_t>(keys));
    for (std::int64_t q = query0; q < query1; ++q) {
      const float* log = logs.const_data_ptr<float>() + (q - query0) * keys;
      const float* weight = values.const_data_ptr<float>() + (q - query0) * keys;
      float sum = 0.0f;  // of A log A
      float* column = sums.data();
      // Only the keys that this query sees: what the tile holds beyond them is no weight.
      const auto add = [&](std::int64_t first, std::int64_t end) {
#pragma omp simd reduction(+ : sum)
        for (std::int64_t k = first; k < end; ++k) {
          column[k] += weight[k];
          sum += weight[k] > 0.0f ? weight[k] * log[k] : 0.0f;
        }
      };
      const std::int64_t near = head_.window == 0 ? 0 : std::max<std::int64_t>(0, q - head_.window + 1) - key0;
      add(0, std::min(head_.window == 0 ? 0 : head_.firstKeys, near));
      add(near, q + 1 - key0);
      entropy[q - query0] = head_.sigmoid ? -sum : std::max(0.0f, -sum);
    }
    for (std::int64_t k = 0; k < keys; ++k) columns[key0 + k] += sums[k];
  }

 private:
  const HeadAttention& head_;
};

}  // namespace

AttentionStatistics attentionStatistics(const HeadAttention& layer, const Job& job) {
  const at::NoGradGuard noGradients;
  const at::Tensor &query = layer.query, &key = layer.key;
  const std::int64_t heads = query.size(0), tokens = query.size(1), group = heads / key.size(0);
  const std::int64_t blocks = (tokens + kTileQueries - 1) / kTileQueries;
  AttentionStatistics result{Array<double, 2>({static_cast<std::size_t>(heads), static_cast<std::size_t>(tokens)}),
                             Array<float, 2>({static_cast<std::size_t>(heads), static_cast<std::size_t>(tokens)})};
  job.check();
  const at::Tensor queries = (query * layer.scale).contiguous(),
                   keys = key.contiguous();  // heads apart, for the products
  // A task is every kParts-th block of a head: alike in work, and the same sums whatever the number of threads.
  const std::int64_t parts = std::min(blocks, kParts);
  std::vector<std::vector<double>> columns(static_cast<std::size_t>(heads * parts));
  const auto work = [&](std::int64_t begin, std::int64_t end) {
    const at::NoGradGuard alsoOnThisThread;
    for (std::int64_t task = begin; task < end; ++task) {
      const std::int64_t h = task / parts;
      HeadAttention own = layer;
      own.query = queries[h];
      own.key = keys[h / group];
      own.logSumExp = layer.logSumExp[h];
      const HeadSums head(own);
      columns[task].resize(static_cast<std::size_t>(tokens));
      for (std::int64_t block = task % parts; block < blocks; block += parts) {
        const std::int64_t query0 = block * kTileQueries, query1 = std::min(tokens, query0 + kTileQueries);
        head.add(query0, query1, columns[task], result.rowEntropy.row(h).data() + query0);
      }
    }
  };
  if (query.is_cpu())
    at::parallel_for(0, heads * parts, 1, work);  // tensor operations inside run on the task's one thread
  else
    work(0, heads * parts);
  for (std::int64_t task = 0; task < heads * parts; ++task) {
    const std::span<double> sums = result.columnMean.row(task / parts);
    std::ranges::transform(columns[task], sums, sums.begin(), std::plus());
  }
  for (std::int64_t h = 0; h < heads; ++h)
    for (std::int64_t k = 0; k < tokens; ++k) {
      const bool everyone = layer.window == 0 || k < layer.firstKeys;
      result.columnMean(h, k) /= static_cast<double>(everyone ? tokens - k : std::min(layer.window, tokens - k));
    }
  return result;
}

}  // namespace sinkscope
