#include "core/text/tokenizer.h"

#include "core/error.h"

#include <algorithm>

namespace sinkscope {

std::vector<PlacedId> Tokenizer::place(std::string_view text, const EncodeOptions& options) const {
  std::vector<PlacedId> tokens;
  tokens.reserve(text.size() / 4 + 2);
  if (options.addBos) {
    if (!bos())
      throw Error("The tokenizer has no <bos> token (tokenizer.ggml.bos_token_id or bos_token) to put first.");
    tokens.push_back({static_cast<std::int32_t>(*bos()), 0});
  }
  const auto append = [&](std::size_t begin, std::size_t end) {
    if (begin == end) return;
    const std::size_t first = tokens.size();
    appendText(tokens, text.substr(begin, end - begin), begin == 0);
    for (std::size_t i = first; i < tokens.size(); ++i) tokens[i].end += begin;
    // Text that an encoder leaves out belongs to the token after it; at the end, to the last one.
    if (tokens.size() > first) tokens.back().end = end;
  };
  std::size_t at = 0;
  if (options.parseSpecial) {
    while (const auto match = specialTokens().find(text, at)) {
      append(at, match->begin);
      tokens.push_back({static_cast<std::int32_t>(match->id), match->end});
      at = match->end;
    }
  }
  append(at, text.size());
  if (options.limit > 0 && tokens.size() > options.limit) tokens.resize(options.limit);
  return tokens;
}

std::vector<Token> Tokenizer::encode(std::string_view text, const EncodeOptions& options) const {
  std::vector<Token> tokens;
  std::size_t begin = 0;
  for (const PlacedId& placed : place(text, options)) {
    const std::size_t end = std::max(begin, placed.end);
    tokens.push_back({placed.id, bytesOf(placed.id), begin, end, isSpecial(placed.id)});
    begin = end;
  }
  return tokens;
}

std::vector<std::int64_t> Tokenizer::encodeIds(std::string_view text, const EncodeOptions& options) const {
  const std::vector<PlacedId> placed = place(text, options);
  std::vector<std::int64_t> ids(placed.size());
  std::transform(placed.begin(), placed.end(), ids.begin(), [](const PlacedId& token) { return token.id; });
  return ids;
}

std::size_t Tokenizer::checked(std::int64_t id) const {
  if (id < 0 || id >= size()) {
    throw Error("Token id " + std::to_string(id) + " is outside the vocabulary of " + std::to_string(size()) +
                " tokens.");
  }
  return static_cast<std::size_t>(id);
}

std::string Tokenizer::decode(const std::vector<std::int64_t>& ids) const {
  std::string bytes;
  for (const std::int64_t id : ids) {
    if (!isSpecial(id)) bytes += bytesOf(id);
  }
  return bytes;
}

}  // namespace sinkscope
