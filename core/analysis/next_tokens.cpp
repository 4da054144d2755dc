#include "core/analysis/next_tokens.h"

#include "core/analysis/unchanged_pass.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <vector>

namespace sinkscope {

NextTokens compareNextTokens(const Model& model, const at::Tensor& before, const at::Tensor& after,
                             const at::Tensor& targets, const Job& job) {
  std::vector<at::Tensor> loss, otherLoss, divergence;
  const std::int64_t step = rowsAtATime(model);
  for (std::int64_t begin = 0; begin < before.size(0); begin += step) {
    job.check();
    const at::Tensor p = logProbabilities(model, before.slice(0, begin, begin + step));
    const at::Tensor q = after.is_same(before) ? p : logProbabilities(model, after.slice(0, begin, begin + step));
    const at::Tensor next = targets.slice(0, begin, begin + step).unsqueeze(1);
    loss.push_back(-p.gather(1, next).squeeze(1));
    otherLoss.push_back(-q.gather(1, next).squeeze(1));
    divergence.push_back((p.exp() * (p - q)).sum(-1).clamp_min(0.0));
  }
  return {at::cat(loss).cpu(), at::cat(otherLoss).cpu(), at::cat(divergence).cpu()};
}

}  // namespace sinkscope
