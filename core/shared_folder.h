#pragma once

#include <filesystem>
#include <string>

namespace sinkscope {

/// Where lies what the program brings along, the sample runs and the built-in model: `../share/sinkscope` from the
/// program where it is installed, else `resources` of the source tree that it was built from.
const std::filesystem::path& sharedFolder();

/// A script that fetches something: of the program's installation, else of the source tree.
std::filesystem::path fetchScript(const std::string& name);

}  // namespace sinkscope
