#pragma once

#include "core/model/attend.h"

namespace sinkscope {

/// The fused operator computes short causal attention in whole squares, of which a half is hidden. Taking the queries
/// in two halves, the first over half the keys, leaves a quarter of the square out.

/// Whether that is faster: sequences from a few hundred tokens on, up to where the operator leaves hidden parts out
/// itself.
bool halves(std::int64_t tokens);

/// Causal softmax attention on a CPU, `query`, `key` and `value` [batch, head, token, d], with its gradient; the
/// log-sum-exp has none.
Attended attendByHalves(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value, double scale);

}  // namespace sinkscope
