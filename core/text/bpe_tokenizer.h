#pragma once

#include "core/text/bpe_merges.h"
#include "core/text/name_matcher.h"
#include "core/text/normalizer.h"
#include "core/text/pre_tokenizer.h"
#include "core/text/tokenizer.h"
#include "core/text/word_table.h"

#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sinkscope {

/// A token that is found whole in the text, before anything else looks at it.
struct AddedToken {
  std::string text;
  std::int64_t id = 0;
  bool special = false;     ///< only found when asked for
  bool normalized = false;  ///< found in the normalized text, where the others are not; only for those not special
  bool stripLeft = false;   ///< takes the white space before it along
  bool stripRight = false;  ///< takes the white space after it along
  bool wholeWord = false;   ///< not found inside a word
};

/// Where a space is put before the text. With added tokens in it, each stretch between them counts as a text.
enum class SpacePrefix {
  never,
  always,
  once,         ///< before all of the text, whatever is in it
  unlessSpace,  ///< not before a space
  unlessMark,   ///< not before a space or "\u2581", which sentencepiece writes for it
  markAtStart   ///< the same, and only where the prompt begins
};

/// What a byte-pair tokenizer is made of, wherever it was read from.
struct BpeVocabulary {
  std::string source;                 ///< names it in errors
  std::vector<std::string> tokens{};  ///< by id, as the file spells them; "" where there is none
  std::vector<std::pair<std::string, std::string>> merges{};  ///< first one first
  /// Instead of merges, by id: any two neighbours that spell the token join into it, those of the lowest rank first.
  std::vector<std::optional<std::uint32_t>> ranks{};
  std::vector<AddedToken> added{};
  NormalForm form = NormalForm::none;
  SpacePrefix prefix = SpacePrefix::never;
  std::optional<std::int64_t> unknown{};
  std::optional<std::int64_t> bos{};
  std::optional<std::int64_t> eos{};
  bool addsBos = false;

  // Over bytes only.
  PreTokenizer preTokenizer{};
  bool plainBytes = false;    ///< tokens are bytes as they are, not spelled in GPT-2's alphabet
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
  BpeTokenizer(const BpeTokenizer&) = delete;
  BpeTokenizer& operator=(const BpeTokenizer&) = delete;

  std::string bytesOf(std::int64_t id) const override { return bytes_[checked(id)]; }
  bool isSpecial(std::int64_t id) const override { return special_[checked(id)]; }
  std::int64_t size() const override { return static_cast<std::int64_t>(bytes_.size()); }
  std::optional<std::int64_t> bos() const override { return bos_; }
  std::optional<std::int64_t> eos() const override { return eos_; }
  bool addsBos() const override { return addsBos_; }

 protected:
  /// `bytes`: what each token stands for. Throws `Error` when a merge or an id names a token that is not there.
  BpeTokenizer(const BpeVocabulary& vocabulary, std::vector<std::string> bytes);

  void appendText(std::vector<PlacedId>& tokens, std::string_view text, bool atStart) const override;
  const NameMatcher& specialTokens() const override { return specialTokens_; }

  /// Appends the tokens of a stretch between added tokens, with the space before it if it has one; ends count from its
  /// beginning.
  virtual void appendStretch(std::vector<PlacedId>& tokens, std::string_view text) const = 0;

  const std::vector<std::string>& bytes() const { return bytes_; }
  const BpeMerges& merges() const { return merges_; }
  std::int32_t unknown() const { return unknown_; }  ///< -1: none
  /// Appends a word's tokens; the word begins at `offset`.
  static void appendSymbols(std::vector<PlacedId>& tokens, const std::vector<BpeSymbol>& symbols, std::size_t offset);

  /// Makes `symbols` the tokens of `word`, or as many as there are.
  virtual void merge(std::string_view word, std::vector<BpeSymbol>& symbols) const = 0;
  /// Whether merges make the token of its own bytes.
  bool mergesToItself(std::int32_t id, std::vector<BpeSymbol>& symbols) const;
  /// From now on a word of the token's bytes is that token, without a look at the merges.
  void addWord(std::int32_t id) { words_.insert(id); }
  /// Appends the tokens of `word`, which begins at `offset`. `symbols` is room to work in.
  void appendWord(std::vector<PlacedId>& tokens, std::string_view word, std::size_t offset,
                  std::vector<BpeSymbol>& symbols) const;

 private:
  using Ids = std::unordered_map<std::string_view, std::int32_t>;
  using Append = void (BpeTokenizer::*)(std::vector<PlacedId>&, std::string_view, bool) const;

  void readMerges(const BpeVocabulary& vocabulary, const Ids& ids);
  void readRanks(const BpeVocabulary& vocabulary, const Ids& ids);
  void readAdded(const BpeVocabulary& vocabulary);
  bool hasPrefix(std::string_view text, bool atStart) const;

  // A text, cut at added tokens into segments; a segment's normal text, cut at those into stretches.
  void appendSegment(std::vector<PlacedId>& tokens, std::string_view text, bool atStart) const;
  void appendNormal(std::vector<PlacedId>& tokens, std::string_view text, bool atStart) const;
  void appendWithPrefix(std::vector<PlacedId>& tokens, std::string_view text, bool atStart) const;
  /// Cuts `text` at the names that `matcher` finds and hands on what lies between them.
  void appendBetween(const NameMatcher& matcher, Append append, std::vector<PlacedId>& tokens, std::string_view text,
                     bool atStart) const;

  std::vector<std::string> bytes_;  // by id
  WordTable words_;                 // tokens that a word of their bytes becomes
  std::vector<bool> special_;       // by id
  BpeMerges merges_;
  NameMatcher plainAdded_;
  NameMatcher normalizedAdded_;
  NameMatcher specialTokens_;
  NormalForm form_;
  SpacePrefix prefix_;
  std::int32_t unknown_ = -1;
  std::optional<std::int64_t> bos_;
  std::optional<std::int64_t> eos_;
  bool addsBos_;
};

}  // namespace sinkscope
