#pragma once

#include "core/text/bpe_tokenizer.h"

#include <array>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sinkscope {

/// Byte-pair encoding over bytes (GPT-2, LLaMa 3, Qwen, SmolLM). The vocabulary is spelled in GPT-2's byte alphabet.
///
/// Stretches that are not UTF-8 are words of their own. A byte that the vocabulary lacks becomes the unknown token;
/// where there is none either it is left out, as Hugging Face does, and its neighbour's span covers it.
class ByteLevelBpe : public BpeTokenizer {
 public:
  explicit ByteLevelBpe(const BpeVocabulary& vocabulary);
  std::string kind() const override { return "byte-level BPE"; }

 protected:
  std::vector<Token> encodeSegment(std::string_view text) const override;

 private:
  /// One call's words and the tokens that they became: words repeat.
  struct Words {
    std::vector<Token> tokens;
    std::unordered_map<std::string_view, std::pair<std::size_t, std::size_t>> known{};  // first token and count
  };

  void appendWord(Words& words, std::string_view word, std::size_t offset) const;
  std::vector<BpeSymbol> symbolsOf(std::string_view word) const;

  PreTokenizer preTokenizer_;
  std::array<std::int32_t, 256> byteIds_{};              // -1: none
  std::unordered_map<std::string, std::int32_t> words_;  // tokens by their bytes, where merges may be ignored
};

}  // namespace sinkscope
