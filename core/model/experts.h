#pragma once

#include "core/model/config.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <utility>

namespace sinkscope {

/// The experts that a mixture's router chose for each token.
struct ExpertChoice {
  at::Tensor expert;  ///< [token, experts per token]
  at::Tensor share;   ///< the same: what an expert's part counts

  /// The tokens that chose this expert, and its share of each.
  std::pair<at::Tensor, at::Tensor> of(std::int64_t expert) const;
};

/// By the router's scores, [token, expert]: those with the highest ones, in shares that are a softmax over them or over
/// all experts, as the config says.
ExpertChoice chooseExperts(const at::Tensor& scores, const ModelConfig& config);

/// activation(x).
at::Tensor activate(const at::Tensor& x, Activation activation);

/// What a gated feed-forward part gives on: activation(gate) * up, but for `Activation::ClampedSilu`, which says how.
at::Tensor gate(const at::Tensor& gate, const at::Tensor& up, Activation activation);

}  // namespace sinkscope
