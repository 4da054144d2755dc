#include "core/text/sentencepiece_tokenizer.h"

#include "core/error.h"
#include "core/text/character_bpe.h"
#include "core/text/sentencepiece_bpe.h"
#include "core/text/sentencepiece_names.h"
#include "core/text/text_file.h"
#include "core/text/tokenizer_config.h"
#include "core/text/utf8.h"

#include <sentencepiece_processor.h>

namespace sinkscope {

SentencepieceTokenizer::SentencepieceTokenizer(SentencepieceModel model, const std::string& source, bool addsBos)
    : SentencepieceTokenizer(model, serializeSentencepiece(model), source, addsBos) {}

SentencepieceTokenizer::SentencepieceTokenizer(const std::string& serialized, const std::string& source,
                                               std::optional<bool> addsBos)
    : SentencepieceTokenizer(parseSentencepiece(serialized, source), serialized, source, addsBos) {}

SentencepieceTokenizer::SentencepieceTokenizer(SentencepieceModel model, const std::string& serialized,
                                               const std::string& source, std::optional<bool> addsBos)
    : model_(std::move(model)), addsBos_(addsBos.value_or(model_.bos >= 0)) {
  // Where the library keeps every space, a space of ours does what its prefix does, and does so only once when the
  // text is encoded in parts.
  ownPrefix_ = model_.addDummyPrefix && !model_.removeExtraWhitespaces;
  auto processor = std::make_unique<sentencepiece::SentencePieceProcessor>();
  const auto status = processor->LoadFromSerializedProto(ownPrefix_ ? serialized + withoutDummyPrefix() : serialized);
  if (!status.ok()) throw Error(source + ": sentencepiece rejects the vocabulary: " + status.message() + ".");
  processor_ = std::move(processor);
  std::vector<NameMatcher::Name> special;
  for (std::size_t id = 0; id < model_.pieces.size(); ++id) {
    const auto& piece = model_.pieces[id];
    const auto number = static_cast<std::int64_t>(id);
    if (piece.type == PieceType::byte) {
      const auto byte = byteNamed(piece.text);
      if (!byte) throw Error(source + ": the byte piece \"" + piece.text + "\" is not named like <0x41>.");
      byteIds_[*byte] = number;
    }
    if (isSpecial(number)) special.push_back({piece.text, number});
  }
  specialTokens_ = NameMatcher(special);
}

SentencepieceTokenizer::~SentencepieceTokenizer() = default;

const SentencepieceModel::Piece& SentencepieceTokenizer::piece(std::int64_t id) const {
  return model_.pieces[checked(id)];
}

std::string SentencepieceTokenizer::bytesOf(std::int64_t id) const {
  const auto& named = piece(id);
  if (isSpecial(id)) return named.text;
  if (named.type == PieceType::byte) return std::string(1, static_cast<char>(*byteNamed(named.text)));
  return withSpaces(named.text);
}

bool SentencepieceTokenizer::isSpecial(std::int64_t id) const {
  const PieceType type = piece(id).type;
  return type == PieceType::control || type == PieceType::unknown;
}

std::optional<std::int64_t> SentencepieceTokenizer::bos() const {
  return model_.bos >= 0 && model_.bos < size() ? std::optional(model_.bos) : std::nullopt;
}

std::optional<std::int64_t> SentencepieceTokenizer::eos() const {
  return model_.eos >= 0 && model_.eos < size() ? std::optional(model_.eos) : std::nullopt;
}

void SentencepieceTokenizer::appendText(std::vector<PlacedId>& tokens, std::string_view text, bool /*atStart*/) const {
  const std::size_t first = tokens.size();
  const std::string input = std::string(ownPrefix_ ? " " : "").append(text);
  if (!model_.byteFallback) {
    appendPieces(tokens, input, 0);
  } else {
    for (std::size_t at = 0; at < input.size();) {
      const Utf8Run run = utf8RunAt(input, at);
      if (run.valid) appendPieces(tokens, std::string_view(input).substr(at, run.end - at), at);
      for (; !run.valid && at < run.end; ++at) {
        const std::int64_t id = byteIds_[static_cast<unsigned char>(input[at])];
        tokens.push_back({static_cast<std::int32_t>(id), at + 1});
      }
      at = run.end;
    }
  }
  for (std::size_t i = first; ownPrefix_ && i < tokens.size(); ++i) --tokens[i].end;  // each covers the prefix at least
}

void SentencepieceTokenizer::appendPieces(std::vector<PlacedId>& tokens, std::string_view text,
                                          std::size_t offset) const {
  std::size_t bytePieces = 0;                                     // of a character whose last byte has not come yet
  const auto encoded = processor_->EncodeAsImmutableProto(text);  // owns what the pieces point to
  for (const auto& found : encoded.pieces()) {
    tokens.push_back({static_cast<std::int32_t>(found.id()), offset + found.end()});
    if (piece(found.id()).type != PieceType::byte) continue;
    ++bytePieces;
    if (found.begin() == found.end()) continue;
    // The library gives the whole span to the last byte piece of a character: share it out.
    for (std::size_t i = 0; bytePieces == found.end() - found.begin() && i < bytePieces; ++i) {
      tokens[tokens.size() - bytePieces + i].end = offset + found.begin() + i + 1;
    }
    bytePieces = 0;
  }
}

std::shared_ptr<Tokenizer> makeSentencepieceTokenizer(SentencepieceModel model, const std::string& source,
                                                      bool addsBos) {
  if (auto vocabulary = asByteFallbackBpe(model, source)) {
    vocabulary->addsBos = addsBos;
    return std::make_shared<CharacterBpe>(*vocabulary);
  }
  return std::make_shared<SentencepieceTokenizer>(std::move(model), source, addsBos);
}

std::shared_ptr<Tokenizer> loadSentencepieceModel(const std::filesystem::path& path) {
  const std::string content = readTextFile(path);
  const std::optional<bool> addsBos = readTokenizerConfig(path.parent_path()).addBos;
  if (auto vocabulary = asByteFallbackBpe(parseSentencepiece(content, path.string()), path.string())) {
    vocabulary->addsBos = addsBos.value_or(vocabulary->bos.has_value());
    return std::make_shared<CharacterBpe>(*vocabulary);
  }
  return std::make_shared<SentencepieceTokenizer>(content, path.string(), addsBos);
}

}  // namespace sinkscope
