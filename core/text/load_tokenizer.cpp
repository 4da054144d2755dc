#include "core/error.h"
#include "core/model/gguf.h"
#include "core/text/gguf_tokenizer.h"
#include "core/text/sentencepiece_tokenizer.h"
#include "core/text/tokenizer.h"
#include "core/text/tokenizer_json.h"

namespace sinkscope {

std::shared_ptr<const Tokenizer> loadTokenizer(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) throw Error(path.string() + " does not exist.");
  const bool isFolder = std::filesystem::is_directory(path);
  const std::string extension = path.extension().string();
  if (!isFolder && extension == ".gguf") return ggufTokenizer(GgufFile(path));
  if (!isFolder && extension == ".model") return loadSentencepieceModel(path);
  if (!isFolder && extension == ".json" && !path.string().ends_with(".index.json")) return loadTokenizerJson(path);

  const std::filesystem::path folder = isFolder ? path : path.parent_path();
  if (std::filesystem::exists(folder / "tokenizer.json")) return loadTokenizerJson(folder / "tokenizer.json");
  if (std::filesystem::exists(folder / "tokenizer.model")) return loadSentencepieceModel(folder / "tokenizer.model");
  throw Error(path.string() + " has no tokenizer: expected tokenizer.json or tokenizer.model in " +
              (folder.empty() ? "this folder" : folder.string()) + ".");
}

}  // namespace sinkscope
