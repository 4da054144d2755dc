#pragma once

#include "core/model/config.h"

#include <ATen/core/Tensor.h>

namespace sinkscope {

/// Rotary embedding at some positions.
struct Rotation {
  at::Tensor cosine, sine;  ///< [token, d / 2]
};

/// At `positions` [token], any numbers; the tables are made in double precision.
Rotation rotationAt(const at::Tensor& positions, const LayerConfig& layer, std::int64_t headWidth);

/// Rotates the pairs (x[c], x[c + d/2]) of every head: `x` [batch, head, token, d]. Rotations add: what stands at
/// position p and is rotated by q stands at p + q.
at::Tensor rotate(const at::Tensor& x, const Rotation& rotation);

/// The same where `x` has more numbers behind its d ones, which stay.
at::Tensor rotateFirst(const at::Tensor& x, const Rotation& rotation);

}  // namespace sinkscope
