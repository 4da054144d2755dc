#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sinkscope {

/// How a sentencepiece model uses a piece (the numbers of its ModelProto; GGUF's token types are the same).
enum class PieceType { normal = 1, unknown = 2, control = 3, userDefined = 4, unused = 5, byte = 6 };

/// The part of a sentencepiece ModelProto that this program writes and reads.
struct SentencepieceModel {
  struct Piece {
    std::string text;
    float score = 0;
    PieceType type = PieceType::normal;
  };
  std::vector<Piece> pieces;
  bool isPlainBpe = true;  ///< byte-pair encoding of the characters as they are, spaces written as marks
  bool byteFallback = false;
  bool addDummyPrefix = true;
  bool removeExtraWhitespaces = true;
  std::int64_t bos = 1;  ///< -1: none
  std::int64_t eos = 2;  ///< -1: none
};

/// `model` as a serialized ModelProto of type BPE, without any normalization of characters.
std::string serializeSentencepiece(const SentencepieceModel& model);

/// The fields above from a serialized ModelProto. Throws `Error`, naming `source`, when it is not one.
SentencepieceModel parseSentencepiece(std::string_view bytes, const std::string& source);

/// A NormalizerSpec to append to a serialized ModelProto, so that sentencepiece puts no space before the text
/// (protobuf merges fields that occur twice; the later value stands).
std::string withoutDummyPrefix();

}  // namespace sinkscope
