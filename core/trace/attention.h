#pragma once

#include "core/array.h"
#include "core/job.h"
#include "core/model/config.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace sinkscope {

/// One head's attention, unevaluated: `A[i,j] = exp(q_i . k_j * scale - lse_i)` for the keys that query i sees, the
/// score under a soft cap where the model has one (`capped`); the sigmoid over exp(lse_i) in place of the exponential
/// where the model's weights are sigmoids. O(T d) memory; entries, rows, columns and tiles are computed when someone
/// looks.
struct HeadAttention {
  at::Tensor query;      ///< [token, head width], float32
  at::Tensor key;        ///< [token, head width], float32
  at::Tensor logSumExp;  ///< [token], float32
  double scale = 1.0;
  std::int64_t window = 0;     ///< keys i - window + 1 ... i are seen; 0: keys 0 ... i
  std::int64_t firstKeys = 0;  ///< first keys that are seen past the window too
  bool sigmoid = false;
  bool hidesFirstKey = false;  ///< queries from the second on do not see key 0; the log-sum-exp is over the others
  double cap = 0.0;            ///< soft cap of the scores; 0: none

  std::int64_t tokens() const { return query.size(0); }
  bool sees(std::int64_t query, std::int64_t key) const {
    return key <= query && (window == 0 || key > query - window || key < firstKeys) &&
           !(hidesFirstKey && key == 0 && query > 0);
  }
};

/// The attention of a model's layer: of one head, or of all heads where query, key and log-sum-exp are theirs.
HeadAttention attentionOf(const ModelConfig& config, std::int64_t layer, const at::Tensor& query, const at::Tensor& key,
                          const at::Tensor& logSumExp);

double entry(const HeadAttention& head, std::int64_t query, std::int64_t key);

/// Weights of one query over all keys, [T]; 0 where it cannot see.
std::vector<float> row(const HeadAttention& head, std::int64_t query);

/// Weights of all queries on one key, [T]; 0 where it is not seen.
std::vector<float> column(const HeadAttention& head, std::int64_t key);

/// How an image treats the first key.
enum class SinkColumn { Shown, HiddenAndRenormalised };

/// Weights of queries [query0, query1) on keys [key0, key1): [query, key].
Array<float, 2> tile(const HeadAttention& head, std::int64_t query0, std::int64_t query1, std::int64_t key0,
                     std::int64_t key1, SinkColumn sink = SinkColumn::Shown);

/// A region of the matrix pooled to at most `rows` x `columns` cells; a region that fits is not pooled.
/// Cell (r, c) covers queries query0 + r*nq/rows ... and keys likewise; weights that cannot be seen count as 0.
struct PooledImage {
  Array<float, 2> mean;  ///< [row, column]
  Array<float, 2> max;   ///< [row, column]
};
PooledImage pooled(const HeadAttention& head, std::int64_t query0, std::int64_t query1, std::int64_t key0,
                   std::int64_t key1, std::int64_t rows, std::int64_t columns, SinkColumn sink = SinkColumn::Shown,
                   const Job& job = {});

/// Which keys of two sequences are the same: the first `begin`, and those from `end` (of the one) and `otherEnd` (of
/// the other) on. What lies between was changed; where it is as long in both, its keys are compared one by one.
struct KeyAlignment {
  std::int64_t begin = 0, end = 0, otherEnd = 0;
};

/// Total variation `1/2 sum_j |A[i,j] - A'[i',j']|` of the rows that are compared: queries i from `query` on of `head`,
/// i' from `otherQuery` on of `other`, as many as `head` has left. Weight on keys without a partner counts in full.
std::vector<float> totalVariation(const HeadAttention& head, std::int64_t query, const HeadAttention& other,
                                  std::int64_t otherQuery, const KeyAlignment& keys);

/// What the metrics need of every head of a layer, in one pass over tiles.
struct AttentionStatistics {
  Array<double, 2> columnMean;  ///< [head, key]: alpha_k, the mean over the queries that see key k
  Array<float, 2> rowEntropy;   ///< [head, query], natural log
};

/// Of a layer whose heads lie together: `query` [head, token, d], `key` [key head, token, d], `logSumExp`
/// [head, token]; the rest as in one head's.
AttentionStatistics attentionStatistics(const HeadAttention& layer, const Job& job = {});

}  // namespace sinkscope
