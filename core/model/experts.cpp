#include "core/model/experts.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <tuple>

namespace sinkscope {

std::pair<at::Tensor, at::Tensor> ExpertChoice::of(std::int64_t wanted) const {
  const at::Tensor where = at::nonzero(expert == wanted);  // [found, 2]
  const at::Tensor token = where.select(1, 0);
  return {token, share.flatten().index_select(0, token * share.size(1) + where.select(1, 1))};
}

ExpertChoice chooseExperts(const at::Tensor& scores, const ModelConfig& config) {
  const auto [best, expert] = scores.topk(config.expertsPerToken, -1);
  if (config.expertSharesSumToOne) return {expert, at::softmax(best, -1)};
  return {expert, at::softmax(scores, -1).gather(-1, expert)};
}

at::Tensor activate(const at::Tensor& x, Activation activation) {
  switch (activation) {
    case Activation::GeluTanh:
      return at::gelu(x, "tanh");
    case Activation::Gelu:
      return at::gelu(x);
    case Activation::Relu:
      return at::relu(x);
    default:
      return at::silu(x);
  }
}

at::Tensor gate(const at::Tensor& gate, const at::Tensor& up, Activation activation) {
  if (activation != Activation::ClampedSilu) return activate(gate, activation) * up;
  constexpr double kLargest = 7.0, kSteepness = 1.702;
  const at::Tensor g = gate.clamp_max(kLargest);
  return g * at::sigmoid(g * kSteepness) * (up.clamp(-kLargest, kLargest) + 1.0);
}

}  // namespace sinkscope
