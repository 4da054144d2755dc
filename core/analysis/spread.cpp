#include "core/analysis/spread.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

namespace sinkscope {

double spreadOf(const at::Tensor& before, const at::Tensor& after, std::int64_t position) {
  const at::Tensor change = (after.to(at::kDouble) - before.to(at::kDouble)).norm(2, -1);  // [token]
  return (change.slice(0, position + 1).mean() / change[position]).item<double>();
}

}  // namespace sinkscope
