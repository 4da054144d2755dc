#pragma once

namespace CLI {
class App;
}

namespace sinkscope {

/// The catalogue's subcommands, added as those of commands.h are: `runs list|show|compare|export|rerun`, and the hidden
/// one that reads run files for another process.
void addRuns(CLI::App& program, int& exitCode);
void addReadRuns(CLI::App& program, int& exitCode);

}  // namespace sinkscope
