#pragma once

#include "core/text/sentencepiece_proto.h"
#include "core/text/tokenizer.h"

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sentencepiece {
class SentencePieceProcessor;
}

namespace sinkscope {

/// A sentencepiece vocabulary (LLaMa 1 and 2, Mistral, Gemma), encoded by the sentencepiece library.
///
/// Control pieces such as <bos> are text when typed; user-defined pieces (Gemma's runs of line breaks, HTML tags and
/// <start_of_turn>) are always found whole, as sentencepiece, Hugging Face and llama.cpp do. Bytes that are not UTF-8
/// become byte pieces; in a vocabulary without those, sentencepiece reads each of them as U+FFFD.
class SentencepieceTokenizer : public Tokenizer {
 public:
  /// A vocabulary that sentencepiece itself did not write. `source` names it in errors.
  SentencepieceTokenizer(SentencepieceModel model, const std::string& source, bool addsBos);
  /// A serialized ModelProto, its normalization included. <bos> is put first, unless told, where there is one.
  SentencepieceTokenizer(const std::string& serialized, const std::string& source, std::optional<bool> addsBos);
  ~SentencepieceTokenizer() override;

  std::string bytesOf(std::int64_t id) const override;
  bool isSpecial(std::int64_t id) const override;
  std::int64_t size() const override { return static_cast<std::int64_t>(model_.pieces.size()); }
  std::optional<std::int64_t> bos() const override;
  std::optional<std::int64_t> eos() const override;
  bool addsBos() const override { return addsBos_; }
  std::string kind() const override { return "sentencepiece"; }

 protected:
  void appendText(std::vector<PlacedId>& tokens, std::string_view text, bool atStart) const override;
  const NameMatcher& specialTokens() const override { return specialTokens_; }

 private:
  SentencepieceTokenizer(SentencepieceModel model, const std::string& serialized, const std::string& source,
                         std::optional<bool> addsBos);
  const SentencepieceModel::Piece& piece(std::int64_t id) const;
  void appendPieces(std::vector<PlacedId>& tokens, std::string_view text, std::size_t offset) const;

  SentencepieceModel model_;
  std::unique_ptr<const sentencepiece::SentencePieceProcessor> processor_;
  NameMatcher specialTokens_;
  std::array<std::int64_t, 256> byteIds_{};  // where the vocabulary has bytes
  bool addsBos_ = false;
  bool ownPrefix_ = false;  // the space before the text is put by us, once, not by the library
};

/// A tokenizer for a vocabulary that sentencepiece itself did not write, by the library only where it has to be.
std::shared_ptr<Tokenizer> makeSentencepieceTokenizer(SentencepieceModel model, const std::string& source,
                                                      bool addsBos);

/// Reads a .model file; a tokenizer_config.json beside it may say that <bos> is not put first.
std::shared_ptr<Tokenizer> loadSentencepieceModel(const std::filesystem::path& path);

}  // namespace sinkscope
