#include "core/text/character_bpe.h"

#include "core/text/sentencepiece_names.h"
#include "core/text/utf8.h"

#include <algorithm>

namespace sinkscope {
namespace {

constexpr char32_t invalid = 0x1FFFFF;  // no character: stands for a byte that is no UTF-8

std::vector<std::string> bytesBehind(const BpeVocabulary& vocabulary) {
  std::vector<std::string> bytes;
  bytes.reserve(vocabulary.tokens.size());
  for (const std::string& token : vocabulary.tokens) {
    const auto byte = vocabulary.byteFallback ? byteNamed(token) : std::nullopt;
    bytes.push_back(byte ? std::string(1, static_cast<char>(*byte)) : withSpaces(token));
  }
  return bytes;
}

/// The character at `at` and its length; a mark counts as the space that it stands for.
Utf8Character characterAt(std::string_view text, std::size_t at) {
  const Utf8Character character = utf8At(text, at);
  if (character.bytes == 0) return {invalid, 1};
  return character.code == U'\u2581' ? Utf8Character{U' ', character.bytes} : character;
}

}  // namespace

CharacterBpe::CharacterBpe(const BpeVocabulary& vocabulary)
    : BpeTokenizer(vocabulary, bytesBehind(vocabulary)),
      characters_(bytes()),
      fuseUnknown_(vocabulary.fuseUnknown),
      splitAtSpaces_(vocabulary.splitAtSpaces) {
  byteIds_.fill(-1);
  for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
    const std::string& token = vocabulary.tokens[id];
    const auto number = static_cast<std::int32_t>(id);
    if (token.empty()) continue;
    if (utf8At(token, 0).bytes == token.size() && token != " ") characters_.insert(number);
    if (const auto byte = byteNamed(token); byte && vocabulary.byteFallback) byteIds_[*byte] = number;
  }
  for (std::size_t code = 0; code < ascii_.size(); ++code) {
    const char character = static_cast<char>(code);
    ascii_[code] = characters_.find({&character, 1});
  }
  readPairs(vocabulary);
  readWords(vocabulary);
}

void CharacterBpe::readPairs(const BpeVocabulary& vocabulary) {
  // Where characters are left out or become one unknown token, or bytes merge, what stands side by side in the text
  // does not say what merges.
  for (std::size_t byte = 0; byte < byteIds_.size(); ++byte) {
    if (byteIds_[byte] < 0 && (byte >= ascii_.size() || ascii_[byte] < 0)) return;
  }
  for (const auto& [left, right] : vocabulary.merges) {
    if (byteNamed(left) || byteNamed(right)) return;
  }
  joined_.narrow();
  const auto insertPairs = [&](std::string_view token) {
    char32_t previous = invalid;
    for (std::size_t at = 0; at < token.size();) {
      const Utf8Character character = characterAt(token, at);
      if (at > 0) joined_.insert(previous, character.code);
      previous = character.code;
      at += character.bytes;
    }
  };
  for (const auto& [left, right] : vocabulary.merges) {
    std::size_t last = left.size();
    while (last > 0 && (left[--last] & 0xC0) == 0x80) continue;
    insertPairs(left.substr(last) + right.substr(0, characterAt(right, 0).bytes));
  }
  for (std::size_t id = 0; id < vocabulary.ranks.size(); ++id) {
    if (vocabulary.ranks[id]) insertPairs(vocabulary.tokens[id]);
  }
}

void CharacterBpe::readWords(const BpeVocabulary& vocabulary) {
  std::vector<BpeSymbol> symbols;
  for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
    const auto number = static_cast<std::int32_t>(id);
    if (mergesToItself(number, symbols)) addWord(number);
  }
}

void CharacterBpe::appendStretch(std::vector<PlacedId>& tokens, std::string_view text) const {
  std::vector<BpeSymbol> symbols;
  std::size_t begin = 0;
  char32_t previous = invalid;
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Character character = characterAt(text, at);
    const bool apart = (splitAtSpaces_ && character.code == U' ') || !joined_.contains(previous, character.code);
    if (at > begin && apart) {
      appendWord(tokens, text.substr(begin, at - begin), begin, symbols);
      begin = at;
    }
    previous = character.code;
    at += character.bytes;
  }
  appendWord(tokens, text.substr(begin), begin, symbols);
}

void CharacterBpe::merge(std::string_view word, std::vector<BpeSymbol>& symbols) const {
  symbols.clear();
  std::uint32_t leftOut = 0;  // bytes of characters that are no token; the next one's span covers them
  for (std::size_t at = 0; at < word.size();) {
    const std::size_t bytes = std::max<std::size_t>(utf8At(word, at).bytes, 1);
    const std::size_t before = symbols.size();
    if (appendCharacter(symbols, word.substr(at, bytes), static_cast<std::uint32_t>(bytes))) {
      symbols[std::min(before, symbols.size() - 1)].bytes += leftOut;
      leftOut = 0;
    } else {
      leftOut += static_cast<std::uint32_t>(bytes);
    }
    at += bytes;
  }
  merges().apply(symbols);
}

std::int32_t CharacterBpe::characterId(std::string_view character) const {
  if (character == spaceMark) character = " ";
  const auto first = static_cast<unsigned char>(character[0]);
  return first < ascii_.size() ? ascii_[first] : characters_.find(character);
}

bool CharacterBpe::appendCharacter(std::vector<BpeSymbol>& word, std::string_view character,
                                   std::uint32_t bytes) const {
  if (const std::int32_t id = characterId(character); id >= 0) {
    word.push_back({id, bytes});
    return true;
  }
  if (character == " ") character = spaceMark;
  const auto idOf = [&](char c) { return byteIds_[static_cast<unsigned char>(c)]; };
  if (std::all_of(character.begin(), character.end(), [&](char c) { return idOf(c) >= 0; })) {
    const std::uint32_t each = bytes == character.size();  // a space written as a mark has fewer bytes than the mark
    for (const char c : character) word.push_back({idOf(c), each});
    if (!each) word.back().bytes = bytes;
    return true;
  }
  if (unknown() < 0) return false;
  if (fuseUnknown_ && !word.empty() && word.back().id == unknown()) {
    word.back().bytes += bytes;
  } else {
    word.push_back({unknown(), bytes});
  }
  return true;
}

}  // namespace sinkscope
