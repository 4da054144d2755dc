#pragma once

#include <string>
#include <vector>

namespace sinkscope {

struct Exploration;

/// For the command line, which knows no Qt: writes the grid, the profile and (where attention was kept) the head that
/// rests most on the first token into `folder`, in each of `formats`. Needs no display. Returns the paths; throws
/// `Error`.
std::vector<std::string> writeFigureFiles(const Exploration& exploration, double epsilon, const std::string& folder,
                                          const std::vector<std::string>& formats);

}  // namespace sinkscope
