#pragma once

#include "core/text/bpe_merges.h"
#include "core/text/name_matcher.h"
#include "core/text/pre_tokenizer.h"
#include "core/text/tokenizer.h"

#include <array>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sinkscope {

/// A token that is found whole in the text, before anything else looks at it.
struct AddedToken {
  std::string text;
  std::int64_t id = 0;
  bool special = false;  ///< only found when asked for
};

/// What a byte-level tokenizer is made of, wherever it was read from.
struct ByteLevelVocabulary {
  std::string source;                                       ///< names it in errors
  std::vector<std::string> tokens;                          ///< by id, in GPT-2's byte alphabet; "" where there is none
  std::vector<std::pair<std::string, std::string>> merges;  ///< first one first
  std::vector<AddedToken> added{};
  PreTokenizer preTokenizer{};
  bool addPrefixSpace = false;  ///< put a space before text that has none
  bool ignoreMerges = false;    ///< a word that is a token is that token, whatever the merges say
  std::optional<std::int64_t> unknown{};
  std::optional<std::int64_t> bos{};
  std::optional<std::int64_t> eos{};
  bool addsBos = false;
};

/// Byte-pair encoding over bytes (GPT-2, LLaMa 3, Qwen, SmolLM).
///
/// Stretches that are not UTF-8 are words of their own. A byte that the vocabulary lacks becomes the unknown token;
/// where there is none either it is left out, as Hugging Face does, and its neighbour's span covers it.
class ByteLevelBpe : public Tokenizer {
 public:
  /// Throws `Error` when a merge names a token that is not there.
  explicit ByteLevelBpe(const ByteLevelVocabulary& vocabulary);

  std::string bytesOf(std::int64_t id) const override;
  bool isSpecial(std::int64_t id) const override;
  std::int64_t size() const override { return static_cast<std::int64_t>(bytes_.size()); }
  std::optional<std::int64_t> bos() const override { return bos_; }
  std::optional<std::int64_t> eos() const override { return eos_; }
  bool addsBos() const override { return addsBos_; }
  std::string kind() const override { return "byte-level BPE"; }

 protected:
  std::vector<Token> encodeText(std::string_view text) const override;
  const NameMatcher& specialTokens() const override { return specialTokens_; }

 private:
  /// One call's words and the tokens that they became: words repeat.
  struct Words {
    std::vector<Token>& tokens;
    std::unordered_map<std::string_view, std::pair<std::size_t, std::size_t>> known;  // first token and count
  };

  void readTokens(const ByteLevelVocabulary& vocabulary);
  void readMerges(const ByteLevelVocabulary& vocabulary);
  void readAdded(const ByteLevelVocabulary& vocabulary);
  std::size_t checked(std::int64_t id) const;
  void appendSegment(std::vector<Token>& tokens, std::string_view text, std::size_t offset) const;
  void appendWord(Words& words, std::string_view word, std::size_t offset) const;
  std::vector<BpeSymbol> symbolsOf(std::string_view word) const;

  std::vector<std::string> bytes_;                       // by id
  std::vector<bool> special_;                            // by id
  std::unordered_map<std::string, std::int32_t> words_;  // tokens by their bytes; kept where merges may be ignored
  std::array<std::int32_t, 256> byteIds_{};              // -1: none
  BpeMerges merges_;
  NameMatcher plainAdded_;
  NameMatcher specialTokens_;
  PreTokenizer preTokenizer_;
  bool addPrefixSpace_ = false;
  bool ignoreMerges_ = false;
  std::int32_t unknown_ = -1;
  std::optional<std::int64_t> bos_;
  std::optional<std::int64_t> eos_;
  bool addsBos_ = false;
};

}  // namespace sinkscope
