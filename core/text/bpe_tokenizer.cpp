#include "core/text/bpe_tokenizer.h"

#include "core/error.h"

#include <limits>
#include <unordered_map>

namespace sinkscope {

std::pair<std::string, std::string> mergeOf(const std::string& text, const std::string& source) {
  const std::size_t space = text.find(' ', 1);
  if (space == std::string::npos) {
    throw Error(source + ": the merge \"" + text + "\" is not two tokens with a space between them.");
  }
  return {text.substr(0, space), text.substr(space + 1)};
}

BpeTokenizer::BpeTokenizer(const BpeVocabulary& vocabulary, std::vector<std::string> bytes)
    : bytes_(std::move(bytes)),
      special_(bytes_.size()),
      prefix_(vocabulary.prefix),
      bos_(vocabulary.bos),
      eos_(vocabulary.eos),
      addsBos_(vocabulary.addsBos) {
  if (bytes_.size() > std::numeric_limits<std::int32_t>::max()) {
    throw Error(vocabulary.source + ": the vocabulary has more tokens than ids can count.");
  }
  readMerges(vocabulary);
  readAdded(vocabulary);
  if (vocabulary.unknown) unknown_ = static_cast<std::int32_t>(checked(*vocabulary.unknown));
  if (bos_) checked(*bos_);
  if (eos_) checked(*eos_);
}

void BpeTokenizer::readMerges(const BpeVocabulary& vocabulary) {
  std::unordered_map<std::string_view, std::int32_t> ids;
  ids.reserve(vocabulary.tokens.size());
  for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
    if (!vocabulary.tokens[id].empty()) ids[vocabulary.tokens[id]] = static_cast<std::int32_t>(id);
  }
  const auto idOf = [&](const std::string& token, const std::string& left, const std::string& right) {
    const auto found = ids.find(token);
    if (found != ids.end()) return found->second;
    throw Error(vocabulary.source + ": the merge \"" + left + " " + right + "\" names \"" + token +
                "\", which is not in the vocabulary.");
  };
  merges_ = BpeMerges(vocabulary.merges.size());
  for (const auto& [left, right] : vocabulary.merges) {
    const std::int32_t leftId = idOf(left, left, right), rightId = idOf(right, left, right);
    merges_.add(leftId, rightId, idOf(left + right, left, right));
  }
}

void BpeTokenizer::readAdded(const BpeVocabulary& vocabulary) {
  std::vector<std::pair<std::string, std::int64_t>> plain, special;
  for (const AddedToken& added : vocabulary.added) {
    const std::size_t id = checked(added.id);
    bytes_[id] = added.text;
    special_[id] = added.special;
    (added.special ? special : plain).emplace_back(added.text, added.id);
  }
  plainAdded_ = NameMatcher(plain);
  specialTokens_ = NameMatcher(special);
}

std::vector<Token> BpeTokenizer::encodeText(std::string_view text, bool atStart) const {
  std::vector<Token> tokens;
  std::size_t at = 0;
  while (const auto match = plainAdded_.find(text, at)) {
    appendSegment(tokens, text.substr(at, match->begin - at), at, atStart);
    tokens.push_back({match->id, bytesOf(match->id), match->begin, match->end, false});
    at = match->end;
    atStart = false;
  }
  appendSegment(tokens, text.substr(at), at, atStart);
  return tokens;
}

bool BpeTokenizer::hasPrefix(std::string_view text, bool atStart) const {
  const bool space = text.starts_with(' '), mark = space || text.starts_with("\u2581");
  switch (prefix_) {
    case SpacePrefix::never:
      return false;
    case SpacePrefix::always:
      return true;
    case SpacePrefix::unlessSpace:
      return !space;
    case SpacePrefix::unlessMark:
      return !mark;
    case SpacePrefix::markAtStart:
      return atStart && !mark;
  }
  return false;
}

void BpeTokenizer::appendSegment(std::vector<Token>& tokens, std::string_view text, std::size_t offset,
                                 bool atStart) const {
  if (text.empty()) return;
  const bool prefix = hasPrefix(text, atStart);
  for (Token& token : encodeSegment(std::string(prefix ? " " : "").append(text))) {
    // Back to the text without the prefix.
    token.begin = offset + token.begin - (prefix && token.begin > 0);
    token.end = offset + token.end - (prefix && token.end > 0);
    tokens.push_back(std::move(token));
  }
}

void BpeTokenizer::appendSymbols(std::vector<Token>& tokens, const std::vector<BpeSymbol>& symbols,
                                 std::size_t offset) const {
  for (const BpeSymbol& symbol : symbols) {
    const auto id = static_cast<std::size_t>(symbol.id);
    tokens.push_back({symbol.id, bytes_[id], offset, offset + symbol.bytes, special_[id]});
    offset += symbol.bytes;
  }
}

}  // namespace sinkscope
