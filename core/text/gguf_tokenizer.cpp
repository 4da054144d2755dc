#include "core/text/gguf_tokenizer.h"

#include "core/error.h"
#include "core/model/gguf.h"
#include "core/text/byte_level_bpe.h"
#include "core/text/sentencepiece_tokenizer.h"

#include <algorithm>

namespace sinkscope {
namespace {

const std::string prefix = "tokenizer.ggml.";

std::string nameOf(const GgufFile& file) {
  return file.files().front().string();
}

/// The id that `key` names, when it is there; -1 stands for none in some files.
std::optional<std::int64_t> idAt(const GgufFile& file, const std::string& key, std::size_t tokens) {
  if (!file.has(prefix + key)) return std::nullopt;
  const std::int64_t id = file.integer(prefix + key);
  if (id < 0 || id == 0xFFFFFFFF) return std::nullopt;
  if (static_cast<std::size_t>(id) < tokens) return id;
  throw Error(nameOf(file) + ": " + prefix + key + " is " + std::to_string(id) + ", but the vocabulary has " +
              std::to_string(tokens) + " tokens.");
}

/// One type per token; all normal where the file has none.
std::vector<PieceType> typesOf(const GgufFile& file, std::size_t tokens) {
  std::vector<PieceType> types(tokens, PieceType::normal);
  if (!file.has(prefix + "token_type")) return types;
  const auto& stored = file.integers(prefix + "token_type");
  if (stored.size() != tokens) {
    throw Error(nameOf(file) + ": " + prefix + "token_type has " + std::to_string(stored.size()) +
                " entries, expected one for each of the " + std::to_string(tokens) + " tokens.");
  }
  for (std::size_t id = 0; id < tokens; ++id) {
    if (stored[id] >= 1 && stored[id] <= 6) types[id] = static_cast<PieceType>(stored[id]);
  }
  return types;
}

bool isSpaces(const std::string& token) {
  return !token.empty() && token.find_first_not_of(' ') == std::string::npos;
}

/// Gemma's files hold no usable scores: pieces merge in the order in which they stand. Runs of spaces are written as
/// spaces and called user-defined, but Hugging Face merges them like any other piece.
void asGemma(std::vector<SentencepieceModel::Piece>& pieces) {
  for (std::size_t id = 0; id < pieces.size(); ++id) {
    auto& piece = pieces[id];
    piece.score = -static_cast<float>(id);
    if (!isSpaces(piece.text)) continue;
    std::string respelled;
    for (std::size_t i = 0; i < piece.text.size(); ++i) respelled += "\u2581";
    piece.text = respelled;
    piece.type = PieceType::normal;
  }
}

std::shared_ptr<Tokenizer> sentencepieceTokenizer(const GgufFile& file) {
  const auto& tokens = file.strings(prefix + "tokens");
  const auto types = typesOf(file, tokens.size());
  const bool gemma = file.string("general.architecture").starts_with("gemma");
  const auto unknown = idAt(file, "unknown_token_id", tokens.size()).value_or(0);
  SentencepieceModel model;
  for (std::size_t id = 0; id < tokens.size(); ++id) {
    // sentencepiece wants one unknown piece exactly; GGUF may call it a control piece.
    const bool isUnknown = id == static_cast<std::size_t>(unknown);
    const PieceType type = isUnknown ? PieceType::unknown : types[id];
    model.pieces.push_back({tokens[id], 0.0f, type == PieceType::unknown && !isUnknown ? PieceType::control : type});
  }
  if (gemma) {
    asGemma(model.pieces);
  } else {
    const auto& scores = file.reals(prefix + "scores");
    if (scores.size() != tokens.size()) {
      throw Error(nameOf(file) + ": " + prefix + "scores has " + std::to_string(scores.size()) +
                  " entries, expected one for each of the " + std::to_string(tokens.size()) + " tokens.");
    }
    for (std::size_t id = 0; id < tokens.size(); ++id) model.pieces[id].score = static_cast<float>(scores[id]);
  }
  model.byteFallback = std::any_of(types.begin(), types.end(), [](PieceType type) { return type == PieceType::byte; });
  model.addDummyPrefix = file.boolean(prefix + "add_space_prefix", true);
  model.removeExtraWhitespaces = false;
  model.bos = idAt(file, "bos_token_id", tokens.size()).value_or(-1);
  model.eos = idAt(file, "eos_token_id", tokens.size()).value_or(-1);
  return makeSentencepieceTokenizer(std::move(model), nameOf(file), file.boolean(prefix + "add_bos_token", true));
}

std::shared_ptr<Tokenizer> byteLevelTokenizer(const GgufFile& file) {
  BpeVocabulary vocabulary;
  vocabulary.source = nameOf(file);
  vocabulary.tokens = file.strings(prefix + "tokens");
  const auto types = typesOf(file, vocabulary.tokens.size());
  for (std::size_t id = 0; id < types.size(); ++id) {
    if (types[id] != PieceType::control && types[id] != PieceType::userDefined) continue;
    vocabulary.added.push_back({vocabulary.tokens[id], static_cast<std::int64_t>(id), types[id] == PieceType::control});
  }
  for (const std::string& merge : file.strings(prefix + "merges")) {
    vocabulary.merges.push_back(mergeOf(merge, vocabulary.source));
  }
  const std::string pre = file.string(prefix + "pre", "default");
  vocabulary.preTokenizer = PreTokenizer::named(pre, nameOf(file));
  // What these families' own files say and GGUF has no field for.
  const bool llama3 = pre == "llama-bpe" || pre == "llama3" || pre == "llama-v3", tekken = pre == "tekken";
  vocabulary.ignoreMerges = llama3 || tekken;
  if (pre == "qwen2" || pre == "deepseek-r1-qwen") vocabulary.form = NormalForm::nfc;
  if (file.boolean(prefix + "add_space_prefix", false)) vocabulary.prefix = SpacePrefix::unlessSpace;
  vocabulary.bos = idAt(file, "bos_token_id", vocabulary.tokens.size());
  vocabulary.eos = idAt(file, "eos_token_id", vocabulary.tokens.size());
  vocabulary.addsBos = file.boolean(prefix + "add_bos_token", llama3 || tekken);
  return std::make_shared<ByteLevelBpe>(vocabulary);
}

}  // namespace

std::shared_ptr<Tokenizer> ggufTokenizer(const GgufFile& file) {
  const std::string kind = file.string(prefix + "model");
  std::shared_ptr<Tokenizer> tokenizer;
  if (kind == "llama") tokenizer = sentencepieceTokenizer(file);
  if (kind == "gpt2") tokenizer = byteLevelTokenizer(file);
  if (tokenizer) {
    const std::string key = "tokenizer.chat_template";
    if (file.has(key)) tokenizer->setChatTemplate(ChatTemplate(file.string(key), nameOf(file) + ": " + key));
    return tokenizer;
  }
  throw Error(
      nameOf(file) + ": the tokenizer \"" + kind +
      "\" (tokenizer.ggml.model) is not known; expected \"llama\" (sentencepiece) or \"gpt2\" (byte-level BPE).");
}

}  // namespace sinkscope
