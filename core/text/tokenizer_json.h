#pragma once

#include "core/text/tokenizer.h"

#include <filesystem>
#include <memory>

namespace sinkscope {

/// Reads a Hugging Face tokenizer.json (byte-pair encoding) and the configuration beside it. Throws `Error`, naming
/// the file and the field, for what this program does not implement.
std::shared_ptr<const Tokenizer> loadTokenizerJson(const std::filesystem::path& path);

}  // namespace sinkscope
