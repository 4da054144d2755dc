#include "core/analysis/likeliest.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <cmath>

namespace sinkscope {

std::vector<Prediction> likeliest(const at::Tensor& logProbabilities, const Tokenizer& tokenizer, std::int64_t count) {
  const auto [value, id] = logProbabilities.cpu().topk(std::min(count, logProbabilities.numel()));
  std::vector<Prediction> result;
  for (std::int64_t i = 0; i < id.numel(); ++i) {
    const std::int64_t token = id[i].item<std::int64_t>();
    // A vocabulary may be padded beyond its tokens.
    result.push_back({token < tokenizer.size() ? tokenizer.bytesOf(token) : "", std::exp(value[i].item<double>())});
  }
  return result;
}

}  // namespace sinkscope
