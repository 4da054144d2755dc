#include "core/text/token_class.h"

#include <algorithm>
#include <string_view>

namespace sinkscope {
namespace {

bool startsWithAny(std::string_view text, std::initializer_list<std::string_view> starts) {
  return std::ranges::any_of(starts, [text](std::string_view start) { return text.starts_with(start); });
}

bool isDigit(char c) {
  return c >= '0' && c <= '9';
}

bool isLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool isPunctuation(char c) {
  return c > ' ' && c < 0x7F && !isDigit(c) && !isLetter(c);
}

}  // namespace

TokenClass tokenClass(const Token& token) {
  if (token.special) return TokenClass::Special;
  const std::string_view bytes = token.bytes;
  const std::size_t begin = std::min(bytes.find_first_not_of(" \t\r\n"), bytes.size());
  const std::string_view text = bytes.substr(begin);
  if (text.empty()) return bytes.find('\n') != bytes.npos ? TokenClass::Newline : TokenClass::Space;
  if (startsWithAny(text, {"'", "’"}) || text == "n't" || text == "n’t") return TokenClass::Apostrophe;
  if (startsWithAny(text, {"\"", "“", "”", "«", "»", "‘"})) return TokenClass::Quote;
  if (isDigit(text[0])) return TokenClass::Digit;
  if (isPunctuation(text[0]) || startsWithAny(text, {"–", "—", "…"})) return TokenClass::Punctuation;
  return begin > 0 ? TokenClass::SpaceWord : TokenClass::Word;
}

const char* name(TokenClass tokenClass) {
  switch (tokenClass) {
    case TokenClass::Special:
      return "special";
    case TokenClass::Newline:
      return "line break";
    case TokenClass::Space:
      return "space";
    case TokenClass::Apostrophe:
      return "apostrophe";
    case TokenClass::Quote:
      return "quotation mark";
    case TokenClass::Digit:
      return "digit";
    case TokenClass::Punctuation:
      return "punctuation";
    case TokenClass::SpaceWord:
      return "word after a space";
    case TokenClass::Word:
      return "word without a space";
  }
  return "";
}

}  // namespace sinkscope
