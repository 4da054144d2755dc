#pragma once

#include <filesystem>
#include <string>

namespace sinkscope {

/// The whole content of a vocabulary file. Throws `Error`, naming the file, when it can't be read or is larger than
/// any vocabulary.
std::string readTextFile(const std::filesystem::path& path);

}  // namespace sinkscope
