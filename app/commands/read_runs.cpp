#include "app/commands/console.h"
#include "app/commands/runs.h"
#include "core/catalogue/card_reader.h"

#include <CLI/CLI.hpp>

#include <unistd.h>

namespace sinkscope {

void addReadRuns(CLI::App& program, int& exitCode) {
  CLI::App* command = program.add_subcommand(CardReader::kCommand, "Reads run files for another sinkscope.");
  command->group("");  // nobody's to call
  command->callback([&exitCode] {
    CardReader::serve(STDIN_FILENO);
    exitCode = kSuccess;
  });
}

}  // namespace sinkscope
