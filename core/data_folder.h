#pragma once

#include <filesystem>

namespace sinkscope {

/// Where the program keeps models, corpora and training runs: `$XDG_DATA_HOME/sinkscope`, else
/// `~/.local/share/sinkscope`.
std::filesystem::path dataFolder();

/// Where lies what can be made again: `$XDG_CACHE_HOME/sinkscope`, else `~/.cache/sinkscope`; empty where there is no
/// home.
std::filesystem::path cacheFolder();

}  // namespace sinkscope
