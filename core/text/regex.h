#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct pcre2_real_code_8;

namespace sinkscope {

/// A compiled Unicode pattern, as tokenizers write them (the syntax that PCRE2 and Oniguruma share). Immutable: any
/// thread may match with it.
class Regex {
 public:
  /// Throws `Error`, naming `source`, when the pattern does not compile.
  Regex(const std::string& pattern, const std::string& source);

  /// Calls `use(begin, end)` where the pattern matches in `text`, which must be valid UTF-8: one match after another,
  /// empty ones left out. Throws `Error` when a match needs more steps than any sane pattern does.
  template <typename Use>
  void forEachMatch(std::string_view text, Use use) const {
    Match match;
    while (next(text, match)) use(match.begin, match.end);
  }

  /// `text` as a pattern that matches it literally.
  static std::string quoted(std::string_view text);

 private:
  struct Match {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  /// Makes `match` the next one; false: there is none.
  bool next(std::string_view text, Match& match) const;

  std::shared_ptr<pcre2_real_code_8> code_;
  bool compiled_ = false;  // to machine code
  std::string source_;
};

}  // namespace sinkscope
