#pragma once

// Private to the reader and the writer of safetensors: the types that are stored as they are in memory.

#include <c10/core/ScalarType.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sinkscope {

inline constexpr std::array<std::pair<std::string_view, c10::ScalarType>, 7> kStoredTypes{
    {{"F64", c10::ScalarType::Double},
     {"F32", c10::ScalarType::Float},
     {"F16", c10::ScalarType::Half},
     {"BF16", c10::ScalarType::BFloat16},
     {"I64", c10::ScalarType::Long},
     {"I32", c10::ScalarType::Int},
     {"U8", c10::ScalarType::Byte}}};

inline std::optional<c10::ScalarType> scalarTypeOf(const std::string& name) {
  for (const auto& [known, type] : kStoredTypes) {
    if (known == name) return type;
  }
  return std::nullopt;
}

inline std::optional<std::string> nameOf(c10::ScalarType type) {
  for (const auto& [name, known] : kStoredTypes) {
    if (known == type) return std::string(name);
  }
  return std::nullopt;
}

/// "F64, F32, ...", as a sentence lists them.
inline std::string storedTypes() {
  std::string list;
  for (const auto& [name, type] : kStoredTypes) {
    if (!list.empty()) list += ", ";
    list += name;
  }
  return list;
}

}  // namespace sinkscope
