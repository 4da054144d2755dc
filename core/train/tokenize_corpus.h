#pragma once

#include "core/job.h"
#include "core/text/tokenizer.h"
#include "core/train/token_file.h"

#include <filesystem>
#include <vector>

namespace sinkscope {

/// Writes the documents of `sources` (see `CorpusReader`), in their order, as a token file at `out`, which appears
/// whole or not at all. `tokenizerPath`: where `tokenizer` was loaded from. A document is encoded whole, so the longest
/// one must fit into memory (some hundred bytes a token); different ones are encoded in parallel. Throws `Error` for
/// what cannot be read or written, and when there is no document.
TokenFileInfo tokenizeCorpus(const std::vector<std::filesystem::path>& sources, const Tokenizer& tokenizer,
                             const std::filesystem::path& tokenizerPath, const std::filesystem::path& out,
                             const Job& job);

}  // namespace sinkscope
