#pragma once

#include "core/text/token.h"

#include <array>
#include <cstdint>

namespace sinkscope {

/// What kind of text a token is, by its first character after any spaces.
enum class TokenClass : std::uint8_t {
  Special,      ///< a control token such as <bos>
  Newline,      ///< holds a line break and nothing but white space
  Space,        ///< spaces and tabs only
  Apostrophe,   ///< ' or ’, alone or with what follows it: "'", "'s", "n't"
  Quote,        ///< " “ ” « » or ‘
  Digit,        ///< begins with 0 ... 9
  Punctuation,  ///< begins with any other ASCII mark, or with – — …
  SpaceWord,    ///< a word after a space: " the"
  Word,         ///< a word, or a part of one, without a space before it
};
inline constexpr std::array kTokenClasses{TokenClass::Special,     TokenClass::Newline,   TokenClass::Space,
                                          TokenClass::Apostrophe,  TokenClass::Quote,     TokenClass::Digit,
                                          TokenClass::Punctuation, TokenClass::SpaceWord, TokenClass::Word};

/// The class of a token; every token has one. What begins with a letter of any script, or with bytes that are no whole
/// character, is a word.
TokenClass tokenClass(const Token& token);

/// "apostrophe", "word after a space", ...
const char* name(TokenClass tokenClass);

}  // namespace sinkscope
