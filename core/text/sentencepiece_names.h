#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sinkscope {

/// sentencepiece writes a space as this character.
inline constexpr std::string_view spaceMark = "\u2581";

/// A piece with its spaces written as spaces.
std::string withSpaces(std::string_view piece);

/// The byte that a byte piece's name, such as "<0x41>", stands for.
std::optional<unsigned char> byteNamed(std::string_view piece);

}  // namespace sinkscope
