#pragma once

#include "core/job.h"
#include "core/model/config.h"
#include "core/model/observer.h"
#include "core/model/parameters.h"

#include <ATen/core/Tensor.h>

namespace sinkscope {

/// Which logits a forward pass computes: they are the largest tensor of a short pass.
enum class LogitsOf { None, LastToken, EveryToken };

/// One forward pass of any family: a function of config, named tensors and tokens, without state. Works with
/// autograd when the parameters require gradients. `tokens` is int64 [batch, token] on the parameters' device;
/// position of token t is t. No T x T tensor is made: attention is fused, and a sliding-window layer that is
/// shorter than the prompt goes by blocks of queries.
///
/// Returns logits [batch, token or 1, vocabulary], or an undefined tensor for `LogitsOf::None`.
/// `observer` may be null. Throws `Error` on an id outside the vocabulary, `Stopped` between layers.
at::Tensor forward(const ModelConfig& config, const Parameters& parameters, const at::Tensor& tokens,
                   Observer* observer = nullptr, LogitsOf logits = LogitsOf::EveryToken, const Job& job = {});

/// Logits of hidden states after the final norm: [..., D] -> [..., V].
at::Tensor unembed(const ModelConfig& config, const Parameters& parameters, const at::Tensor& hidden);

}  // namespace sinkscope
