#include "core/text/tokenizer.h"

#include "core/error.h"

#include <algorithm>
#include <iterator>

namespace sinkscope {

std::vector<Token> Tokenizer::encode(std::string_view text, const EncodeOptions& options) const {
  std::vector<Token> tokens;
  if (options.addBos) {
    if (!bos())
      throw Error("The tokenizer has no <bos> token (tokenizer.ggml.bos_token_id or bos_token) to put first.");
    tokens.push_back({*bos(), bytesOf(*bos()), 0, 0, true});
  }
  const auto appendText = [&](std::size_t begin, std::size_t end) {
    if (begin == end) return;
    std::vector<Token> found = encodeText(text.substr(begin, end - begin), begin == 0);
    std::size_t covered = begin;
    for (Token& token : found) {
      // Text that an encoder leaves out belongs to the token after it, so that spans leave no gaps.
      token.begin = covered;
      covered = token.end = std::max(covered, token.end + begin);
    }
    if (!found.empty()) found.back().end = end;
    tokens.insert(tokens.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
  };
  std::size_t at = 0;
  if (options.parseSpecial) {
    while (const auto match = specialTokens().find(text, at)) {
      appendText(at, match->begin);
      tokens.push_back({match->id, bytesOf(match->id), match->begin, match->end, true});
      at = match->end;
    }
  }
  appendText(at, text.size());
  if (options.limit > 0 && tokens.size() > options.limit) tokens.resize(options.limit);
  return tokens;
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
