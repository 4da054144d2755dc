#include "core/text/name_matcher.h"

#include <algorithm>

namespace sinkscope {

NameMatcher::NameMatcher(const std::vector<std::pair<std::string, std::int64_t>>& names) {
  for (const auto& [name, id] : names) {
    if (name.empty() || !ids_.emplace(name, id).second) continue;
    first_.set(static_cast<unsigned char>(name.front()));
    lengths_.push_back(name.size());
  }
  std::sort(lengths_.begin(), lengths_.end(), std::greater<>());
  lengths_.erase(std::unique(lengths_.begin(), lengths_.end()), lengths_.end());
}

std::optional<NameMatcher::Match> NameMatcher::find(std::string_view text, std::size_t from) const {
  if (empty()) return std::nullopt;
  for (std::size_t at = from; at < text.size(); ++at) {
    if (!first_.test(static_cast<unsigned char>(text[at]))) continue;
    for (const std::size_t length : lengths_) {
      if (length > text.size() - at) continue;
      const auto found = ids_.find(text.substr(at, length));
      if (found != ids_.end()) return Match{at, at + length, found->second};
    }
  }
  return std::nullopt;
}

}  // namespace sinkscope
