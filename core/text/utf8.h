#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sinkscope {

/// The character that starts at `text[at]`, as strict UTF-8 (no surrogates, no overlong forms).
struct Utf8Character {
  char32_t code = 0;
  std::size_t bytes = 0;  ///< 0: no valid character starts here
};
Utf8Character utf8At(std::string_view text, std::size_t at);

/// Appends `code` as UTF-8.
void appendUtf8(std::string& out, char32_t code);

/// Whether all of `bytes` is valid UTF-8.
bool isUtf8(std::string_view bytes);

/// `bytes` with everything that is no valid UTF-8, and NUL, replaced by U+FFFD.
std::string repairedUtf8(std::string_view bytes);

/// A longest stretch of `text` from `begin` that is all valid UTF-8 or all invalid bytes.
struct Utf8Run {
  std::size_t end = 0;
  bool valid = true;
};
Utf8Run utf8RunAt(std::string_view text, std::size_t begin);

}  // namespace sinkscope
