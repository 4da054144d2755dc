#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace sinkscope {

/// Linear maps and look-ups whose weight has a gradient already (`weight.grad()` is defined): what backward finds is
/// added to it in place, by the matrix product itself. No gradient as large as the weight is made beside it, and
/// summing over several passes costs nothing. Under autocast the products are in the type that it asks for.
bool accumulates(const at::Tensor& weight);

/// x W^T for each weight: [..., in] -> [..., out]. What the products of one input find for it is summed by the products
/// too.
std::vector<at::Tensor> accumulatingLinears(const at::Tensor& x, const std::vector<at::Tensor>& weights);

/// Rows of `table` [V, D] at `ids`: [..., D].
at::Tensor accumulatingLookUp(const at::Tensor& table, const at::Tensor& ids);

}  // namespace sinkscope
