#pragma once

#include <filesystem>
#include <string_view>

namespace sinkscope {

/// Writes a text file whole or not at all: an older one of that name stays until the new one is there. Throws `Error`.
void writeDocument(const std::filesystem::path& path, std::string_view text);

}  // namespace sinkscope
