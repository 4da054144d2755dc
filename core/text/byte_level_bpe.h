#pragma once

#include "core/text/bpe_tokenizer.h"

#include <array>
#include <string>
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
  void appendStretch(std::vector<PlacedId>& tokens, std::string_view text) const override;
  void merge(std::string_view word, std::vector<BpeSymbol>& symbols) const override;

 private:
  PreTokenizer preTokenizer_;
  std::array<std::int32_t, 256> byteIds_{};  // -1: none
};

}  // namespace sinkscope
