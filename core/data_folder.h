#pragma once

#include <filesystem>

namespace sinkscope {

/// Where the program keeps models, corpora and training runs: `$XDG_DATA_HOME/sinkscope`, else
/// `~/.local/share/sinkscope`.
std::filesystem::path dataFolder();

}  // namespace sinkscope
