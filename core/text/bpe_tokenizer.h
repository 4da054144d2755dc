#pragma once

#include "core/text/bpe_merges.h"
#include "core/text/name_matcher.h"
#include "core/text/pre_tokenizer.h"
#include "core/text/tokenizer.h"

#include <string>
#include <utility>
#include <vector>

namespace sinkscope {

/// A token that is found whole in the text, before anything else looks at it.
struct AddedToken {
  std::string text;
  std::int64_t id = 0;
  bool special = false;  ///< only found when asked for
};

/// Where a space is put before the text. With added tokens in it, each stretch between them counts as a text.
enum class SpacePrefix {
  never,
  always,
  unlessSpace,  ///< not before a space
  unlessMark,   ///< not before a space or "\u2581", which sentencepiece writes for it
  markAtStart   ///< the same, and only where the prompt begins
};

/// What a byte-pair tokenizer is made of, wherever it was read from.
struct BpeVocabulary {
  std::string source;                 ///< names it in errors
  std::vector<std::string> tokens{};  ///< by id, as the file spells them; "" where there is none
  std::vector<std::pair<std::string, std::string>> merges{};  ///< first one first
  std::vector<AddedToken> added{};
  SpacePrefix prefix = SpacePrefix::never;
  std::optional<std::int64_t> unknown{};
  std::optional<std::int64_t> bos{};
  std::optional<std::int64_t> eos{};
  bool addsBos = false;

  // Over bytes only.
  PreTokenizer preTokenizer{};
  bool ignoreMerges = false;  ///< a word that is a token is that token, whatever the merges say

  // Over characters only.
  bool byteFallback = false;   ///< a character that is no token becomes its bytes, named like <0x41>
  bool fuseUnknown = false;    ///< unknown characters side by side are one unknown token
  bool splitAtSpaces = false;  ///< nothing merges across the beginning of a word
};

/// The two tokens of a merge that is written as one text. Throws `Error`, naming `source`, when there is no space in
/// it.
std::pair<std::string, std::string> mergeOf(const std::string& text, const std::string& source);

/// What the two byte-pair tokenizers share: the vocabulary, its merges and its added tokens.
class BpeTokenizer : public Tokenizer {
 public:
  std::string bytesOf(std::int64_t id) const override { return bytes_[checked(id)]; }
  bool isSpecial(std::int64_t id) const override { return special_[checked(id)]; }
  std::int64_t size() const override { return static_cast<std::int64_t>(bytes_.size()); }
  std::optional<std::int64_t> bos() const override { return bos_; }
  std::optional<std::int64_t> eos() const override { return eos_; }
  bool addsBos() const override { return addsBos_; }

 protected:
  /// `bytes`: what each token stands for. Throws `Error` when a merge or an id names a token that is not there.
  BpeTokenizer(const BpeVocabulary& vocabulary, std::vector<std::string> bytes);

  std::vector<Token> encodeText(std::string_view text, bool atStart) const override;
  const NameMatcher& specialTokens() const override { return specialTokens_; }

  /// Tokens of a stretch between added tokens, with the space before it if it has one; spans count from its beginning.
  virtual std::vector<Token> encodeSegment(std::string_view text) const = 0;

  const BpeMerges& merges() const { return merges_; }
  std::int32_t unknown() const { return unknown_; }  ///< -1: none
  /// Appends a word's tokens; the word begins at `offset`.
  void appendSymbols(std::vector<Token>& tokens, const std::vector<BpeSymbol>& symbols, std::size_t offset) const;

 private:
  void readMerges(const BpeVocabulary& vocabulary);
  void readAdded(const BpeVocabulary& vocabulary);
  bool hasPrefix(std::string_view text, bool atStart) const;
  void appendSegment(std::vector<Token>& tokens, std::string_view text, std::size_t offset, bool atStart) const;

  std::vector<std::string> bytes_;  // by id
  std::vector<bool> special_;       // by id
  BpeMerges merges_;
  NameMatcher plainAdded_;
  NameMatcher specialTokens_;
  SpacePrefix prefix_;
  std::int32_t unknown_ = -1;
  std::optional<std::int64_t> bos_;
  std::optional<std::int64_t> eos_;
  bool addsBos_;
};

}  // namespace sinkscope
