#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct pcre2_real_code_8;

namespace sinkscope {

/// A compiled Unicode pattern, as tokenizers write them (the syntax that PCRE2 and Oniguruma share). Immutable: any
/// thread may match with it.
class Regex {
 public:
  /// Throws `Error`, naming `source`, when the pattern does not compile.
  Regex(const std::string& pattern, const std::string& source);

  /// Where the pattern matches in `text`, which must be valid UTF-8: one after another, empty matches left out.
  /// Throws `Error` when a match needs more steps than any sane pattern does.
  std::vector<std::pair<std::size_t, std::size_t>> matches(std::string_view text) const;

  /// `text` as a pattern that matches it literally.
  static std::string quoted(std::string_view text);

 private:
  std::shared_ptr<pcre2_real_code_8> code_;
  std::string source_;
};

}  // namespace sinkscope
