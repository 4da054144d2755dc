#pragma once

#include "core/array.h"

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace sinkscope {

/// What every head would write of every token: `||W_O^h v_t||`, [head, token]. `attentionOutput` is W_O [D, H d],
/// `value` [key head, token, d]; heads share key heads in groups.
Array<float, 2> outputNorms(const at::Tensor& attentionOutput, const at::Tensor& value, std::int64_t heads);

}  // namespace sinkscope
