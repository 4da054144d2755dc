#pragma once

#include "core/error.h"
#include "core/model/config.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

namespace sinkscope {

/// How files and recipes call the values of an enumeration, in the order of the values.
template <typename Value>
std::span<const std::string_view> namesOf();

template <typename Value>
std::string nameOf(Value value) {
  return std::string(namesOf<Value>()[static_cast<std::size_t>(value)]);
}

/// "'a', 'b'"
template <typename Names>
std::string quoted(const Names& names) {
  std::string list;
  for (const auto& name : names) list.append(list.empty() ? "'" : ", '").append(name).append("'");
  return list;
}

/// The value of that name; throws `Error` that says where (`field`, with its file) and what is expected.
template <typename Value>
Value named(std::string_view name, const std::string& field) {
  const auto names = namesOf<Value>();
  const auto found = std::ranges::find(names, name);
  if (found != names.end()) return static_cast<Value>(found - names.begin());
  throw Error(field + " is '" + std::string(name) + "', but one of " + quoted(names) + " is expected.");
}

/// Calls `visit(name, field)` for the fields of a config that say which variant of the decoder it is, as exported
/// models call them.
template <typename Config, typename Visit>
void eachVariant(Config& config, const Visit& visit) {
  visit("weights", config.weights);
  visit("extra_key", config.extraKey);
  visit("positions", config.positions);
  visit("norms", config.norms);
}

template <>
std::span<const std::string_view> namesOf<Activation>();
template <>
std::span<const std::string_view> namesOf<AttentionWeights>();
template <>
std::span<const std::string_view> namesOf<ExtraKey>();
template <>
std::span<const std::string_view> namesOf<Positions>();
template <>
std::span<const std::string_view> namesOf<NormPlacement>();
template <>
std::span<const std::string_view> namesOf<NormKind>();
template <>
std::span<const std::string_view> namesOf<LayerOrder>();
template <>
std::span<const std::string_view> namesOf<RopeStretch>();

}  // namespace sinkscope
