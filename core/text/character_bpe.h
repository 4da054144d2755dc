#pragma once

#include "core/text/bpe_tokenizer.h"
#include "core/text/word_table.h"

#include <array>
#include <string>
#include <vector>

namespace sinkscope {

/// Pairs of characters between which something merges: a text can be cut wherever none of them stands. May hold more
/// pairs than were inserted, never fewer.
class CharacterPairs {
 public:
  void insert(char32_t left, char32_t right) { bits_[place(left, right)] = true; }
  bool contains(char32_t left, char32_t right) const { return bits_.empty() || bits_[place(left, right)]; }
  /// From now on what is not inserted is not contained; before, every pair is.
  void narrow() { bits_.assign(std::size_t{1} << 22, false); }

 private:
  static std::size_t place(char32_t left, char32_t right) {
    return ((std::uint64_t{left} << 21 | right) * 0x9E3779B97F4A7C15u) >> 42;
  }
  std::vector<bool> bits_;
};

/// Byte-pair encoding over characters, as Hugging Face writes sentencepiece vocabularies (LLaMa 2, Mistral, Gemma):
/// spaces are "\u2581" in the vocabulary, characters that it lacks become bytes or the unknown token. So do bytes that
/// are not UTF-8.
class CharacterBpe : public BpeTokenizer {
 public:
  explicit CharacterBpe(const BpeVocabulary& vocabulary);
  std::string kind() const override { return "sentencepiece"; }

 protected:
  void appendStretch(std::vector<PlacedId>& tokens, std::string_view text) const override;
  void merge(std::string_view word, std::vector<BpeSymbol>& symbols) const override;

 private:
  void readPairs(const BpeVocabulary& vocabulary);
  void readWords(const BpeVocabulary& vocabulary);
  /// Appends what becomes of a character that takes `bytes` of the text; false: it is left out.
  bool appendCharacter(std::vector<BpeSymbol>& word, std::string_view character, std::uint32_t bytes) const;
  std::int32_t characterId(std::string_view character) const;

  WordTable characters_;                     // tokens of one character
  std::array<std::int32_t, 128> ascii_{};    // those of `characters_`, a space as it is written in the text
  std::array<std::int32_t, 256> byteIds_{};  // all -1 unless the vocabulary has every byte
  CharacterPairs joined_;
  bool fuseUnknown_ = false;
  bool splitAtSpaces_ = false;
};

}  // namespace sinkscope
