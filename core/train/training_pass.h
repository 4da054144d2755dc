#pragma once

#include "core/job.h"
#include "core/model/parameters.h"
#include "core/train/packer.h"
#include "core/train/recipe.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>

namespace sinkscope {

/// Weights drawn for a config: normal with the recipe's deviation, those that write to the residual stream over
/// sqrt(2 L); factors of norms 1; biases, sink logits and extra values 0.
Parameters initialParameters(const Recipe& recipe);

/// The weights of a training and one forward and backward pass through them. The weights, and their gradients, lie one
/// behind another in a flat tensor each, so that a step treats them as one: matrices first, then vectors.
class TrainingPass {
 public:
  struct Place {
    std::int64_t begin = 0, length = 0;
  };

  /// With initial weights; `device`: "cpu" or "cuda".
  TrainingPass(const Recipe& recipe, const std::string& device);

  /// Views of the flat weights, each with its gradient.
  const Parameters& parameters() const { return parameters_; }
  at::Tensor& weights() { return weights_; }
  at::Tensor& gradient() { return gradient_; }
  const at::Tensor& weights() const { return weights_; }
  const std::map<std::string, Place>& places() const { return places_; }
  /// How many of the flat numbers belong to matrices.
  std::int64_t matrices() const { return matrices_; }

  /// Sum of the losses of windows [begin, begin + count) of `windows`, packed so; adds the gradient of `scale` times
  /// that sum. Throws `Stopped` between layers.
  double run(const Windows& windows, std::int64_t begin, std::int64_t count, const Packing& packing, double scale,
             const Job& job);

 private:
  ModelConfig config_;
  bool bfloat16_;
  Parameters parameters_;
  at::Tensor weights_, gradient_;
  std::map<std::string, Place> places_;
  std::int64_t matrices_ = 0;
};

}  // namespace sinkscope
