#pragma once

#include "core/text/bpe_tokenizer.h"
#include "core/text/sentencepiece_proto.h"

#include <optional>
#include <string>

namespace sinkscope {

/// The vocabulary by which `CharacterBpe` gives the ids that the sentencepiece library gives with `model`, several
/// times as fast. Nothing where only the library knows how: unigram models, folded characters, extra spaces left out,
/// unused pieces, no byte pieces.
std::optional<BpeVocabulary> asByteFallbackBpe(const SentencepieceModel& model, const std::string& source);

}  // namespace sinkscope
