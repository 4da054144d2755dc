#pragma once

#include "core/array.h"
#include "core/job.h"
#include "core/model/model.h"
#include "core/trace/attention.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sinkscope {

/// What of a forward pass is kept after it.
enum class Keep {
  Statistics,  ///< shares, entropies and norms only: O(L H T)
  Attention,   ///< also q, k and log-sum-exp, so that every map can be looked at: O(L T (H + K) d)
  Everything,  ///< also the residual stream: O(L T D) more
};

/// What one forward pass over one prompt leaves behind.
struct Trace {
  std::int64_t layers = 0, heads = 0, keyHeads = 0, tokens = 0;
  double scale = 1.0;
  bool sigmoid = false;  ///< the weights are sigmoids, as in `HeadAttention`
  double cap = 0.0;      ///< soft cap of the scores, likewise

  struct Layer {
    std::int64_t window = 0, firstKeys = 0;  ///< as in `LayerConfig`
    std::int64_t windowOf(std::int64_t key) const { return key < firstKeys ? 0 : window; }
    at::Tensor query;      ///< [head, token, d]; undefined when not kept
    at::Tensor key;        ///< [key head, token, d]
    at::Tensor logSumExp;  ///< [head, token]
    at::Tensor residual;   ///< [token, D]: residual stream after the layer
  };
  std::vector<Layer> layer;
  at::Tensor embedding;  ///< [token, D]: residual stream before layer 0

  Array<float, 3> shares;        ///< [layer, head, key]: alpha_k over the queries that see key k; a summary has key 0
  Array<float, 3> rowEntropy;    ///< [layer, head, query], natural log
  Array<float, 3> valueNorm;     ///< [layer, key head, token]: ||v||
  Array<float, 3> outputNorm;    ///< [layer, head, token]: ||W_O^h v||
  Array<float, 2> meanEntropy;   ///< [layer, head]: mean of `rowEntropy`, which a summary has not
  Array<float, 2> drain;         ///< [layer, head]: value drain, of a summary in place of the two arrays of norms
  Array<float, 2> residualNorm;  ///< [layer + 1, token]: entry 0 is the embedding
  std::vector<float> tokenLoss;  ///< [token - 1]: -log p(token t+1 | ...), natural log; empty when not asked for
  at::Tensor lastLogits;         ///< [vocabulary]: after the last token; undefined when not asked for

  bool hasAttention() const { return !layer.empty() && layer.front().query.defined(); }

  /// One head's attention; throws `Error` when it was not kept.
  HeadAttention head(std::int64_t layer, std::int64_t head) const;
};

/// What a trace will cost, and what fits.
struct TracePlan {
  Keep keep = Keep::Statistics;
  std::uint64_t bytes = 0;  ///< held by the trace after the pass
  std::string reason;       ///< a sentence when less is kept than was asked for; else empty
};
TracePlan planTrace(const ModelConfig& config, std::int64_t tokens, Keep wanted, std::uint64_t budgetBytes);

struct TraceOptions {
  Keep keep = Keep::Attention;
  bool statistics = true;  ///< shares and entropies: one pass over attention tiles
  bool loss = true;        ///< loss of every token, by chunks: no T x V tensor
  /// So many prompts, the first ones of several, leave arrays [layer, head, token]. The others leave a summary, a few
  /// numbers a head: alpha_0, mean entropy, value drain.
  std::size_t wholePrompts = std::numeric_limits<std::size_t>::max();

  /// The same for the prompts from this one on.
  TraceOptions from(std::size_t prompt) const;
};

/// The arrays that a trace has, each with its name.
struct NamedValues {
  const char* name;
  std::span<float> values;
};
std::vector<NamedValues> arraysOf(Trace& trace);

/// A trace of so many tokens with zeros for what `options` keep as plain arrays, and nothing else.
Trace blankTrace(const ModelConfig& config, std::int64_t tokens, const TraceOptions& options);

/// One forward pass over `ids` that leaves a trace.
Trace capture(const Model& model, const std::vector<std::int64_t>& ids, const TraceOptions& options, const Job& job);

/// The same over several prompts, layer by layer: each layer is looked at once for all of them, which is what streamed
/// weights want. Where only statistics are kept, `interrupted` may name a file that holds what was done, now and then
/// and when this is stopped: a pass of the same prompts that finds it goes on there, and removes it at its end.
std::vector<Trace> captureAll(const Model& model, const std::vector<std::vector<std::int64_t>>& prompts,
                              const TraceOptions& options, const Job& job,
                              const std::filesystem::path& interrupted = {});

}  // namespace sinkscope
