#pragma once

#include "core/text/tokenizer.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <memory>

namespace sinkscope {

/// Reads a Hugging Face tokenizer.json (byte-pair encoding) and the configuration beside it. Throws `Error`, naming
/// the file and the field, for what this program does not implement.
std::shared_ptr<Tokenizer> loadTokenizerJson(const std::filesystem::path& path);

/// The same for what such a file holds. `path` names it in errors; the configuration lies beside it.
std::shared_ptr<Tokenizer> tokenizerOfJson(const nlohmann::json& json, const std::filesystem::path& path);

/// Reads GPT-2's older layout, a byte-level vocab.json with merges.txt beside it (OPT has it too), and the
/// configuration beside them. Throws `Error`, naming the file.
std::shared_ptr<Tokenizer> loadVocabJson(const std::filesystem::path& path);

}  // namespace sinkscope
