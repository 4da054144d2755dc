#pragma once

#include "core/model/config.h"

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace sinkscope {

/// How fast the pairs of a head's numbers turn.
struct RotaryFrequencies {
  at::Tensor perPosition;  ///< [rotated / 2], radians, float64
  double magnitude = 1.0;  ///< factor of cosine and sine
};

/// Of one layer's heads in a sequence of `tokens` tokens, on which LongRoPE's choice depends.
RotaryFrequencies rotaryFrequencies(const ModelConfig& config, const LayerConfig& layer, std::int64_t tokens,
                                    at::Device device);

/// Rotary embedding at some positions.
struct Rotation {
  at::Tensor cosine, sine;  ///< [token, rotated / 2]
};

/// At `positions` [token], any numbers; the tables are made in double precision.
Rotation rotationAt(const at::Tensor& positions, const RotaryFrequencies& frequencies);

/// Rotates the pairs (x[c], x[c + w/2]) of the first w numbers of every head, as many as the rotation has; those behind
/// them stay: `x` [batch, head, token, w or more]. Rotations add: what stands at position p and is rotated by q stands
/// at p + q.
at::Tensor rotate(const at::Tensor& x, const Rotation& rotation);

}  // namespace sinkscope
