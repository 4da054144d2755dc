#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace sinkscope {

/// Prompts of a file. `.jsonl`: one JSON value a line, a string or an object with a string field "text" or "prompt".
/// Any other file: one prompt a line as it stands; empty lines are left out. Throws `Error` naming the file and the
/// line.
std::vector<std::string> readPrompts(const std::filesystem::path& path);

}  // namespace sinkscope
