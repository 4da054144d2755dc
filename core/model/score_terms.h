#pragma once

#include "core/model/attend.h"
#include "core/model/config.h"
#include "core/model/parameters.h"

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace sinkscope {

/// What makes a layer's scores more than the product of query and key, as numbers behind both and as an extra key, so
/// that attention itself knows nothing of it.

/// Puts `extraWidth(config)` numbers behind each query and key [batch, head, token, d]:
/// behind a query its slope, sink logit, slope times position and 1; behind a key the position, 0, -1 and for a token
/// that passes by the layer -10^4 (all over the scale, the position too). ALiBi's distance becomes slope times the
/// key's position, less slope times the query's. `position` [token]; `chosen` [batch, token], undefined: all.
void extendForScores(const ModelConfig& config, const Parameters& parameters, std::int64_t layer,
                     const at::Tensor& position, const at::Tensor& chosen, at::Tensor& query, at::Tensor& key);

/// How the layer's queries look at its keys, with the extra key as wide as those that were extended; `options` are the
/// keys'.
AttentionForm attentionForm(const ModelConfig& config, const Parameters& parameters, std::int64_t layer,
                            const at::TensorOptions& options, bool training);

}  // namespace sinkscope
