#include "core/text/byte_level_bpe.h"

#include "core/error.h"
#include "core/text/utf8.h"

#include <limits>

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

}  // namespace

ByteLevelBpe::ByteLevelBpe(const ByteLevelVocabulary& vocabulary)
    : preTokenizer_(vocabulary.preTokenizer),
      addPrefixSpace_(vocabulary.addPrefixSpace),
      ignoreMerges_(vocabulary.ignoreMerges),
      bos_(vocabulary.bos),
      eos_(vocabulary.eos),
      addsBos_(vocabulary.addsBos) {
  readTokens(vocabulary);
  readMerges(vocabulary);
  readAdded(vocabulary);
  if (vocabulary.unknown) unknown_ = static_cast<std::int32_t>(checked(*vocabulary.unknown));
  if (bos_) checked(*bos_);
  if (eos_) checked(*eos_);
}

void ByteLevelBpe::readTokens(const ByteLevelVocabulary& vocabulary) {
  if (vocabulary.tokens.size() > std::numeric_limits<std::int32_t>::max()) {
    throw Error(vocabulary.source + ": the vocabulary has more tokens than ids can count.");
  }
  byteIds_.fill(-1);
  for (const std::string& token : vocabulary.tokens) {
    const std::string bytes = bytesBehind(token);
    if (bytes.size() == 1) byteIds_[static_cast<unsigned char>(bytes[0])] = static_cast<std::int32_t>(bytes_.size());
    bytes_.push_back(bytes);
  }
  special_.resize(bytes_.size());
}

void ByteLevelBpe::readMerges(const ByteLevelVocabulary& vocabulary) {
  std::unordered_map<std::string_view, std::int32_t> ids;
  ids.reserve(vocabulary.tokens.size());
  for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
    if (!vocabulary.tokens[id].empty()) ids[vocabulary.tokens[id]] = static_cast<std::int32_t>(id);
  }
  const auto idOf = [&](const std::string& token, const std::string& merge) {
    const auto found = ids.find(token);
    if (found != ids.end()) return found->second;
    throw Error(vocabulary.source + ": the merge \"" + merge + "\" names \"" + token +
                "\", which is not in the vocabulary.");
  };
  merges_ = BpeMerges(vocabulary.merges.size());
  for (const auto& [left, right] : vocabulary.merges) {
    const std::string merge = left + " " + right;
    const std::int32_t leftId = idOf(left, merge), rightId = idOf(right, merge);
    merges_.add(leftId, rightId, idOf(left + right, merge));
  }
}

void ByteLevelBpe::readAdded(const ByteLevelVocabulary& vocabulary) {
  std::vector<std::pair<std::string, std::int64_t>> plain, special;
  std::vector<bool> isAdded(bytes_.size());
  for (const AddedToken& added : vocabulary.added) {
    const std::size_t id = checked(added.id);
    bytes_[id] = added.text;
    isAdded[id] = true;
    special_[id] = added.special;
    (added.special ? special : plain).emplace_back(added.text, added.id);
  }
  plainAdded_ = NameMatcher(plain);
  specialTokens_ = NameMatcher(special);
  if (!ignoreMerges_) return;
  for (std::size_t id = 0; id < bytes_.size(); ++id) {
    if (!isAdded[id] && !bytes_[id].empty()) words_.emplace(bytes_[id], static_cast<std::int32_t>(id));
  }
}

std::size_t ByteLevelBpe::checked(std::int64_t id) const {
  if (id < 0 || id >= size()) {
    throw Error("Token id " + std::to_string(id) + " is outside the vocabulary of " + std::to_string(size()) +
                " tokens.");
  }
  return static_cast<std::size_t>(id);
}

std::string ByteLevelBpe::bytesOf(std::int64_t id) const {
  return bytes_[checked(id)];
}

bool ByteLevelBpe::isSpecial(std::int64_t id) const {
  return special_[checked(id)];
}

std::vector<Token> ByteLevelBpe::encodeText(std::string_view text) const {
  std::vector<Token> tokens;
  std::size_t at = 0;
  while (const auto match = plainAdded_.find(text, at)) {
    appendSegment(tokens, text.substr(at, match->begin - at), at);
    tokens.push_back({match->id, bytesOf(match->id), match->begin, match->end, false});
    at = match->end;
  }
  appendSegment(tokens, text.substr(at), at);
  return tokens;
}

void ByteLevelBpe::appendSegment(std::vector<Token>& tokens, std::string_view text, std::size_t offset) const {
  if (text.empty()) return;
  const bool prefix = addPrefixSpace_ && text.front() != ' ';
  const std::string input = std::string(prefix ? " " : "").append(text);
  const std::string_view all = input;
  const std::size_t first = tokens.size();
  Words words{tokens, {}};
  for (std::size_t at = 0; at < all.size();) {
    const Utf8Run run = utf8RunAt(all, at);
    const std::string_view part = all.substr(at, run.end - at);
    if (run.valid) {
      for (const TextSpan& word : preTokenizer_.words(part)) {
        appendWord(words, part.substr(word.begin, word.end - word.begin), at + word.begin);
      }
    } else {
      appendWord(words, part, at);
    }
    at = run.end;
  }
  for (std::size_t i = first; i < tokens.size(); ++i) {  // back to the text without the prefix
    tokens[i].begin += offset - (prefix && tokens[i].begin > 0);
    tokens[i].end += offset - (prefix && tokens[i].end > 0);
  }
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
  std::size_t at = offset;
  for (const BpeSymbol& symbol : symbolsOf(word)) {
    tokens.push_back({symbol.id, bytes_[symbol.id], at, at + symbol.bytes, special_[symbol.id]});
    at += symbol.bytes;
  }
  if (tokens.size() > first) words.known.emplace(word, std::pair(first, tokens.size() - first));
}

std::vector<BpeSymbol> ByteLevelBpe::symbolsOf(std::string_view word) const {
  const auto length = static_cast<std::uint32_t>(word.size());
  if (ignoreMerges_) {
    if (const auto found = words_.find(std::string(word)); found != words_.end()) return {{found->second, length}};
  }
  std::vector<BpeSymbol> symbols;
  symbols.reserve(word.size());
  std::uint32_t leftOut = 0;
  for (const char c : word) {
    const std::int32_t known = byteIds_[static_cast<unsigned char>(c)];
    const std::int32_t id = known >= 0 ? known : unknown_;
    if (id < 0) {
      ++leftOut;
      continue;
    }
    symbols.push_back({id, leftOut + 1});
    leftOut = 0;
  }
  merges_.apply(symbols);
  return symbols;
}

}  // namespace sinkscope
