#pragma once

#include "core/model/config.h"
#include "core/model/rotary.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace sinkscope {

/// What attention gives: each query's weighted sum of values, and the logarithm of what its weights were divided by.
struct Attended {
  at::Tensor output;     ///< [batch, head, query, d]
  at::Tensor logSumExp;  ///< [batch, head, query], natural log
};

/// A bounded cache of keys and values (Xiao et al., "Efficient streaming language models with attention sinks", arXiv
/// 2309.17453): a query sees the `last` keys, its own counted, and the `first` ones. Positions are those inside the
/// cache: to a query that stands further on, the first keys are as near as if it stood at the cache's end.
struct CacheLimit {
  std::int64_t last = 0;  ///< 0: no limit
  std::int64_t first = 0;

  bool bounds(std::int64_t tokens) const { return last > 0 && tokens > first + last; }
  /// How many places nearer to the first keys a query stands than it would in the whole sequence.
  std::int64_t nearer(std::int64_t position) const { return bounds(position + 1) ? position + 1 - first - last : 0; }
};

/// How a layer's queries look at its keys: what they see, and what becomes of the scores.
struct AttentionForm {
  double scale = 1.0;
  double cap = 0.0;                        ///< of the scores, as in `capped`
  std::int64_t window = 0, firstKeys = 0;  ///< as in `LayerConfig`
  AttentionWeights weights = AttentionWeights::Softmax;
  at::Tensor extraKey = {}, extraValue = {};  ///< [key head, d]: one key more that every query sees; undefined: none
  bool training = false;  ///< may be computed in ways that know autograd, but not batches of backward passes (vmap)
};

/// Scores or logits x under a soft cap c: c tanh(x / c), below c everywhere. A cap of 0 leaves them as they are.
at::Tensor capped(const at::Tensor& x, double cap);

/// Where documents begin in a window of training, when attention stays within them.
struct DocumentBorders {
  std::vector<std::vector<std::int64_t>> starts;  ///< of every row, ascending; the first one is 0
  bool sharedFirst = false;                       ///< token 0 is seen by all documents
};

// `query` [batch, head, query, d]; `key` and `value` [batch, key head, key, d], rotated. The queries are the last ones
// of the keys' positions. No T x T tensor is made: fused, or by blocks of queries. All work with autograd.

/// Causal attention.
Attended attendCausally(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                        const AttentionForm& form);

/// The same where no query but the first token's own sees key 0.
Attended attendWithoutFirstKey(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                               const AttentionForm& form);

/// The same over a bounded cache; as many queries as keys. `frequencies` are those that the layer rotates with; null:
/// it does not rotate. Softmax only.
Attended attendThroughCache(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                            const CacheLimit& cache, const AttentionForm& form, const RotaryFrequencies* frequencies);

/// Causal attention within documents; as many queries as keys.
Attended attendWithinDocuments(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                               const AttentionForm& form, const DocumentBorders& documents);

/// The first `prefix` tokens see each other, those after them what came before (a prefix language model); as many
/// queries as keys.
Attended attendWithPrefix(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                          const AttentionForm& form, std::int64_t prefix);

}  // namespace sinkscope
