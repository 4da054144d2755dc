#include "core/text/tokenizer.h"

#include "core/error.h"

#include <algorithm>

namespace sinkscope {
namespace {

Error noBos() {
  return Error("The tokenizer has no <bos> token (tokenizer.ggml.bos_token_id or bos_token) to put first.");
}

}  // namespace

std::vector<PlacedId> Tokenizer::place(std::string_view text, const EncodeOptions& options) const {
  std::vector<PlacedId> tokens;
  tokens.reserve(text.size() / 4 + 2);
  if (options.addBos) {
    if (!bos()) throw noBos();
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

std::string Tokenizer::nameOf(std::optional<std::int64_t> id) const {
  return id ? bytesOf(*id) : std::string();
}

bool Tokenizer::addsBosTo(bool chat) const {
  if (!chat || !chat_.problem().empty()) return addsBos();
  const std::string end = nameOf(eos());
  return chat_.render("x", nameOf(bos()), end) != chat_.render("x", "", end);
}

/// A message in its markup, and which of its bytes stand there from where on.
struct Tokenizer::Message {
  std::string text;
  std::size_t at = 0;     ///< in `text`
  std::size_t first = 0;  ///< of the message: templates leave out white space before it
  std::size_t end = 0;
};

Tokenizer::Message Tokenizer::rendered(const std::string& user, bool addBos) const {
  const std::string first = nameOf(bos());
  const auto inMarkup = [&](const std::string& message) {
    std::string text = chat_.render(message, addBos ? first : "", nameOf(eos()));
    return addBos && !text.starts_with(first) ? first + text : text;
  };
  Message message{.text = inMarkup(user)};
  constexpr const char* mark = "\u2603\u2604";  // nothing that a template's own words hold
  const std::size_t at = inMarkup(mark).find(mark);
  if (at > message.text.size()) return message;  // shown nowhere
  const std::string_view shown = std::string_view(message.text).substr(at);
  std::string_view part = user;
  if (!shown.starts_with(part)) {
    constexpr const char* spaces = " \t\n\v\f\r";
    part.remove_prefix(std::min(part.find_first_not_of(spaces), part.size()));
    part = part.substr(0, part.find_last_not_of(spaces) + 1);
    if (!shown.starts_with(part)) return message;  // as other words
  }
  message.at = at;
  message.first = static_cast<std::size_t>(part.data() - user.data());
  message.end = message.first + part.size();
  return message;
}

std::vector<Token> Tokenizer::encode(std::string_view text, const EncodeOptions& options) const {
  std::vector<Token> tokens;
  if (options.chat) {
    if (options.addBos && !bos()) throw noBos();
    const Message message = rendered(std::string(text), options.addBos);
    tokens = encode(message.text, {.parseSpecial = true, .limit = options.limit});
    const auto inMessage = [&](std::size_t at) {
      return std::clamp(at + message.first, message.first + message.at, message.end + message.at) - message.at;
    };
    for (Token& token : tokens) {
      token.begin = inMessage(token.begin);
      token.end = inMessage(token.end);
    }
    return tokens;
  }
  std::size_t begin = 0;
  for (const PlacedId& placed : place(text, options)) {
    const std::size_t end = std::max(begin, placed.end);
    tokens.push_back({placed.id, bytesOf(placed.id), begin, end, isSpecial(placed.id)});
    begin = end;
  }
  return tokens;
}

std::vector<std::int64_t> Tokenizer::encodeIds(std::string_view text, const EncodeOptions& options) const {
  if (options.chat) return idsOf(encode(text, options));
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
