#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sinkscope {

/// A tensor type of ggml. Rows are stored in blocks of `block` values, `bytes` bytes each.
struct GgmlType {
  std::uint32_t id = 0;
  std::string_view name;   ///< as the `gguf` package prints it: "Q4_K"
  std::int64_t block = 1;  ///< values in one block
  std::int64_t bytes = 0;  ///< bytes of one block

  /// Makes `blocks` blocks into float32, bit for bit what the Python package `gguf` makes of them (Q8_K, which the
  /// package can't read: what ggml itself does). Null for a type that this program does not read.
  void (*toFloat)(const std::uint8_t* blocks, float* values, std::int64_t count) = nullptr;
};

/// The type with this number in a GGUF file, or null when there is none.
const GgmlType* ggmlType(std::uint32_t id);

/// The type with this name, or null when there is none.
const GgmlType* ggmlType(std::string_view name);

}  // namespace sinkscope
