#pragma once

#include "core/job.h"
#include "core/model/attend.h"
#include "core/model/config.h"
#include "core/model/observer.h"
#include "core/model/parameters.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace sinkscope {

/// Which logits a forward pass computes: they are the largest tensor of a short pass.
enum class LogitsOf { None, LastToken, EveryToken };

/// Keys and values of the first tokens of a sequence. A pass over the tokens that follow reads them here instead of
/// computing them anew: causality leaves them as they were.
struct KeyValueCache {
  struct Layer {
    at::Tensor key;    ///< [batch or 1, key head, token, d], rotated
    at::Tensor value;  ///< [batch or 1, key head, token, d]
  };
  std::vector<Layer> layer;

  std::int64_t tokens() const { return layer.empty() ? 0 : layer.front().key.size(2); }
  /// The same for the first `tokens` tokens only; shares memory.
  KeyValueCache first(std::int64_t tokens) const;
};

/// Which tokens a layer with a capacity below 1 works on.
enum class Routing {
  Threshold,  ///< those whose router says so: causal, for everything but training
  Top,        ///< the capacity's share of each sequence with the highest scores
};

/// The tokens of each sequence that `Routing::Top` chooses by their scores [batch, token]: boolean, of that shape.
at::Tensor topTokens(const at::Tensor& score, double capacity);

/// Where the tokens of a pass stand.
struct Context {
  std::int64_t firstPosition = 0;              ///< of the sequence's first token
  const KeyValueCache* past = nullptr;         ///< what comes before the given tokens; null: nothing
  CacheLimit cache = {};                       ///< what of the sequence is seen; only without a past
  const DocumentBorders* documents = nullptr;  ///< attention stays within them; null: it does not. Without a past
  Routing routing = Routing::Threshold;
  std::int64_t prefix = 0;  ///< first tokens that all see each other. Without a past
};

/// One forward pass of any family: a function of config, named tensors and tokens, without state. Works with
/// autograd when the parameters require gradients. `tokens` is int64 [batch, token] on the parameters' device;
/// position of token t is `firstPosition` + tokens of the past + t. No T x T tensor is made: attention is fused, and
/// what needs a mask (a sliding window shorter than the prompt, a past) goes by blocks of queries. The observer sees
/// what belongs to the given tokens; it may be null.
///
/// Returns logits [batch, token or 1, vocabulary], or an undefined tensor for `LogitsOf::None`.
/// Throws `Error` on an id outside the vocabulary, `Stopped` between layers.
at::Tensor forward(const ModelConfig& config, const Parameters& parameters, const at::Tensor& tokens,
                   Observer* observer = nullptr, LogitsOf logits = LogitsOf::EveryToken, const Job& job = {},
                   const Context& context = {});

/// Logits of hidden states after the final norm: [..., D] -> [..., V].
at::Tensor unembed(const ModelConfig& config, const Parameters& parameters, const at::Tensor& hidden);

}  // namespace sinkscope
