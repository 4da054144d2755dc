#pragma once

#include "core/text/chat_template.h"
#include "core/text/name_matcher.h"
#include "core/text/token.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sinkscope {

/// How an encoder treats text.
struct EncodeOptions {
  bool addBos = false;        ///< put <bos> first
  bool parseSpecial = false;  ///< read "<bos>" and its like in the text as tokens instead of as text
  /// The text is a user's message: it is read in the markup of the model's chat template, whose names are tokens.
  bool chat = false;
  std::size_t limit = 0;  ///< cut to this many tokens after special tokens were added; 0: no limit
};

/// A token where it stands in a text; it begins where the one before it ends.
struct PlacedId {
  std::int32_t id = 0;
  std::size_t end = 0;
};

/// Text to tokens and back. Ids equal Hugging Face's, for a tokenizer.model sentencepiece's, for a tekken.json
/// tiktoken's. Immutable, usable from any thread.
///
/// Bytes that are not UTF-8 stand between the texts around them, which are encoded as if those bytes were not there to
/// join them. Each becomes its byte token; in a vocabulary without bytes the unknown token, or nothing where there is
/// none either. (The other libraries take no such text.)
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  /// Tokens of `text`. Those of a chat template's markup are added ones. Throws `Error` when `addBos` is asked of a
  /// vocabulary that has none, and `chat` where the template has a problem.
  std::vector<Token> encode(std::string_view text, const EncodeOptions& options = {}) const;
  /// Only their ids, which is faster.
  std::vector<std::int64_t> encodeIds(std::string_view text, const EncodeOptions& options = {}) const;

  /// The bytes that `id` stands for (a special token's name). Throws `Error` outside the vocabulary.
  virtual std::string bytesOf(std::int64_t id) const = 0;
  virtual bool isSpecial(std::int64_t id) const = 0;

  virtual std::int64_t size() const = 0;
  virtual std::optional<std::int64_t> bos() const = 0;  ///< the id that stands first, also where it is not added
  virtual std::optional<std::int64_t> eos() const = 0;
  virtual bool addsBos() const = 0;      ///< whether the tokenizer itself puts <bos> first
  virtual std::string kind() const = 0;  ///< "sentencepiece", "byte-level BPE"

  const ChatTemplate& chatTemplate() const { return chat_; }
  /// Whether <bos> stands first by itself: before raw text, or where the chat template puts it.
  bool addsBosTo(bool chat) const;

  /// Bytes of a sequence, special tokens left out. It is the encoded text again, except where the tokenizer changes
  /// text before it encodes: a space put before it (LLaMa 2), "\u2581" read as a space, characters composed (Qwen) or
  /// folded.
  std::string decode(const std::vector<std::int64_t>& ids) const;

  /// Before others have the tokenizer.
  void setChatTemplate(ChatTemplate chat) { chat_ = std::move(chat); }

 protected:
  /// `id` as an index; throws `Error` outside the vocabulary.
  std::size_t checked(std::int64_t id) const;
  /// Appends the tokens of `text`, without any added ones; ends count from its beginning. `atStart`: the prompt begins
  /// here.
  virtual void appendText(std::vector<PlacedId>& tokens, std::string_view text, bool atStart) const = 0;
  /// Finds the names of special tokens, for `parseSpecial`.
  virtual const NameMatcher& specialTokens() const = 0;

 private:
  struct Message;

  std::vector<PlacedId> place(std::string_view text, const EncodeOptions& options) const;
  std::string nameOf(std::optional<std::int64_t> id) const;
  /// `user` in the chat template's markup.
  Message rendered(const std::string& user, bool addBos) const;

  ChatTemplate chat_;
};

/// The tokenizer that belongs to the model at `path`: inside a GGUF; tokenizer.json, tokenizer.model, tekken.json,
/// or vocab.json with merges.txt, in a folder or beside a .safetensors file; or a .model / .json file itself.
std::shared_ptr<const Tokenizer> loadTokenizer(const std::filesystem::path& path);

/// The file that `loadTokenizer` reads for `path`. Throws `Error` when there is none.
std::filesystem::path tokenizerFile(const std::filesystem::path& path);

}  // namespace sinkscope
