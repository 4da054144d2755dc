#pragma once

#include "core/model/attend.h"

namespace sinkscope {

/// Causal attention whose weights are sigmoids of the scores, as they are or over their row's sum; as `attendCausally`.
/// `logSumExp` is the logarithm of what the sigmoids were divided by (0 for weights as they are). The weights of a
/// block of queries are made forward, and again backward: no T x T tensor is kept.
Attended attendBySigmoid(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                         const AttentionForm& form);

}  // namespace sinkscope
