#include "core/text/utf8.h"

namespace sinkscope {

Utf8Character utf8At(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  if (first < 0x80) return {first, 1};
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || at + length > text.size()) return {};
  char32_t code = first & (0x7F >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return {};
    code = code << 6 | (byte(at + i) & 0x3F);
  }
  constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < smallest[length] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return {};
  return {code, length};
}

void appendUtf8(std::string& out, char32_t code) {
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | (code >> shift & 0x3F)); };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | code >> 6);
    tail(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | code >> 12);
    tail(6), tail(0);
  } else {
    out += static_cast<char>(0xF0 | code >> 18);
    tail(12), tail(6), tail(0);
  }
}

bool isUtf8(std::string_view bytes) {
  const Utf8Run run = utf8RunAt(bytes, 0);
  return run.valid && run.end == bytes.size();
}

std::string repairedUtf8(std::string_view bytes) {
  std::string text;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t length = utf8At(bytes, at).bytes;
    if (length == 0 || bytes[at] == '\0') {
      appendUtf8(text, 0xFFFD);
    } else {
      text += bytes.substr(at, length);
    }
    at += length == 0 ? 1 : length;
  }
  return text;
}

Utf8Run utf8RunAt(std::string_view text, std::size_t begin) {
  if (begin >= text.size()) return {begin, true};
  const bool valid = utf8At(text, begin).bytes > 0;
  std::size_t at = begin;
  while (at < text.size()) {
    const std::size_t bytes = utf8At(text, at).bytes;
    if ((bytes > 0) != valid) break;
    at += valid ? bytes : 1;
  }
  return {at, valid};
}

}  // namespace sinkscope
