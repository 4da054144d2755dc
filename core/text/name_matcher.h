#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sinkscope {

/// Finds whole tokens such as "<bos>" or a run of line breaks in text: the leftmost first, and there the longest, as
/// Hugging Face's added tokens are found.
class NameMatcher {
 public:
  struct Name {
    std::string text;
    std::int64_t id = 0;
    bool stripLeft = false;   ///< takes the white space before it along
    bool stripRight = false;  ///< takes the white space after it along
    bool wholeWord = false;   ///< not found inside a word
  };
  struct Match {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::int64_t id = 0;
  };

  NameMatcher() = default;
  explicit NameMatcher(const std::vector<Name>& names);

  bool empty() const { return names_.empty(); }
  /// The first match at or after `from`.
  std::optional<Match> find(std::string_view text, std::size_t from) const;

 private:
  void insert(std::size_t name);
  /// The longest name that begins at `at`.
  const Name* longestAt(std::string_view text, std::size_t at) const;

  // A trie of the names; node 0 is its root.
  std::vector<Name> names_;
  std::vector<std::int32_t> ends_;                        // by node: the name that ends there; -1: none
  std::array<std::int32_t, 256> first_{};                 // where a byte leads from the root; 0: nowhere
  std::unordered_map<std::uint64_t, std::int32_t> next_;  // where it leads from another node
};

}  // namespace sinkscope
