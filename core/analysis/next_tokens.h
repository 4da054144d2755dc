#pragma once

#include "core/job.h"
#include "core/model/model.h"

#include <ATen/core/Tensor.h>

namespace sinkscope {

/// What is predicted after each of some tokens, before a change and after it. All [row], on the CPU.
struct NextTokens {
  at::Tensor loss, otherLoss;  ///< -log p of the targets, natural log
  at::Tensor divergence;       ///< KL(before || after), nats
};

/// From hidden states after the final norm, `before` and `after` [row, D], and the ids that come next, `targets` [row].
/// Log-probabilities are made some rows at a time: no T x V tensor.
NextTokens compareNextTokens(const Model& model, const at::Tensor& before, const at::Tensor& after,
                             const at::Tensor& targets, const Job& job);

}  // namespace sinkscope
