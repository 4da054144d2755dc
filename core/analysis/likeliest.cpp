#include "core/analysis/likeliest.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <cmath>

namespace sinkscope {

std::vector<std::vector<Prediction>> likeliestOfRows(const at::Tensor& logProbabilities, const Tokenizer& tokenizer,
                                                     std::int64_t count) {
  const auto [value, id] = logProbabilities.cpu().topk(std::min(count, logProbabilities.size(1)));
  const auto values = value.accessor<float, 2>();
  const auto ids = id.accessor<std::int64_t, 2>();
  std::vector<std::vector<Prediction>> rows(static_cast<std::size_t>(id.size(0)));
  for (std::int64_t row = 0; row < id.size(0); ++row)
    for (std::int64_t i = 0; i < id.size(1); ++i) {
      const std::int64_t token = ids[row][i];
      // A vocabulary may be padded beyond its tokens.
      const std::string bytes = token < tokenizer.size() ? tokenizer.bytesOf(token) : std::string();
      rows[row].push_back({bytes, std::exp(static_cast<double>(values[row][i]))});
    }
  return rows;
}

std::vector<Prediction> likeliest(const at::Tensor& logProbabilities, const Tokenizer& tokenizer, std::int64_t count) {
  return likeliestOfRows(logProbabilities.unsqueeze(0), tokenizer, count).front();
}

}  // namespace sinkscope
