#include "core/text/token.h"

#include "core/text/utf8.h"

#include <cstdio>

namespace sinkscope {
namespace {

/// Characters that leave no mark, or that turn the text around them: a person must see that they are there.
bool isInvisible(char32_t code) {
  return (code >= 0x80 && code < 0xA0) || code == 0xAD || (code >= 0x200B && code <= 0x200F) ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF;
}

void append(std::string& out, const char* format, unsigned value) {
  char text[16];
  std::snprintf(text, sizeof text, format, value);
  out += text;
}

void appendVisible(std::string& out, char32_t code) {
  if (code == ' ') {
    out += "·";
  } else if (code == '\n') {
    out += "\\n";
  } else if (code == '\r') {
    out += "\\r";
  } else if (code == '\t') {
    out += "\\t";
  } else if (code < 0x20 || code == 0x7F) {
    append(out, "\\x%02X", code);
  } else if (isInvisible(code)) {
    append(out, "\\u%04X", code);
  } else {
    appendUtf8(out, code);
  }
}

}  // namespace

std::vector<std::int64_t> idsOf(const std::vector<Token>& tokens) {
  std::vector<std::int64_t> ids;
  for (const Token& token : tokens) ids.push_back(token.id);
  return ids;
}

std::string visibleText(const Token& token) {
  return token.special ? token.bytes : visibleText(token.bytes);
}

std::string visibleText(std::string_view bytes) {
  std::string out;
  for (std::size_t at = 0; at < bytes.size();) {
    const Utf8Character character = utf8At(bytes, at);
    if (character.bytes == 0) {
      append(out, "<%02X>", static_cast<unsigned char>(bytes[at]));
      ++at;
    } else {
      appendVisible(out, character.code);
      at += character.bytes;
    }
  }
  return out;
}

}  // namespace sinkscope
