#pragma once

#include <string>
#include <vector>

namespace sinkscope {

struct LibraryVersion {
  std::string name, version;
};

/// The libraries that numbers and files depend on. libtorch's and sentencepiece's versions are those that the program
/// was built with, the others' those that run here.
std::vector<LibraryVersion> coreLibraries();

}  // namespace sinkscope
