#pragma once

#include <filesystem>

namespace sinkscope {

/// Where lies what the program brings along, the sample runs and the built-in model: `../share/sinkscope` from the
/// program where it is installed, else `resources` of the source tree that it was built from.
const std::filesystem::path& sharedFolder();

/// Where lies what can be made again: `$XDG_CACHE_HOME/sinkscope`, else `~/.cache/sinkscope`; empty where there is no
/// home.
std::filesystem::path cacheFolder();

}  // namespace sinkscope
