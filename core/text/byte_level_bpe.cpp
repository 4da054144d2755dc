#include "core/text/byte_level_bpe.h"

#include "core/text/utf8.h"

namespace sinkscope {
namespace {

/// GPT-2 writes each byte as a printable character: those that are one as themselves, the others from U+0100 on.
std::array<int, 512> makeByteOfCharacter() {
  std::array<int, 512> byteOf;
  byteOf.fill(-1);
  int next = 256;
  for (int byte = 0; byte < 256; ++byte) {
    const bool printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    byteOf[printable ? byte : next++] = byte;
  }
  return byteOf;
}

/// The bytes behind a token in the byte alphabet; one that uses other characters stands for itself.
std::string bytesBehind(const std::string& token) {
  static const std::array<int, 512> byteOf = makeByteOfCharacter();
  std::string bytes;
  for (std::size_t at = 0; at < token.size();) {
    const Utf8Character character = utf8At(token, at);
    if (character.bytes == 0 || character.code >= byteOf.size() || byteOf[character.code] < 0) return token;
    bytes += static_cast<char>(byteOf[character.code]);
    at += character.bytes;
  }
  return bytes;
}

std::vector<std::string> bytesBehind(const std::vector<std::string>& tokens) {
  std::vector<std::string> bytes;
  bytes.reserve(tokens.size());
  for (const std::string& token : tokens) bytes.push_back(bytesBehind(token));
  return bytes;
}

}  // namespace

ByteLevelBpe::ByteLevelBpe(const BpeVocabulary& vocabulary)
    : BpeTokenizer(vocabulary, bytesBehind(vocabulary.tokens)), preTokenizer_(vocabulary.preTokenizer) {
  std::vector<bool> isAdded(vocabulary.tokens.size());
  for (const AddedToken& added : vocabulary.added) isAdded[static_cast<std::size_t>(added.id)] = true;
  byteIds_.fill(-1);
  for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
    if (isAdded[id]) continue;
    const std::string bytes = bytesOf(static_cast<std::int64_t>(id));
    const auto number = static_cast<std::int32_t>(id);
    if (bytes.size() == 1) byteIds_[static_cast<unsigned char>(bytes[0])] = number;
    if (vocabulary.ignoreMerges && !bytes.empty()) words_.emplace(bytes, number);
  }
}

std::vector<Token> ByteLevelBpe::encodeSegment(std::string_view text) const {
  Words words;
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Run run = utf8RunAt(text, at);
    const std::string_view part = text.substr(at, run.end - at);
    if (run.valid) {
      for (const TextSpan& word : preTokenizer_.words(part)) {
        appendWord(words, part.substr(word.begin, word.end - word.begin), at + word.begin);
      }
    } else {
      appendWord(words, part, at);
    }
    at = run.end;
  }
  return std::move(words.tokens);
}

void ByteLevelBpe::appendWord(Words& words, std::string_view word, std::size_t offset) const {
  std::vector<Token>& tokens = words.tokens;
  const std::size_t first = tokens.size();
  if (const auto found = words.known.find(word); found != words.known.end()) {
    const auto [start, count] = found->second;
    const std::size_t begin = tokens[start].begin;
    for (std::size_t i = start; i < start + count; ++i) {
      Token token = tokens[i];
      token.begin = token.begin - begin + offset;
      token.end = token.end - begin + offset;
      tokens.push_back(std::move(token));
    }
    return;
  }
  appendSymbols(tokens, symbolsOf(word), offset);
  if (tokens.size() > first) words.known.emplace(word, std::pair(first, tokens.size() - first));
}

std::vector<BpeSymbol> ByteLevelBpe::symbolsOf(std::string_view word) const {
  const auto length = static_cast<std::uint32_t>(word.size());
  if (!words_.empty()) {
    if (const auto found = words_.find(std::string(word)); found != words_.end()) return {{found->second, length}};
  }
  std::vector<BpeSymbol> symbols;
  symbols.reserve(word.size());
  std::uint32_t leftOut = 0;
  for (const char c : word) {
    const std::int32_t known = byteIds_[static_cast<unsigned char>(c)];
    const std::int32_t id = known >= 0 ? known : unknown();
    if (id < 0) {
      ++leftOut;
      continue;
    }
    symbols.push_back({id, leftOut + 1});
    leftOut = 0;
  }
  merges().apply(symbols);
  return symbols;
}

}  // namespace sinkscope
