#include "core/train/next_token_loss.h"

#include <ATen/Functions.h>
#include <ATen/autocast_mode.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

namespace sinkscope {
namespace {

// Logits that are made at a time: 16 MB of them.
constexpr std::int64_t kLogits = std::int64_t{1} << 22;

}  // namespace

NextTokenLoss nextTokenLoss(const at::Tensor& hidden, const at::Tensor& weight, const at::Tensor& targets,
                            double scale) {
  const at::NoGradGuard noGradients;
  const at::DeviceType device = hidden.device().type();
  const bool low = at::autocast::is_autocast_enabled(device);
  const at::ScalarType type = low ? at::autocast::get_autocast_dtype(device) : at::kFloat;
  const at::Tensor matrix = weight.detach().to(type), gradient = weight.grad();
  NextTokenLoss result;
  result.gradient = at::empty_like(hidden);
  at::Tensor sum = at::zeros({}, hidden.options().dtype(at::kDouble));
  const std::int64_t tokens = hidden.size(0), block = std::max<std::int64_t>(16, kLogits / weight.size(0));
  for (std::int64_t begin = 0; begin < tokens; begin += block) {
    const std::int64_t count = std::min(block, tokens - begin);
    const at::Tensor x = hidden.detach().narrow(0, begin, count).to(type), target = targets.narrow(0, begin, count);
    const at::Tensor counts = target.ge(0).to(at::kFloat).unsqueeze(1), index = target.clamp_min(0).unsqueeze(1);
    // The logits become the log-probabilities, then the probabilities, then the gradient, in one place.
    at::Tensor rows = at::log_softmax(at::linear(x, matrix).to(at::kFloat), -1);
    sum.sub_((rows.gather(1, index) * counts).sum(at::kDouble));
    rows.exp_();
    rows.scatter_add_(1, index, -at::ones_like(counts));
    rows.mul_(counts * scale);
    const at::Tensor ofLogits = rows.to(type);
    if (low) {
      result.gradient.narrow(0, begin, count).copy_(at::mm(ofLogits, matrix));
      gradient.add_(at::mm(ofLogits.t(), x));
    } else {
      at::Tensor out = result.gradient.narrow(0, begin, count);
      at::mm_out(out, ofLogits, matrix);
      gradient.addmm_(ofLogits.t(), x);
    }
  }
  result.sum = sum.item<double>();
  return result;
}

}  // namespace sinkscope
