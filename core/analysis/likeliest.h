#pragma once

#include "core/analysis/prediction.h"
#include "core/text/tokenizer.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace sinkscope {

/// The `count` likeliest next tokens from log-probabilities [vocabulary], likeliest first.
std::vector<Prediction> likeliest(const at::Tensor& logProbabilities, const Tokenizer& tokenizer, std::int64_t count);

/// The same of every row of [row, vocabulary].
std::vector<std::vector<Prediction>> likeliestOfRows(const at::Tensor& logProbabilities, const Tokenizer& tokenizer,
                                                     std::int64_t count);

}  // namespace sinkscope
