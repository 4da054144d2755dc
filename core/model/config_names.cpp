#include "core/model/config_names.h"

#include <array>

namespace sinkscope {

template <>
std::span<const std::string_view> namesOf<Activation>() {
  static constexpr std::array<std::string_view, 5> names{"silu", "gelu_tanh", "gelu", "relu", "clamped_silu"};
  return names;
}
template <>
std::span<const std::string_view> namesOf<AttentionWeights>() {
  static constexpr std::array<std::string_view, 3> names{"softmax", "sigmoid", "normalised_sigmoid"};
  return names;
}
template <>
std::span<const std::string_view> namesOf<ExtraKey>() {
  static constexpr std::array<std::string_view, 5> names{"none", "off_by_one", "sink_logit", "key_bias",
                                                         "key_value_bias"};
  return names;
}
template <>
std::span<const std::string_view> namesOf<Positions>() {
  static constexpr std::array<std::string_view, 4> names{"rotary", "none", "alibi", "learned"};
  return names;
}
template <>
std::span<const std::string_view> namesOf<NormPlacement>() {
  static constexpr std::array<std::string_view, 3> names{"pre", "post", "none"};
  return names;
}
template <>
std::span<const std::string_view> namesOf<NormKind>() {
  static constexpr std::array<std::string_view, 2> names{"root_mean_square", "mean"};
  return names;
}
template <>
std::span<const std::string_view> namesOf<LayerOrder>() {
  static constexpr std::array<std::string_view, 3> names{"sequential", "parallel", "parallel_shared_norm"};
  return names;
}
template <>
std::span<const std::string_view> namesOf<RopeStretch>() {
  static constexpr std::array<std::string_view, 4> names{"none", "llama3", "yarn", "long"};
  return names;
}

}  // namespace sinkscope
