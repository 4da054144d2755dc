#pragma once

#include <bitset>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sinkscope {

/// Finds whole tokens such as "<bos>" or a run of line breaks in text: the leftmost first, and there the longest, as
/// Hugging Face's added tokens are found.
class NameMatcher {
 public:
  struct Match {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::int64_t id = 0;
  };

  NameMatcher() = default;
  explicit NameMatcher(const std::vector<std::pair<std::string, std::int64_t>>& names);

  bool empty() const { return ids_.empty(); }
  /// The first match at or after `from`.
  std::optional<Match> find(std::string_view text, std::size_t from) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const { return std::hash<std::string_view>()(name); }
  };
  std::unordered_map<std::string, std::int64_t, Hash, std::equal_to<>> ids_;
  std::vector<std::size_t> lengths_;  // the names' lengths, longest first, each once
  std::bitset<256> first_;            // the bytes that names begin with
};

}  // namespace sinkscope
