#pragma once

#include <string>

namespace sinkscope {

/// Opens the window on `open`, a model or a run file (empty: the last model, else a demo model), and returns the exit
/// code.
int runWindow(int argc, char** argv, const std::string& open);

}  // namespace sinkscope
