#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace sinkscope {

/// Whether this processor multiplies tiles of bfloat16 (AMX), so that `tileProduct` may be called.
bool hasTiles();

/// `weights` [rows, columns] bfloat16, row after row, times the transposed `x` [token, columns] float32, which lies
/// contiguous: [row, token] float32. `columns` is even. The weights are used as they are; each number of `x` becomes
/// three of bfloat16, whose 3 x 8 bits hold all 24, so that products are exact and sums rounded to float32, as in a
/// float32 product.
at::Tensor tileProduct(const void* weights, std::int64_t rows, const at::Tensor& x);

/// How large is what each head would write: its `||W_O^h v_t||`, [head, token] float32. `weights` is W_O [D, H d]
/// bfloat16, row after row; `value` [key head, token, d] float32, which lies contiguous; heads share key heads in
/// groups. `d` is even. Exact products, as above.
at::Tensor tileNorms(const void* weights, std::int64_t width, std::int64_t heads, const at::Tensor& value);

}  // namespace sinkscope
