#include "core/text/sentencepiece_bpe.h"

#include "core/text/sentencepiece_names.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <unordered_set>

namespace sinkscope {
namespace {

using Piece = SentencepieceModel::Piece;

/// Whether every byte has a piece, no piece is there twice or unused, and all that merges begins as pieces.
bool isComplete(const std::vector<Piece>& pieces) {
  std::unordered_set<std::string_view> texts, normal;
  std::array<bool, 256> bytes{};
  for (const Piece& piece : pieces) {
    if (piece.type == PieceType::unused || !texts.insert(piece.text).second) return false;
    if (piece.type == PieceType::userDefined && piece.text.find(spaceMark) != std::string::npos) return false;
    if (piece.type == PieceType::normal) normal.insert(piece.text);
    if (piece.type != PieceType::byte) continue;
    if (const auto byte = byteNamed(piece.text)) bytes[*byte] = true;
  }
  if (std::find(bytes.begin(), bytes.end(), false) != bytes.end()) return false;
  return std::all_of(normal.begin(), normal.end(), [&](std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t length = utf8At(text, at).bytes;
      if (length == 0 || !normal.contains(text.substr(at, length))) return false;
      at += length;
    }
    return true;
  });
}

}  // namespace

std::optional<BpeVocabulary> asByteFallbackBpe(const SentencepieceModel& model, const std::string& source) {
  if (!model.isPlainBpe || !model.byteFallback || model.removeExtraWhitespaces || !isComplete(model.pieces)) return {};
  std::map<float, std::uint32_t, std::greater<>> rankOf;  // the highest score first
  for (const Piece& piece : model.pieces) {
    if (piece.type == PieceType::normal) rankOf[piece.score] = 0;
  }
  std::uint32_t count = 0;
  for (auto& [score, rank] : rankOf) rank = count++;

  BpeVocabulary vocabulary{.source = source, .byteFallback = true};
  const auto size = static_cast<std::int64_t>(model.pieces.size());
  vocabulary.ranks.resize(model.pieces.size());
  for (std::size_t id = 0; id < model.pieces.size(); ++id) {
    const Piece& piece = model.pieces[id];
    const auto number = static_cast<std::int64_t>(id);
    vocabulary.tokens.push_back(piece.text);
    const bool special = piece.type == PieceType::control || piece.type == PieceType::unknown;
    if (special || piece.type == PieceType::userDefined) {
      vocabulary.added.push_back({.text = piece.text, .id = number, .special = special});
    }
    if (piece.type == PieceType::normal) vocabulary.ranks[id] = rankOf[piece.score];
    if (piece.type == PieceType::unknown) vocabulary.unknown = number;
  }
  if (model.addDummyPrefix) vocabulary.prefix = SpacePrefix::once;
  if (model.bos >= 0 && model.bos < size) vocabulary.bos = model.bos;
  if (model.eos >= 0 && model.eos < size) vocabulary.eos = model.eos;
  return vocabulary;
}

}  // namespace sinkscope
