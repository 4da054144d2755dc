#include "core/text/sentencepiece_names.h"

#include <charconv>

namespace sinkscope {

std::string withSpaces(std::string_view piece) {
  std::string out;
  while (!piece.empty()) {
    const bool space = piece.starts_with(spaceMark);
    out += space ? ' ' : piece.front();
    piece.remove_prefix(space ? spaceMark.size() : 1);
  }
  return out;
}

std::optional<unsigned char> byteNamed(std::string_view piece) {
  if (piece.size() != 6 || !piece.starts_with("<0x") || !piece.ends_with('>')) return std::nullopt;
  unsigned char value = 0;
  const char* const end = piece.data() + 5;
  const auto read = std::from_chars(piece.data() + 3, end, value, 16);
  return read.ec == std::errc() && read.ptr == end ? std::optional(value) : std::nullopt;
}

}  // namespace sinkscope
