#include "core/model/linear_map.h"

#include "core/model/accumulating_maps.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/grad_mode.h>

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace sinkscope {
namespace {

using LinearOperator = at::Tensor(const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&,
                                  std::string_view, c10::List<std::optional<at::Scalar>>,
                                  std::optional<std::string_view>);

/// oneDNN's operator; none in a libtorch that was built without it.
const std::optional<c10::TypedOperatorHandle<LinearOperator>>& oneDnn() {
  static const auto found = [] {
    const auto handle = c10::Dispatcher::singleton().findSchema({"mkldnn::_linear_pointwise", ""});
    return handle && handle->hasKernelForDispatchKey(c10::DispatchKey::CPU)
               ? std::optional(handle->typed<LinearOperator>())
               : std::nullopt;
  }();
  return found;
}

/// What oneDNN has a fast kernel for: it takes gaps between rows too, but at a hundredth of the speed.
bool suits(const at::Tensor& x) {
  return x.is_cpu() && x.scalar_type() == at::kFloat && x.is_contiguous();
}

// oneDNN adds the products of a row one after the other, the BLAS in blocks: for long sums that is twice as exact.
constexpr std::int64_t kLongestSum = 1024;

bool learns(const at::Tensor& x, const at::Tensor& weight) {
  return at::GradMode::is_enabled() && (x.requires_grad() || weight.requires_grad());
}

/// One map as it is computed outside training.
at::Tensor plainMap(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  const bool exact = weight.size(-1) <= kLongestSum;
  if (!exact || !oneDnn() || !suits(x) || !suits(weight) || learns(x, weight)) return at::linear(x, weight, bias);
  const std::optional<at::Tensor> added = bias.defined() ? std::optional(bias) : std::nullopt;
  return oneDnn()->call(x, weight, added, "none", c10::List<std::optional<at::Scalar>>(), "");
}

}  // namespace

at::Tensor linearMap(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  return linearMaps(x, {weight}, {bias}).front();
}

std::vector<at::Tensor> linearMaps(const at::Tensor& x, const std::vector<at::Tensor>& weights,
                                   const std::vector<at::Tensor>& biases) {
  const auto biasOf = [&](std::size_t i) { return i < biases.size() ? biases[i] : at::Tensor(); };
  if (!accumulates(weights.front())) {
    std::vector<at::Tensor> results;
    for (std::size_t i = 0; i < weights.size(); ++i) results.push_back(plainMap(x, weights[i], biasOf(i)));
    return results;
  }
  std::vector<at::Tensor> results = accumulatingLinears(x, weights);
  for (std::size_t i = 0; i < results.size(); ++i)
    if (biasOf(i).defined()) results[i] = results[i] + biasOf(i);
  return results;
}

}  // namespace sinkscope
