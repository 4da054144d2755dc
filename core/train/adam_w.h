#pragma once

#include "core/train/recipe.h"

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace sinkscope {

/// AdamW over one range of weights, of which the first `matrices` decay (Loshchilov and Hutter, arXiv 1711.05101), by
/// libtorch's fused kernel.
class AdamW {
 public:
  /// Shaped like `weights`.
  AdamW(const OptimizerRecipe& recipe, const at::Tensor& weights, std::int64_t matrices);

  /// Changes the weights by a gradient, which it may clip in place. `norm` is the gradient's, `number` the step's,
  /// from 1.
  void step(const at::Tensor& weights, const at::Tensor& gradient, double norm, double learningRate,
            std::int64_t number);

  /// The moments: the mean of gradients, and of their squares.
  const at::Tensor& mean() const { return mean_; }
  const at::Tensor& square() const { return square_; }

 private:
  OptimizerRecipe recipe_;
  std::int64_t matrices_;
  at::Tensor mean_, square_;
};

}  // namespace sinkscope
