#pragma once

#include "core/model/config.h"

#include <ATen/core/Tensor.h>

namespace sinkscope {

/// Parts of a layer as training computes them: in one pass over memory forward and one backward, where operators one
/// after the other would make many. They know autograd, but not batches of backward passes (vmap); in single precision
/// on a CPU only, without autocast, which `fuses` asks.

bool fuses(const at::Tensor& x);

/// RMSNorm over the last axis: x / sqrt(mean(x^2) + epsilon) * weight. The weight's gradient is added to
/// `weight.grad()`, which must be there.
at::Tensor fusedNorm(const at::Tensor& x, const at::Tensor& weight, double epsilon);

/// (activation(gate) * up) W^T, for `gate` and `up` [..., F] and the weight `down` [D, F]: the product [..., F] is made
/// anew in the backward pass. The weight's gradient is added to `down.grad()`, which must be there.
at::Tensor fusedGatedMap(const at::Tensor& gate, const at::Tensor& up, const at::Tensor& down, Activation activation);

/// Pairs (x[c], x[c + d/2]) of `x` [batch, head, token, d] turned by angles with these cosines and sines [token, d/2].
at::Tensor fusedRotation(const at::Tensor& x, const at::Tensor& cosine, const at::Tensor& sine);

}  // namespace sinkscope
