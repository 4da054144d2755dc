#pragma once

#include "core/job.h"

#include <functional>

namespace sinkscope {

/// Exit codes of every subcommand.
enum ExitCode : int {
  kSuccess = 0,
  kFailure = 1,    ///< one sentence on stderr says what is wrong
  kUsage = 2,      ///< the command line itself is wrong
  kStopped = 130,  ///< stopped with Ctrl-C; nothing was written
};

/// Runs a command's work with a job that Ctrl-C stops and that tells its progress on stderr when that is a terminal.
/// Errors become one sentence on stderr and an exit code.
int runCommand(const std::function<void(const Job&)>& work);

}  // namespace sinkscope
