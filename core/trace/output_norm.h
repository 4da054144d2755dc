#pragma once

#include "core/array.h"
#include "core/model/weight_matrix.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

namespace sinkscope {

/// What every head would write of every token: `||W_O^h v_t||`, [head, token]. `attentionOutput` is W_O [D, H d],
/// `value` [key head, token, d]; heads share key heads in groups.
Array<float, 2> outputNorms(const WeightMatrix& attentionOutput, const at::Tensor& value, std::int64_t heads);

/// Value drain of one head, `||W_O v_0|| / median_t>0 ||W_O v_t||`, from what it would write of every token: [token].
/// NaN where there is no other token, or where it writes nothing of them.
double valueDrain(std::span<const float> outputNorm);

}  // namespace sinkscope
