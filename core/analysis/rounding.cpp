#include "core/analysis/rounding.h"

#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>

#include <utility>

namespace sinkscope {
namespace {

/// The log-sum-exp is a statistic of attention, which keeps it in float32 in every precision, and the logits an answer.
bool isState(Site site) {
  return site != Site::LogSumExp && site != Site::Logits;
}

}  // namespace

at::Tensor roundedToBfloat16(const at::Tensor& x) {
  return x.to(at::kBFloat16).to(x.scalar_type());
}

Parameters roundedToBfloat16(const Parameters& parameters) {
  const at::NoGradGuard noGradients;
  Parameters rounded;
  for (const auto& [name, value] : parameters.all()) rounded.set(name, roundedToBfloat16(value));
  for (const auto& [name, value] : parameters.stored()) rounded.set(name, roundedToBfloat16(value.dense()));
  return rounded;
}

bool Bfloat16Observer::wants(const Place& place) const {
  return isState(place.site) || (next_ && next_->wants(place));
}

at::Tensor Bfloat16Observer::visit(const Place& place, at::Tensor value) {
  if (isState(place.site)) value = roundedToBfloat16(value);
  return next_ && next_->wants(place) ? next_->visit(place, std::move(value)) : value;
}

}  // namespace sinkscope
