#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

namespace sinkscope {

/// Prompts of a file. `.jsonl`: one JSON value a line, a string or an object with a string field "text" or "prompt".
/// Any other file: one prompt a line as it stands; empty lines are left out. Throws `Error` naming the file and the
/// line.
std::vector<std::string> readPrompts(const std::filesystem::path& path);

enum class PromptFormat { Lines, JsonLines };

/// The same of a text that is called `name` where something is wrong with it.
std::vector<std::string> readPrompts(std::istream& text, const std::string& name, PromptFormat format);

}  // namespace sinkscope
