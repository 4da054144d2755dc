#pragma once

#include <filesystem>

namespace sinkscope {

/// Where lies what the program brings along, the sample runs and the built-in model: `../share/sinkscope` from the
/// program where it is installed, else `resources` of the source tree that it was built from.
const std::filesystem::path& sharedFolder();

}  // namespace sinkscope
