#pragma once

#include "core/job.h"
#include "core/model/attend.h"
#include "core/model/config.h"
#include "core/model/observer.h"
#include "core/model/parameters.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
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
/// autograd when the parameters require gradients. `tokens` is int64 [batch, token] on the embedding's device; the
/// residual stream goes to the device of each layer's weights;
/// position of token t is `firstPosition` + tokens of the past + t. No T x T tensor is made: attention is fused, and
/// what needs a mask (a sliding window shorter than the prompt, a past) goes by blocks of queries. The observer sees
/// what belongs to the given tokens; it may be null.
///
/// Returns logits [batch, token or 1, vocabulary], or an undefined tensor for `LogitsOf::None`.
/// Throws `Error` on an id outside the vocabulary, `Stopped` between layers.
at::Tensor forward(const ModelConfig& config, const Parameters& parameters, const at::Tensor& tokens,
                   Observer* observer = nullptr, LogitsOf logits = LogitsOf::EveryToken, const Job& job = {},
                   const Context& context = {});

/// The same pass layer by layer, so that several prompts can share a layer that is in memory. What it is given must
/// outlive it.
class ForwardPass {
 public:
  ForwardPass(const ModelConfig& config, const Parameters& parameters, Observer* observer, const Job& job = {},
              const Context& context = {});
  ~ForwardPass();
  ForwardPass(ForwardPass&&) noexcept;

  /// Looks up the tokens; throws as `forward` does.
  void begin(const at::Tensor& tokens);
  /// Goes on with a residual stream [batch, token, D] that a pass had after so many layers.
  void resume(const at::Tensor& stream, std::int64_t layersDone);
  /// Computes the next layer.
  void step();
  /// After the last layer: logits as `forward` returns them.
  at::Tensor finish(LogitsOf logits);

  std::int64_t layersDone() const;
  const at::Tensor& stream() const;  ///< the residual stream as it is now

 private:
  class Pass;
  std::unique_ptr<Pass> pass_;
};

/// The matrix that makes logits of hidden states, [V, D].
std::string outputMatrix(const ModelConfig& config);

/// Logits of hidden states after the final norm: [..., D] -> [..., V], on the device of that matrix.
at::Tensor unembed(const ModelConfig& config, const Parameters& parameters, const at::Tensor& hidden);

}  // namespace sinkscope
