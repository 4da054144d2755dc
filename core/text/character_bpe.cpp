#include "core/text/character_bpe.h"

#include "core/text/sentencepiece_names.h"
#include "core/text/utf8.h"

#include <algorithm>

namespace sinkscope {
namespace {

std::vector<std::string> bytesBehind(const BpeVocabulary& vocabulary) {
  std::vector<std::string> bytes;
  bytes.reserve(vocabulary.tokens.size());
  for (const std::string& token : vocabulary.tokens) {
    const auto byte = vocabulary.byteFallback ? byteNamed(token) : std::nullopt;
    bytes.push_back(byte ? std::string(1, static_cast<char>(*byte)) : withSpaces(token));
  }
  return bytes;
}

}  // namespace

CharacterBpe::CharacterBpe(const BpeVocabulary& vocabulary)
    : BpeTokenizer(vocabulary, bytesBehind(vocabulary)),
      fuseUnknown_(vocabulary.fuseUnknown),
      splitAtSpaces_(vocabulary.splitAtSpaces) {
  byteIds_.fill(-1);
  for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
    const std::string& token = vocabulary.tokens[id];
    const auto number = static_cast<std::int32_t>(id);
    if (token.empty()) continue;
    if (utf8At(token, 0).bytes == token.size()) characters_.emplace(token, number);
    if (const auto byte = byteNamed(token); byte && vocabulary.byteFallback) byteIds_[*byte] = number;
  }
}

std::vector<Token> CharacterBpe::encodeSegment(std::string_view text) const {
  std::vector<Token> tokens;
  std::vector<BpeSymbol> word;
  std::size_t begin = 0;
  std::uint32_t leftOut = 0;  // bytes of characters that are no token; the next one's span covers them
  const auto finish = [&](std::size_t end) {
    leftOut = 0;
    merges().apply(word);
    appendSymbols(tokens, word, begin);
    word.clear();
    begin = end;
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = std::max<std::size_t>(utf8At(text, at).bytes, 1);
    std::string_view character = text.substr(at, bytes);
    if (character == " ") character = spaceMark;
    if (character == spaceMark && splitAtSpaces_) finish(at);
    const std::size_t before = word.size();
    if (appendCharacter(word, character, static_cast<std::uint32_t>(bytes))) {
      word[std::min(before, word.size() - 1)].bytes += leftOut;
      leftOut = 0;
    } else {
      leftOut += static_cast<std::uint32_t>(bytes);
    }
    at += bytes;
  }
  finish(text.size());
  return tokens;
}

bool CharacterBpe::appendCharacter(std::vector<BpeSymbol>& word, std::string_view character,
                                   std::uint32_t bytes) const {
  if (const auto found = characters_.find(std::string(character)); found != characters_.end()) {
    word.push_back({found->second, bytes});
    return true;
  }
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
