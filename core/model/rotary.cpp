#include "core/model/rotary.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sinkscope {
namespace {

/// Which pair turns that often within the first training's context: a pair's number, not always a whole one.
double pairOfTurns(double turns, double base, double width, const RopeScaling& rope) {
  const double length = static_cast<double>(rope.originalLength);
  return width * std::log(length / (turns * 2.0 * std::numbers::pi)) / (2.0 * std::log(base));
}

/// Frequencies divided by the factor where `share` is 1, as they are where it is 0.
at::Tensor blended(const at::Tensor& frequency, double factor, const at::Tensor& share) {
  return frequency / factor * share + frequency * (1.0 - share);
}

at::Tensor stretchedAsLlama3(const at::Tensor& frequency, const RopeScaling& rope) {
  const at::Tensor turns = frequency * (static_cast<double>(rope.originalLength) / (2.0 * std::numbers::pi));
  const at::Tensor share = (rope.highFrequency - turns) / (rope.highFrequency - rope.lowFrequency);
  return blended(frequency, rope.factor, share.clamp(0.0, 1.0));
}

at::Tensor stretchedAsYarn(const at::Tensor& frequency, double base, const RopeScaling& rope) {
  const double width = 2.0 * static_cast<double>(frequency.size(0));
  double first = pairOfTurns(rope.fastTurns, base, width, rope), last = pairOfTurns(rope.slowTurns, base, width, rope);
  if (rope.wholePairs) {
    first = std::floor(first);
    last = std::ceil(last);
  }
  first = std::max(first, 0.0);
  last = std::min(last, width - 1.0);
  if (first == last) last += 0.001;  // as the paper's code keeps the blend from having no width
  const at::Tensor pair = at::arange(frequency.size(0), frequency.options());
  return blended(frequency, rope.factor, ((pair - first) / (last - first)).clamp(0.0, 1.0));
}

}  // namespace

RotaryFrequencies rotaryFrequencies(const ModelConfig& config, const LayerConfig& layer, std::int64_t tokens,
                                    at::Device device) {
  const std::int64_t width = config.rotated();
  const RopeScaling& rope = config.ropeScaling;
  const auto doubles = at::TensorOptions().dtype(at::kDouble).device(device);
  const at::Tensor pair = at::arange(0, width, 2, doubles) / static_cast<double>(width);
  const at::Tensor frequency = at::pow(layer.ropeBase, -pair) / layer.ropeScale;
  switch (rope.stretch) {
    case RopeStretch::Llama3:
      return {stretchedAsLlama3(frequency, rope), rope.magnitude};
    case RopeStretch::Yarn:
      return {stretchedAsYarn(frequency, layer.ropeBase, rope), rope.magnitude};
    case RopeStretch::Long: {
      const bool beyond = tokens > rope.originalLength;
      return {frequency / at::tensor(beyond ? rope.longFactors : rope.shortFactors, doubles), rope.magnitude};
    }
    default:
      return {frequency};
  }
}

Rotation rotationAt(const at::Tensor& positions, const RotaryFrequencies& frequencies) {
  const at::Tensor angle = at::outer(positions.to(at::kDouble), frequencies.perPosition);  // [token, rotated / 2]
  return {(angle.cos() * frequencies.magnitude).to(at::kFloat), (angle.sin() * frequencies.magnitude).to(at::kFloat)};
}

at::Tensor rotate(const at::Tensor& x, const Rotation& rotation) {
  const std::int64_t half = rotation.cosine.size(-1), more = x.size(-1) - 2 * half;
  if (more > 0) return at::cat({rotate(x.narrow(-1, 0, 2 * half), rotation), x.narrow(-1, 2 * half, more)}, -1);
  at::Tensor turned = x * at::cat({rotation.cosine, rotation.cosine}, -1);
  turned.narrow(-1, 0, half).addcmul_(x.narrow(-1, half, half), rotation.sine, -1);
  turned.narrow(-1, half, half).addcmul_(x.narrow(-1, 0, half), rotation.sine);
  return turned;
}

}  // namespace sinkscope
