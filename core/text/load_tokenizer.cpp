#include "core/error.h"
#include "core/model/gguf.h"
#include "core/text/gguf_tokenizer.h"
#include "core/text/sentencepiece_tokenizer.h"
#include "core/text/tekken.h"
#include "core/text/tokenizer.h"
#include "core/text/tokenizer_json.h"

namespace sinkscope {

std::filesystem::path tokenizerFile(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) throw Error(path.string() + " does not exist.");
  const bool isFolder = std::filesystem::is_directory(path);
  const std::string extension = path.extension().string();
  const bool isTokenizer =
      isGgufFile(path) || extension == ".model" || (extension == ".json" && !path.string().ends_with(".index.json"));
  if (!isFolder && isTokenizer) return path;

  const std::filesystem::path folder = isFolder ? path : path.parent_path();
  for (const char* name : {"tokenizer.json", "tokenizer.model", "tekken.json"})
    if (std::filesystem::exists(folder / name)) return folder / name;
  if (std::filesystem::exists(folder / "vocab.json") && std::filesystem::exists(folder / "merges.txt")) {
    return folder / "vocab.json";
  }
  throw Error(
      path.string() +
      " has no tokenizer: expected tokenizer.json, tokenizer.model, tekken.json or vocab.json with merges.txt in " +
      (folder.empty() ? "this folder" : folder.string()) + ".");
}

namespace {

std::shared_ptr<Tokenizer> readTokenizer(const std::filesystem::path& file) {
  if (file.extension() == ".model") return loadSentencepieceModel(file);
  if (file.filename().string().starts_with("tekken")) return loadTekken(file);
  if (file.filename() == "vocab.json") return loadVocabJson(file);
  return loadTokenizerJson(file);
}

}  // namespace

std::shared_ptr<const Tokenizer> loadTokenizer(const std::filesystem::path& path) {
  const std::filesystem::path file = tokenizerFile(path);
  if (isGgufFile(file)) return ggufTokenizer(GgufFile(file));
  std::shared_ptr<Tokenizer> tokenizer = readTokenizer(file);
  tokenizer->setChatTemplate(readChatTemplate(file.parent_path()));
  return tokenizer;
}

}  // namespace sinkscope
