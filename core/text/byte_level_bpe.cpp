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

std::vector<std::string> bytesBehind(const BpeVocabulary& vocabulary) {
  if (vocabulary.plainBytes) return vocabulary.tokens;
  std::vector<std::string> bytes;
  bytes.reserve(vocabulary.tokens.size());
  for (const std::string& token : vocabulary.tokens) bytes.push_back(bytesBehind(token));
  // Added tokens are spelled as they are. One that is a byte's character ("Ġ") goes on to stand for the byte as well.
  for (const AddedToken& added : vocabulary.added) {
    if (added.id < 0 || added.id >= static_cast<std::int64_t>(bytes.size())) continue;
    std::string& own = bytes[static_cast<std::size_t>(added.id)];
    if (own.size() != 1) own = added.text;
  }
  return bytes;
}

}  // namespace

ByteLevelBpe::ByteLevelBpe(const BpeVocabulary& vocabulary)
    : BpeTokenizer(vocabulary, bytesBehind(vocabulary)), preTokenizer_(vocabulary.preTokenizer) {
  std::vector<bool> isAdded(vocabulary.tokens.size());
  for (const AddedToken& added : vocabulary.added) isAdded[checked(added.id)] = true;
  byteIds_.fill(-1);
  const auto count = static_cast<std::int32_t>(size());
  const auto bytesAt = [&](std::int32_t id) -> const std::string& { return bytes()[static_cast<std::size_t>(id)]; };
  const auto isWord = [&](std::int32_t id) { return !isAdded[static_cast<std::size_t>(id)] && !bytesAt(id).empty(); };
  for (std::int32_t id = 0; id < count; ++id) {
    if (bytesAt(id).size() == 1) byteIds_[static_cast<unsigned char>(bytesAt(id)[0])] = id;
  }
  std::vector<BpeSymbol> symbols;
  for (std::int32_t id = 0; id < count; ++id) {
    if (isWord(id) && (vocabulary.ignoreMerges || mergesToItself(id, symbols))) addWord(id);
  }
}

void ByteLevelBpe::appendStretch(std::vector<PlacedId>& tokens, std::string_view text) const {
  std::vector<BpeSymbol> symbols;
  std::vector<TextSpan> words;
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Run run = utf8RunAt(text, at);
    const std::string_view part = text.substr(at, run.end - at);
    if (run.valid) {
      words.clear();
      preTokenizer_.appendWords(words, part);
      for (const TextSpan& word : words) {
        appendWord(tokens, part.substr(word.begin, word.end - word.begin), at + word.begin, symbols);
      }
    } else {
      appendWord(tokens, part, at, symbols);
    }
    at = run.end;
  }
}

void ByteLevelBpe::merge(std::string_view word, std::vector<BpeSymbol>& symbols) const {
  symbols.clear();
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
}

}  // namespace sinkscope
