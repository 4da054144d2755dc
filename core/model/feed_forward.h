#pragma once

#include "core/model/config.h"
#include "core/model/parameters.h"

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace sinkscope {

/// What a layer's feed-forward part, or its mixture of experts, writes for its normalised input: both [batch, token,
/// D]. The tokens go by blocks, which keeps the intermediates [token, F] small.
at::Tensor feedForwardWrite(const ModelConfig& config, const Parameters& parameters, std::int64_t layer,
                            const at::Tensor& x);

}  // namespace sinkscope
