#include "core/text/sentencepiece_proto.h"

#include "core/error.h"

#include <bit>
#include <functional>

namespace sinkscope {
namespace {

// Field numbers of sentencepiece_model.proto.
namespace field {
constexpr std::uint64_t pieces = 1, trainer = 2, normalizer = 3;                                     // ModelProto
constexpr std::uint64_t text = 1, score = 2, type = 3;                                               // SentencePiece
constexpr std::uint64_t modelType = 3, spaceAfter = 24, byteFallback = 35, bos = 41, eos = 42;       // TrainerSpec
constexpr std::uint64_t foldings = 2, dummyPrefix = 3, extraWhitespaces = 4, escapeWhitespaces = 5;  // NormalizerSpec
}  // namespace field

constexpr std::uint64_t bpe = 2;  // TrainerSpec.ModelType

void putVarint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

void putNumber(std::string& out, std::uint64_t number, std::uint64_t value) {
  putVarint(out, number << 3);
  putVarint(out, value);
}

void putBytes(std::string& out, std::uint64_t number, std::string_view bytes) {
  putVarint(out, number << 3 | 2);
  putVarint(out, bytes.size());
  out += bytes;
}

void putFloat(std::string& out, std::uint64_t number, float value) {
  putVarint(out, number << 3 | 5);
  const auto bits = std::bit_cast<std::uint32_t>(value);
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(bits >> shift & 0xFF);
}

/// One field of a message: `value` holds a number (or a float's bits), `bytes` a length-delimited content.
struct Field {
  std::uint64_t number = 0;
  std::uint64_t value = 0;
  std::string_view bytes;
};

/// Walks the fields of one message. Every length is checked before it is used.
class Reader {
 public:
  Reader(std::string_view bytes, const std::string& source) : left_(bytes), source_(source) {}

  bool next(Field& field) {
    if (left_.empty()) return false;
    const std::uint64_t key = varint();
    field = {key >> 3, 0, {}};
    switch (key & 7) {
      case 0:
        field.value = varint();
        break;
      case 1:
        field.value = fixed(8);
        break;
      case 2:
        field.bytes = take(varint());
        break;
      case 5:
        field.value = fixed(4);
        break;
      default:
        fail();
    }
    return true;
  }

 private:
  [[noreturn]] void fail() const {
    throw Error(source_ + " is no sentencepiece model: its bytes do not follow the ModelProto format.");
  }
  std::string_view take(std::uint64_t count) {
    if (count > left_.size()) fail();
    const std::string_view taken = left_.substr(0, count);
    left_.remove_prefix(count);
    return taken;
  }
  std::uint64_t fixed(std::size_t count) {
    std::uint64_t value = 0;
    const std::string_view bytes = take(count);
    for (std::size_t i = 0; i < count; ++i) value |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << 8 * i;
    return value;
  }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(take(1).front());
      value |= std::uint64_t{byte & 0x7Fu} << shift;
      if (byte < 0x80) return value;
    }
    fail();
  }

  std::string_view left_;
  const std::string& source_;
};

void forEachField(std::string_view bytes, const std::string& source, const std::function<void(const Field&)>& use) {
  Reader reader(bytes, source);
  for (Field field; reader.next(field);) use(field);
}

SentencepieceModel::Piece parsePiece(std::string_view bytes, const std::string& source) {
  SentencepieceModel::Piece piece;
  forEachField(bytes, source, [&](const Field& f) {
    if (f.number == field::text) piece.text = f.bytes;
    if (f.number == field::score) piece.score = std::bit_cast<float>(static_cast<std::uint32_t>(f.value));
    if (f.number == field::type) piece.type = static_cast<PieceType>(f.value);
  });
  return piece;
}

}  // namespace

std::string serializeSentencepiece(const SentencepieceModel& model) {
  std::string out;
  for (const auto& piece : model.pieces) {
    std::string message;
    putBytes(message, field::text, piece.text);
    putFloat(message, field::score, piece.score);
    putNumber(message, field::type, static_cast<std::uint64_t>(piece.type));
    putBytes(out, field::pieces, message);
  }
  std::string trainer;
  putNumber(trainer, field::modelType, bpe);
  putNumber(trainer, field::byteFallback, model.byteFallback);
  putNumber(trainer, field::bos, static_cast<std::uint64_t>(model.bos));
  putNumber(trainer, field::eos, static_cast<std::uint64_t>(model.eos));
  putBytes(out, field::trainer, trainer);
  std::string normalizer;
  putNumber(normalizer, field::dummyPrefix, model.addDummyPrefix);
  putNumber(normalizer, field::extraWhitespaces, model.removeExtraWhitespaces);
  putNumber(normalizer, field::escapeWhitespaces, 1);
  putBytes(out, field::normalizer, normalizer);
  return out;
}

SentencepieceModel parseSentencepiece(std::string_view bytes, const std::string& source) {
  SentencepieceModel model;
  std::uint64_t modelType = 0;
  bool changes = false;
  forEachField(bytes, source, [&](const Field& part) {
    if (part.number == field::pieces) model.pieces.push_back(parsePiece(part.bytes, source));
    if (part.number == field::trainer) {
      forEachField(part.bytes, source, [&](const Field& f) {
        if (f.number == field::modelType) modelType = f.value;
        if (f.number == field::spaceAfter) changes |= f.value != 0;
        if (f.number == field::byteFallback) model.byteFallback = f.value != 0;
        if (f.number == field::bos) model.bos = static_cast<std::int32_t>(f.value);
        if (f.number == field::eos) model.eos = static_cast<std::int32_t>(f.value);
      });
    }
    if (part.number == field::normalizer) {
      forEachField(part.bytes, source, [&](const Field& f) {
        if (f.number == field::foldings) changes |= !f.bytes.empty();
        if (f.number == field::escapeWhitespaces) changes |= f.value == 0;
        if (f.number == field::dummyPrefix) model.addDummyPrefix = f.value != 0;
        if (f.number == field::extraWhitespaces) model.removeExtraWhitespaces = f.value != 0;
      });
    }
  });
  model.isPlainBpe = modelType == bpe && !changes;
  if (model.pieces.empty()) throw Error(source + " is no sentencepiece model: it holds no pieces.");
  return model;
}

std::string withoutDummyPrefix() {
  std::string normalizer, out;
  putNumber(normalizer, field::dummyPrefix, 0);
  putBytes(out, field::normalizer, normalizer);
  return out;
}

}  // namespace sinkscope
