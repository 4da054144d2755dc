#pragma once

#include <filesystem>

namespace sinkscope {

/// Where lies what the program brings along, the built-in model and the sample runs: `../share/sinkscope` from the
/// program where it is installed, else `resources` of the source tree that it was built from.
std::filesystem::path sharedFolder();

}  // namespace sinkscope
