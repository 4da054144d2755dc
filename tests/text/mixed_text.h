#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mixed_text {

/// Documents of 10 MB in all, the same on every machine: prose, many languages and scripts, code, addresses, numbers,
/// runs of spaces and line breaks, contractions, emoji, composed and decomposed characters, names of special tokens.
/// All is valid UTF-8 of characters that Unicode 14 knows, so that every library's tables agree. `paragraphs`: the file
/// that sentences and words come from, tests/data/tokens/paragraphs.txt.
std::vector<std::string> documents(const std::filesystem::path& paragraphs);

}  // namespace mixed_text
