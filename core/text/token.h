#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sinkscope {

/// One token of a prompt, with where it came from.
struct Token {
  std::int64_t id = 0;
  std::string bytes;      ///< what it stands for; not always whole characters
  std::size_t begin = 0;  ///< span in the prompt's UTF-8 bytes; empty for an added token
  std::size_t end = 0;
  bool special = false;  ///< a control token such as <bos>; `bytes` is then its name

  bool operator==(const Token&) const = default;
};

/// Their ids.
std::vector<std::int64_t> idsOf(const std::vector<Token>& tokens);

/// A token's bytes as a person can read them: spaces as "·", line breaks and other control characters escaped
/// ("\n", "\t", "\x07"), bytes that are no whole character as "<E2>". Names of special tokens stay as they are.
std::string visibleText(const Token& token);

/// The same for any bytes.
std::string visibleText(std::string_view bytes);

}  // namespace sinkscope
