#include "core/train/adam_w.h"

#include <ATen/Functions.h>

#include <optional>

namespace sinkscope {

AdamW::AdamW(const OptimizerRecipe& recipe, const at::Tensor& weights, std::int64_t matrices)
    : recipe_(recipe), matrices_(matrices), mean_(at::zeros_like(weights)), square_(at::zeros_like(weights)) {}

void AdamW::step(const at::Tensor& weights, const at::Tensor& gradient, double norm, double learningRate,
                 std::int64_t number) {
  // The kernel divides the gradient by this as it goes.
  const bool clips = recipe_.clip > 0.0 && norm > recipe_.clip;
  const std::optional<at::Tensor> divisor =
      clips ? std::optional(at::full({}, (norm + 1e-6) / recipe_.clip, gradient.options())) : std::nullopt;
  const at::Tensor count = at::full({}, static_cast<double>(number), gradient.options());
  const auto update = [&](std::int64_t begin, std::int64_t end, double decay) {
    const auto part = [&](const at::Tensor& x) { return x.narrow(0, begin, end - begin); };
    at::_fused_adamw_({part(weights)}, {part(gradient)}, {part(mean_)}, {part(square_)}, {}, {count}, learningRate,
                      recipe_.beta1, recipe_.beta2, decay, recipe_.epsilon, false, false, divisor);
  };
  update(0, matrices_, recipe_.weightDecay);
  update(matrices_, weights.numel(), 0.0);
}

}  // namespace sinkscope
