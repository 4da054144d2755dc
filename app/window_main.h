#pragma once

#include <string>

namespace sinkscope {

/// Opens the window on `open`, a model or a run file (empty: the last model, else a demo model), and returns the exit
/// code. Where the user has a window already, that one opens it instead, unless another is wanted.
int runWindow(int argc, char** argv, const std::string& open, bool another);

}  // namespace sinkscope
