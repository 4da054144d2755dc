#include "core/text/name_matcher.h"

#include "core/text/utf8.h"

#include <unicode/uchar.h>

namespace sinkscope {
namespace {

std::uint64_t edge(std::int32_t node, char byte) {
  return static_cast<std::uint64_t>(node) << 8 | static_cast<unsigned char>(byte);
}

/// The character that ends before `at`.
Utf8Character utf8Before(std::string_view text, std::size_t at) {
  std::size_t begin = at;
  while (begin > 0 && at - begin < 4) {
    const Utf8Character character = utf8At(text, --begin);
    if (character.bytes > 0) return character.bytes == at - begin ? character : Utf8Character();
  }
  return {};
}

bool isSpace(const Utf8Character& character) {
  return character.bytes > 0 && u_isUWhiteSpace(static_cast<UChar32>(character.code));
}

/// What \w matches in a regular expression.
bool isOfWord(const Utf8Character& character) {
  if (character.bytes == 0) return false;
  const auto code = static_cast<UChar32>(character.code);
  constexpr std::uint32_t marks = U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK;
  return u_isUAlphabetic(code) || (U_MASK(u_charType(code)) & marks) != 0 ||
         u_hasBinaryProperty(code, UCHAR_JOIN_CONTROL);
}

}  // namespace

NameMatcher::NameMatcher(const std::vector<Name>& names) : ends_(1, -1) {
  for (const Name& name : names) {
    if (name.text.empty()) continue;
    names_.push_back(name);
    insert(names_.size() - 1);
  }
}

void NameMatcher::insert(std::size_t name) {
  std::int32_t node = 0;
  for (const char byte : names_[name].text) {
    const auto added = static_cast<std::int32_t>(ends_.size());
    std::int32_t& child = node == 0 ? first_[static_cast<unsigned char>(byte)] : next_[edge(node, byte)];
    if (child == 0) {
      child = added;
      ends_.push_back(-1);
    }
    node = child;
  }
  std::int32_t& end = ends_[static_cast<std::size_t>(node)];
  if (end < 0) end = static_cast<std::int32_t>(name);
}

const NameMatcher::Name* NameMatcher::longestAt(std::string_view text, std::size_t at) const {
  std::int32_t node = first_[static_cast<unsigned char>(text[at])];
  const Name* longest = nullptr;
  while (node > 0) {
    const std::int32_t name = ends_[static_cast<std::size_t>(node)];
    if (name >= 0) longest = &names_[static_cast<std::size_t>(name)];
    if (++at == text.size()) break;
    const auto found = next_.find(edge(node, text[at]));
    node = found == next_.end() ? 0 : found->second;
  }
  return longest;
}

std::optional<NameMatcher::Match> NameMatcher::find(std::string_view text, std::size_t from) const {
  if (empty()) return std::nullopt;
  for (std::size_t at = from; at < text.size(); ++at) {
    const Name* name = longestAt(text, at);
    if (name == nullptr) continue;
    Match match{at, at + name->text.size(), name->id};
    if (name->wholeWord &&
        (isOfWord(utf8Before(text, match.begin)) || (match.end < text.size() && isOfWord(utf8At(text, match.end))))) {
      at = match.end - 1;
      continue;
    }
    while (name->stripLeft && match.begin > from && isSpace(utf8Before(text, match.begin))) {
      match.begin -= utf8Before(text, match.begin).bytes;
    }
    while (name->stripRight && match.end < text.size() && isSpace(utf8At(text, match.end))) {
      match.end += utf8At(text, match.end).bytes;
    }
    return match;
  }
  return std::nullopt;
}

}  // namespace sinkscope
