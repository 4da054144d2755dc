#pragma once

#include "core/text/tokenizer.h"

#include <filesystem>
#include <memory>

namespace sinkscope {

/// Reads Mistral's tekken.json: byte-pair encoding by the ranks of tokens, special tokens before all others. As in its
/// own library, <bos> is "<s>"; it is put first unless a tokenizer_config.json beside it says otherwise. Throws
/// `Error`, naming the file and the field.
std::shared_ptr<Tokenizer> loadTekken(const std::filesystem::path& path);

}  // namespace sinkscope
