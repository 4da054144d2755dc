#include "core/train/next_token_loss.h"

#include "core/model/cached_pieces.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/autocast_mode.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

namespace sinkscope {
namespace {

// Logits that are made at a time: 32 MB of them.
constexpr std::int64_t kLogits = std::int64_t{1} << 23;

/// Logits [token, V] become the gradient of their summed loss times `scale`. A target below 0 is none. Returns the
/// losses: [token].
at::Tensor lossesToGradient(const at::Tensor& logits, const at::Tensor& targets, double scale) {
  const std::int64_t tokens = logits.size(0);
  const at::Tensor losses = at::empty({tokens}, logits.options());
  const auto rows = [&](std::int64_t begin, std::int64_t count) {
    at::Tensor own = logits.narrow(0, begin, count), loss = losses.narrow(0, begin, count).unsqueeze(1);
    const at::Tensor target = targets.narrow(0, begin, count).unsqueeze(1), index = target.clamp_min(0);
    const at::Tensor counts = target.ge(0).to(at::kFloat), logProbability = at::log_softmax(own, -1);
    loss.copy_(logProbability.gather(1, index)).mul_(counts).neg_();
    at::exp_out(own, logProbability);
    own.scatter_add_(1, index, -at::ones_like(counts));
    own.mul_(counts * scale);
  };
  byPieces(tokens, logits.is_cpu() ? std::max<std::int64_t>(1, kCachedNumbers / logits.size(1)) : tokens, rows);
  return losses;
}

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
    const at::Tensor x = hidden.detach().narrow(0, begin, count).to(type);
    const at::Tensor rows = at::linear(x, matrix).to(at::kFloat);
    sum.add_(lossesToGradient(rows, targets.narrow(0, begin, count), scale).sum(at::kDouble));
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
