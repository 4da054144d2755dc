#pragma once

#include "core/job.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace sinkscope {

/// How a tokenizer is trained.
struct TokenizerTraining {
  enum class Kind { Bpe, Unigram };
  Kind kind = Kind::Bpe;
  std::int64_t vocabulary = 2048;  ///< tokens, special ones and bytes included
  /// A character that is no token becomes its bytes; without it, such a character is <unk> and lost.
  bool byteFallback = true;
  double sampleBytes = 10e6;  ///< of text that is learnt from; of more, lines are drawn at random
  std::uint64_t seed = 1;     ///< of that draw
};

/// Trains a sentencepiece model on the documents of `sources` (see `CorpusReader`) and writes it to `model`, a file
/// *.model, which `loadTokenizer` reads. <unk>, <bos> and <eos> are its tokens 0, 1 and 2.
///
/// Nothing of the text is normalized and no space is put before it: with bytes, decoding gives the encoded text back,
/// to the byte, but for U+2581, by which sentencepiece writes a space. A line break is a token of its own, a digit too;
/// runs of spaces may be tokens. The same texts and settings give the same file.
///
/// Throws `Error` when there is too little text for such a vocabulary. A stop is seen while the text is read, not while
/// the library learns, which takes some seconds for each 10 MB.
void trainTokenizer(const std::vector<std::filesystem::path>& sources, const TokenizerTraining& options,
                    const std::filesystem::path& model, const Job& job);

}  // namespace sinkscope
