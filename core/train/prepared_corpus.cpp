#include "core/train/prepared_corpus.h"

#include "core/data_folder.h"
#include "core/error.h"
#include "core/model/file_hash.h"
#include "core/model/sha256.h"
#include "core/train/corpus.h"
#include "core/train/tokenize_corpus.h"
#include "core/train/tokenizer_training.h"

#include <string>
#include <vector>

namespace sinkscope {
namespace {

/// Of the names, sizes and hashes of everything that is read: a text that changes is tokenized anew.
std::string fingerprint(const std::vector<std::filesystem::path>& sources, const std::string& more, const Job& job) {
  Sha256 hash;
  const auto add = [&](const std::string& text) { hash.add(text.c_str(), text.size() + 1); };
  add(more);
  const CorpusReader corpus(sources);
  for (const std::filesystem::path& file : corpus.files()) {
    add(file.filename().string());
    add(sha256Of(file, job.quiet()));
  }
  return hash.hexadecimal().substr(0, 16);
}

}  // namespace

PreparedCorpus prepareCorpus(const CorpusRecipe& recipe, const Job& job) {
  std::vector<std::filesystem::path> sources;
  for (const std::string& name : recipe.sources) sources.push_back(resolveCorpus(name));
  const std::filesystem::path folder = dataFolder() / "tokens";
  std::filesystem::create_directories(folder);
  job.progress("looking at the texts", 0.0);

  PreparedCorpus result;
  if (recipe.tokenizer.empty()) {
    const std::string settings = recipe.tokenizerKind + std::to_string(recipe.vocabulary);
    result.tokenizerPath = folder / (settings + "-" + fingerprint(sources, settings, job) + ".model");
    TokenizerTraining training;
    training.kind = recipe.tokenizerKind == "bpe" ? TokenizerTraining::Kind::Bpe : TokenizerTraining::Kind::Unigram;
    training.vocabulary = recipe.vocabulary;
    if (!std::filesystem::exists(result.tokenizerPath))
      trainTokenizer(sources, training, result.tokenizerPath, job.part(0.0, 0.5));
  } else {
    result.tokenizerPath = tokenizerFile(recipe.tokenizer);
    if (result.tokenizerPath.extension() == ".gguf")
      throw Error(result.tokenizerPath.string() +
                  " is a GGUF; a tokenizer.json or a .model file, or a folder with one, is expected of a recipe.");
  }
  result.tokenizer = loadTokenizer(result.tokenizerPath);
  if (result.tokenizer->size() != recipe.vocabulary)
    throw Error(result.tokenizerPath.string() + " has " + std::to_string(result.tokenizer->size()) +
                " tokens, but the recipe's vocabulary has " + std::to_string(recipe.vocabulary) + ".");
  const std::string made = fingerprint(sources, sha256Of(result.tokenizerPath, job.quiet()), job);
  const std::filesystem::path tokens = folder / (made + ".tokens");
  if (!std::filesystem::exists(tokens))
    tokenizeCorpus(sources, *result.tokenizer, result.tokenizerPath, tokens, job.part(0.5, 1.0));
  result.tokens = std::make_shared<const TokenFile>(tokens);
  return result;
}

}  // namespace sinkscope
