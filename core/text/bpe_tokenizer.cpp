#include "core/text/bpe_tokenizer.h"

#include "core/error.h"

#include <limits>

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
      words_(bytes_),
      special_(bytes_.size()),
      form_(vocabulary.form),
      prefix_(vocabulary.prefix),
      bos_(vocabulary.bos),
      eos_(vocabulary.eos),
      addsBos_(vocabulary.addsBos) {
  if (bytes_.size() > std::numeric_limits<std::int32_t>::max()) {
    throw Error(vocabulary.source + ": the vocabulary has more tokens than ids can count.");
  }
  // Of tokens spelled alike the last one stands.
  const std::vector<std::string>& spelled = vocabulary.plainBytes ? bytes_ : vocabulary.tokens;
  Ids ids;
  ids.reserve(spelled.size());
  for (std::size_t id = 0; id < spelled.size(); ++id) {
    if (!spelled[id].empty()) ids[spelled[id]] = static_cast<std::int32_t>(id);
  }
  readMerges(vocabulary, ids);
  readRanks(vocabulary, ids);
  readAdded(vocabulary);
  if (vocabulary.unknown) unknown_ = static_cast<std::int32_t>(checked(*vocabulary.unknown));
  if (bos_) checked(*bos_);
  if (eos_) checked(*eos_);
}

bool BpeTokenizer::mergesToItself(std::int32_t id, std::vector<BpeSymbol>& symbols) const {
  const std::string& own = bytes_[static_cast<std::size_t>(id)];
  merge(own, symbols);
  return symbols.size() == 1 && symbols[0].id == id && symbols[0].bytes == own.size();
}

void BpeTokenizer::appendWord(std::vector<PlacedId>& tokens, std::string_view word, std::size_t offset,
                              std::vector<BpeSymbol>& symbols) const {
  if (const std::int32_t id = words_.find(word); id >= 0) {
    tokens.push_back({id, offset + word.size()});
    return;
  }
  merge(word, symbols);
  appendSymbols(tokens, symbols, offset);
}

void BpeTokenizer::readMerges(const BpeVocabulary& vocabulary, const Ids& ids) {
  const auto idOf = [&](const std::string& token, const std::string& left, const std::string& right) {
    const auto found = ids.find(token);
    if (found != ids.end()) return found->second;
    throw Error(vocabulary.source + ": the merge \"" + left + " " + right + "\" names \"" + token +
                "\", which is not in the vocabulary.");
  };
  merges_ = BpeMerges(vocabulary.merges.size());
  std::uint32_t rank = 0;
  for (const auto& [left, right] : vocabulary.merges) {
    const std::int32_t leftId = idOf(left, left, right), rightId = idOf(right, left, right);
    merges_.add(leftId, rightId, idOf(left + right, left, right), rank++);
  }
}

void BpeTokenizer::readRanks(const BpeVocabulary& vocabulary, const Ids& ids) {
  for (std::size_t id = 0; id < vocabulary.ranks.size(); ++id) {
    if (!vocabulary.ranks[id]) continue;
    const std::string_view token = vocabulary.plainBytes ? bytes_[id] : vocabulary.tokens[id];
    for (std::size_t cut = 1; cut < token.size(); ++cut) {
      const auto left = ids.find(token.substr(0, cut));
      if (left == ids.end() || !vocabulary.ranks[static_cast<std::size_t>(left->second)]) continue;
      const auto right = ids.find(token.substr(cut));
      if (right == ids.end() || !vocabulary.ranks[static_cast<std::size_t>(right->second)]) continue;
      merges_.add(left->second, right->second, static_cast<std::int32_t>(id), *vocabulary.ranks[id]);
    }
  }
}

void BpeTokenizer::readAdded(const BpeVocabulary& vocabulary) {
  std::vector<NameMatcher::Name> plain, normalized, special;
  for (const AddedToken& added : vocabulary.added) {
    const std::size_t id = checked(added.id);
    special_[id] = added.special;
    NameMatcher::Name name{added.text, added.id, added.stripLeft, added.stripRight, added.wholeWord};
    if (added.special) {
      special.push_back(std::move(name));
    } else if (added.normalized) {
      // It is found as it would be spelled in the text that is searched for it.
      if (form_ != NormalForm::none) name.text = NormalText(name.text, form_).text();
      normalized.push_back(std::move(name));
    } else {
      plain.push_back(std::move(name));
    }
  }
  plainAdded_ = NameMatcher(plain);
  normalizedAdded_ = NameMatcher(normalized);
  specialTokens_ = NameMatcher(special);
}

void BpeTokenizer::appendBetween(const NameMatcher& matcher, Append append, std::vector<PlacedId>& tokens,
                                 std::string_view text, bool atStart) const {
  const auto appendPart = [&](std::size_t begin, std::size_t end) {
    if (begin == end) return;
    const std::size_t first = tokens.size();
    (this->*append)(tokens, text.substr(begin, end - begin), atStart);
    for (std::size_t i = first; begin > 0 && i < tokens.size(); ++i) tokens[i].end += begin;
  };
  std::size_t at = 0;
  while (const auto match = matcher.find(text, at)) {
    appendPart(at, match->begin);
    tokens.push_back({static_cast<std::int32_t>(match->id), match->end});
    at = match->end;
    atStart = false;
  }
  appendPart(at, text.size());
}

void BpeTokenizer::appendText(std::vector<PlacedId>& tokens, std::string_view text, bool atStart) const {
  if (prefix_ != SpacePrefix::once) {
    appendBetween(plainAdded_, &BpeTokenizer::appendSegment, tokens, text, atStart);
    return;
  }
  const std::size_t first = tokens.size();
  appendBetween(plainAdded_, &BpeTokenizer::appendSegment, tokens, std::string(" ").append(text), atStart);
  for (std::size_t i = first; i < tokens.size(); ++i) --tokens[i].end;  // each covers the prefix at least
}

void BpeTokenizer::appendSegment(std::vector<PlacedId>& tokens, std::string_view text, bool atStart) const {
  if (form_ == NormalForm::none) {
    appendNormal(tokens, text, atStart);
    return;
  }
  const NormalText normal(text, form_);
  const std::size_t first = tokens.size();
  appendNormal(tokens, normal.text(), atStart);
  for (std::size_t i = first; i < tokens.size(); ++i) tokens[i].end = normal.originOf(tokens[i].end);
}

void BpeTokenizer::appendNormal(std::vector<PlacedId>& tokens, std::string_view text, bool atStart) const {
  appendBetween(normalizedAdded_, &BpeTokenizer::appendWithPrefix, tokens, text, atStart);
}

bool BpeTokenizer::hasPrefix(std::string_view text, bool atStart) const {
  const bool space = text.starts_with(' '), mark = space || text.starts_with("\u2581");
  switch (prefix_) {
    case SpacePrefix::never:
    case SpacePrefix::once:
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

void BpeTokenizer::appendWithPrefix(std::vector<PlacedId>& tokens, std::string_view text, bool atStart) const {
  if (!hasPrefix(text, atStart)) {
    appendStretch(tokens, text);
    return;
  }
  const std::size_t first = tokens.size();
  appendStretch(tokens, std::string(" ").append(text));
  for (std::size_t i = first; i < tokens.size(); ++i) --tokens[i].end;
}

void BpeTokenizer::appendSymbols(std::vector<PlacedId>& tokens, const std::vector<BpeSymbol>& symbols,
                                 std::size_t offset) {
  for (const BpeSymbol& symbol : symbols) {
    offset += symbol.bytes;
    tokens.push_back({symbol.id, offset});
  }
}

}  // namespace sinkscope
