#pragma once

#include <ATen/core/Tensor.h>

namespace sinkscope {

/// `x W^T + b`: x [..., in], weight [out, in], bias [out] or undefined -> [..., out]. Float32 on a processor goes
/// through oneDNN, which uses instructions that the BLAS behind `at::linear` leaves alone on some machines (AVX-512 on
/// AMD) and is much faster with few rows; other types, tensors with gaps between their rows, sums of
/// more than 1024 products (where the BLAS is more exact) and what autograd has to follow, through `at::linear`.
at::Tensor linearMap(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias = {});

}  // namespace sinkscope
