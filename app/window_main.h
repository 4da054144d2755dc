#pragma once

#include <QString>

namespace sinkscope {

/// Opens the window on `model` (empty: the last one, else a demo model) and returns the exit code.
int runWindow(int argc, char** argv, const QString& model);

}  // namespace sinkscope
