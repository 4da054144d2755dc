#include "core/analysis/next_tokens.h"

#include "core/model/decoder.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace sinkscope {
namespace {

// Numbers of logits made at a time.
constexpr std::int64_t kLogits = std::int64_t{1} << 24;

at::Tensor predict(const Model& model, const at::Tensor& hidden) {
  return at::log_softmax(unembed(model.config(), model.parameters, hidden), -1);
}

}  // namespace

std::int64_t rowsAtATime(const Model& model) {
  return std::max<std::int64_t>(1, kLogits / model.config().vocabulary);
}

NextTokens::NextTokens(const Model& model, at::Tensor hidden) : model_(&model), hidden_(std::move(hidden)) {
  if (rows() <= rowsAtATime(model)) kept_ = predict(model, hidden_);
}

at::Tensor NextTokens::logProbabilities(std::int64_t begin, std::int64_t end) const {
  return kept_.defined() ? kept_.slice(0, begin, end) : predict(*model_, hidden_.slice(0, begin, end));
}

at::Tensor divergence(const at::Tensor& p, const at::Tensor& q) {
  return (p.exp() * (p - q)).sum(-1).clamp_min(0.0);
}

NextTokenChange compare(const NextTokens& before, std::int64_t first, const NextTokens& after,
                        const at::Tensor& targets, const Job& job) {
  std::vector<at::Tensor> losses, divergences;
  const std::int64_t rows = after.rows(), step = rowsAtATime(after.model());
  for (std::int64_t begin = 0; begin < rows; begin += step) {
    job.check();
    const std::int64_t end = std::min(rows, begin + step);
    const at::Tensor q = after.logProbabilities(begin, end);
    losses.push_back(-q.gather(1, targets.slice(0, begin, end).unsqueeze(1)).squeeze(1));
    divergences.push_back(divergence(before.logProbabilities(first + begin, first + end), q));
  }
  return {at::cat(losses).cpu(), at::cat(divergences).cpu()};
}

}  // namespace sinkscope
