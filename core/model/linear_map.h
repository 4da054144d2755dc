#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace sinkscope {

/// `x W^T + b`: x [..., in], weight [out, in], bias [out] or undefined -> [..., out]. Float32 on a processor goes
/// through oneDNN, which uses instructions that the BLAS behind `at::linear` leaves alone on some machines (AVX-512 on
/// AMD) and is much faster with few rows; other types, tensors with gaps between their rows, sums of
/// more than 1024 products (where the BLAS is more exact) and what autograd has to follow, through `at::linear`.
at::Tensor linearMap(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias = {});

/// Several maps of one input, with as many biases, or none; in training what they find for the input is summed by the
/// products themselves.
std::vector<at::Tensor> linearMaps(const at::Tensor& x, const std::vector<at::Tensor>& weights,
                                   const std::vector<at::Tensor>& biases = {});

}  // namespace sinkscope
