#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace sinkscope {

/// How far a swapped token's change has spread at one place of the residual stream: the mean change (L2) of the tokens
/// behind `position` over that of the token there, `mean_{t>p} Delta[t] / Delta[p]`. `before` and `after`: [token, D].
/// NaN where no token comes behind.
double spreadOf(const at::Tensor& before, const at::Tensor& after, std::int64_t position);

}  // namespace sinkscope
