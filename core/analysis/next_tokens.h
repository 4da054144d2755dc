#pragma once

#include "core/job.h"
#include "core/model/model.h"

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace sinkscope {

/// Rows whose logits are made together, so that no T x V tensor is.
std::int64_t rowsAtATime(const Model& model);

/// What is predicted after each of some tokens, to be looked at again and again: log-probabilities that are not large
/// are made once.
class NextTokens {
 public:
  /// From hidden states after the final norm, [row, D], of a model that outlives this.
  NextTokens(const Model& model, at::Tensor hidden);

  const Model& model() const { return *model_; }
  std::int64_t rows() const { return hidden_.size(0); }
  /// Of rows [begin, end), [row, V]; to be asked for at most `rowsAtATime`.
  at::Tensor logProbabilities(std::int64_t begin, std::int64_t end) const;

 private:
  const Model* model_;
  at::Tensor hidden_;
  at::Tensor kept_;  // [row, V]; undefined where that is large
};

/// KL(p || q) of every row, nats, from log-probabilities [row, V]; rounding never makes it negative.
at::Tensor divergence(const at::Tensor& p, const at::Tensor& q);

/// What a change of the hidden states does to predictions. Both [row], on the CPU.
struct NextTokenChange {
  at::Tensor loss;        ///< -log p of the targets after the change, natural log
  at::Tensor divergence;  ///< KL(before || after), nats
};

/// All rows of `after` against those of `before` from `first` on; `targets` [row] are the ids that come next.
NextTokenChange compare(const NextTokens& before, std::int64_t first, const NextTokens& after,
                        const at::Tensor& targets, const Job& job);

}  // namespace sinkscope
