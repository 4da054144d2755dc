#include "core/model/config_names.h"

#include <array>

namespace sinkscope {

template <>
std::span<const std::string_view> namesOf<Activation>() {
  static constexpr std::array<std::string_view, 2> names{"silu", "gelu_tanh"};
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
  static constexpr std::array<std::string_view, 2> names{"pre", "post"};
  return names;
}

}  // namespace sinkscope
