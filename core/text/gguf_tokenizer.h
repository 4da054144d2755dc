#pragma once

#include "core/text/tokenizer.h"

#include <memory>

namespace sinkscope {

class GgufFile;

/// The tokenizer inside a GGUF: `tokenizer.ggml.model` "llama" (sentencepiece) or "gpt2" (byte-level BPE).
/// Throws `Error` for other types and for fields that do not fit together.
std::shared_ptr<Tokenizer> ggufTokenizer(const GgufFile& file);

}  // namespace sinkscope
