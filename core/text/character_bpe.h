#pragma once

#include "core/text/bpe_tokenizer.h"

#include <array>
#include <string>
#include <unordered_map>
#include <vector>

namespace sinkscope {

/// Byte-pair encoding over characters, as Hugging Face writes sentencepiece vocabularies (LLaMa 2, Mistral, Gemma):
/// spaces are "\u2581" in the vocabulary, characters that it lacks become bytes or the unknown token. So do bytes that
/// are not UTF-8.
class CharacterBpe : public BpeTokenizer {
 public:
  explicit CharacterBpe(const BpeVocabulary& vocabulary);
  std::string kind() const override { return "sentencepiece"; }

 protected:
  std::vector<Token> encodeSegment(std::string_view text) const override;

 private:
  /// Appends what becomes of a character that takes `bytes` of the text; false: it is left out.
  bool appendCharacter(std::vector<BpeSymbol>& word, std::string_view character, std::uint32_t bytes) const;

  std::unordered_map<std::string, std::int32_t> characters_;
  std::array<std::int32_t, 256> byteIds_{};  // all -1 unless the vocabulary has every byte
  bool fuseUnknown_ = false;
  bool splitAtSpaces_ = false;
};

}  // namespace sinkscope
