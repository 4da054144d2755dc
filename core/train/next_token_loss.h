#pragma once

#include <ATen/core/Tensor.h>

namespace sinkscope {

/// Sum of the losses of some tokens, and what it says of the hidden states.
struct NextTokenLoss {
  double sum = 0.0;     ///< of -log p(target), natural log, over the targets that are not -1
  at::Tensor gradient;  ///< [token, D]: of `scale` times that sum
};

/// Cross-entropy of the logits `hidden weight^T` against `targets`, with its gradient in the same sweep: that of the
/// hidden states is returned, that of the output matrix added to `weight.grad()`. Logits are made for some tokens at a
/// time, so that no T x V tensor is kept. `hidden` [token, D], `weight` [V, D], `targets` int64 [token].
NextTokenLoss nextTokenLoss(const at::Tensor& hidden, const at::Tensor& weight, const at::Tensor& targets,
                            double scale);

}  // namespace sinkscope
