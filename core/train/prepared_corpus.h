#pragma once

#include "core/job.h"
#include "core/text/tokenizer.h"
#include "core/train/recipe.h"
#include "core/train/token_file.h"

#include <filesystem>
#include <memory>

namespace sinkscope {

struct PreparedTokenizer {
  std::filesystem::path tokenizerPath;
  std::shared_ptr<const Tokenizer> tokenizer;
};

/// The text of a recipe, ready to be packed.
struct PreparedCorpus : PreparedTokenizer {
  std::shared_ptr<const TokenFile> tokens;
};

/// The tokenizer of `prepareCorpus` alone.
PreparedTokenizer prepareTokenizer(const CorpusRecipe& recipe, const Job& job);

/// Finds a recipe's texts (see `resolveCorpus`), trains its tokenizer unless it names one, and tokenizes them. Both are
/// kept in `dataFolder()/tokens` under a name that says what they were made of, and used again. Throws `Error` naming
/// what is missing.
PreparedCorpus prepareCorpus(const CorpusRecipe& recipe, const Job& job);

}  // namespace sinkscope
