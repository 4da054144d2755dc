#include "core/model/rotary.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

namespace sinkscope {

Rotation rotationAt(const at::Tensor& positions, const LayerConfig& layer, std::int64_t headWidth) {
  const auto doubles = at::TensorOptions().dtype(at::kDouble).device(positions.device());
  const at::Tensor pair = at::arange(0, headWidth, 2, doubles) / static_cast<double>(headWidth);
  const at::Tensor frequency = at::pow(layer.ropeBase, -pair) / layer.ropeScale;  // [d / 2]
  const at::Tensor angle = at::outer(positions.to(at::kDouble), frequency);       // [token, d / 2]
  return {angle.cos().to(at::kFloat), angle.sin().to(at::kFloat)};
}

at::Tensor rotate(const at::Tensor& x, const Rotation& rotation) {
  const std::int64_t half = x.size(-1) / 2;
  at::Tensor turned = x * at::cat({rotation.cosine, rotation.cosine}, -1);
  turned.narrow(-1, 0, half).addcmul_(x.narrow(-1, half, half), rotation.sine, -1);
  turned.narrow(-1, half, half).addcmul_(x.narrow(-1, 0, half), rotation.sine);
  return turned;
}

at::Tensor rotateFirst(const at::Tensor& x, const Rotation& rotation) {
  const std::int64_t width = 2 * rotation.cosine.size(-1), more = x.size(-1) - width;
  if (more == 0) return rotate(x, rotation);
  return at::cat({rotate(x.narrow(-1, 0, width), rotation), x.narrow(-1, width, more)}, -1);
}

}  // namespace sinkscope
