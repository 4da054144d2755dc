#include "core/train/prepared_corpus.h"

#include "core/data_folder.h"
#include "core/error.h"
#include "core/model/file_hash.h"
#include "core/model/gguf.h"
#include "core/model/sha256.h"
#include "core/train/corpus.h"
#include "core/train/tokenize_corpus.h"
#include "core/train/tokenizer_training.h"

#include <string>
#include <vector>

namespace sinkscope {
namespace {

/// The texts of a recipe, and where what is made of them is kept.
class Texts {
 public:
  Texts(const CorpusRecipe& recipe, const Job& job) : folder_(dataFolder() / "tokens") {
    for (const std::string& name : recipe.sources) sources_.push_back(resolveCorpus(name));
    std::filesystem::create_directories(folder_);
    job.progress("looking at the texts", 0.0);
    const CorpusReader corpus(sources_);
    for (const std::filesystem::path& file : corpus.files()) {
      files_.push_back(file.filename().string());
      files_.push_back(sha256Of(file, job.quiet()));
    }
  }

  const std::vector<std::filesystem::path>& sources() const { return sources_; }

  /// A name of its own for what is made of the texts by those settings: a text that changes is looked at anew.
  std::filesystem::path made(const std::string& begin, const std::string& settings, const char* ending) const {
    Sha256 hash;
    const auto add = [&](const std::string& text) { hash.add(text.c_str(), text.size() + 1); };
    add(settings);
    for (const std::string& text : files_) add(text);
    return folder_ / (begin + hash.hexadecimal().substr(0, 16) + ending);
  }

 private:
  std::filesystem::path folder_;
  std::vector<std::filesystem::path> sources_;
  std::vector<std::string> files_;  // name and hash of each
};

PreparedTokenizer tokenizerOf(const CorpusRecipe& recipe, const Texts& texts, const Job& job) {
  PreparedTokenizer result;
  if (recipe.tokenizer.empty()) {
    const std::string settings = recipe.tokenizerKind + std::to_string(recipe.vocabulary);
    result.tokenizerPath = texts.made(settings + "-", settings, ".model");
    TokenizerTraining training;
    training.kind = recipe.tokenizerKind == "bpe" ? TokenizerTraining::Kind::Bpe : TokenizerTraining::Kind::Unigram;
    training.vocabulary = recipe.vocabulary;
    if (!std::filesystem::exists(result.tokenizerPath))
      trainTokenizer(texts.sources(), training, result.tokenizerPath, job);
  } else {
    result.tokenizerPath = tokenizerFile(recipe.tokenizer);
    if (isGgufFile(result.tokenizerPath))
      throw Error(result.tokenizerPath.string() +
                  " is a GGUF; a tokenizer.json or a .model file, or a folder with one, is expected of a recipe.");
  }
  result.tokenizer = loadTokenizer(result.tokenizerPath);
  if (result.tokenizer->size() != recipe.vocabulary)
    throw Error(result.tokenizerPath.string() + " has " + std::to_string(result.tokenizer->size()) +
                " tokens, but the recipe's vocabulary has " + std::to_string(recipe.vocabulary) + ".");
  return result;
}

}  // namespace

PreparedTokenizer prepareTokenizer(const CorpusRecipe& recipe, const Job& job) {
  return tokenizerOf(recipe, Texts(recipe, job), job);
}

PreparedCorpus prepareCorpus(const CorpusRecipe& recipe, const Job& job) {
  const Texts texts(recipe, job);
  PreparedCorpus result{tokenizerOf(recipe, texts, job.part(0.0, 0.5)), nullptr};
  const std::filesystem::path tokens = texts.made("", sha256Of(result.tokenizerPath, job.quiet()), ".tokens");
  if (!std::filesystem::exists(tokens))
    tokenizeCorpus(texts.sources(), *result.tokenizer, result.tokenizerPath, tokens, job.part(0.5, 1.0));
  result.tokens = std::make_shared<const TokenFile>(tokens);
  return result;
}

}  // namespace sinkscope
