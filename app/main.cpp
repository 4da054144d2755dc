// The one executable: no subcommand opens the window; subcommands work without a display.
#include "app/commands/commands.h"
#include "app/commands/console.h"
#include "app/commands/runs.h"
#ifdef SINKSCOPE_GUI
#include "app/window_main.h"
#endif

#include <malloc.h>

#include <CLI/CLI.hpp>

#include <iostream>
#include <string>

int main(int argc, char** argv) {
  // A layer's tensors come and go: memory that was freed stays here instead of being mapped and cleared anew each time.
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  CLI::App program{
      "Sinkscope: see where a language model's attention rests, and what the sink at the first token does."};
  program.set_version_flag("--version", "sinkscope " SINKSCOPE_VERSION);
  program.set_help_all_flag("--help-all", "Help of every subcommand.");
  program.footer(
      "Without a subcommand the window opens.\n"
      "Exit codes: 0 success, 1 failure (one sentence on stderr), 2 wrong command line, 130 stopped.");
  program.require_subcommand(0, 1);
  int exitCode = sinkscope::kSuccess;
  std::string open;
  program.add_option("open", open, "A model or a run file to open in the window.");
  bool another = false;
  program.add_flag("--new-window", another, "Open another window where there is one already.");
  sinkscope::addAnalyze(program, exitCode);
  sinkscope::addPerturb(program, exitCode);
  sinkscope::addInspect(program, exitCode);
  sinkscope::addModels(program, exitCode);
  sinkscope::addBench(program, exitCode);
  sinkscope::addCollapse(program, exitCode);
  sinkscope::addNoOp(program, exitCode);
  sinkscope::addInfluence(program, exitCode);
  sinkscope::addAblate(program, exitCode);
  sinkscope::addRobustness(program, exitCode);
  sinkscope::addReport(program, exitCode);
  sinkscope::addTrain(program, exitCode);
  sinkscope::addResume(program, exitCode);
  sinkscope::addSweep(program, exitCode);
  sinkscope::addExport(program, exitCode);
  sinkscope::addTokenize(program, exitCode);
  sinkscope::addRuns(program, exitCode);
  sinkscope::addReadRuns(program, exitCode);
#ifdef SINKSCOPE_GUI
  sinkscope::addFigure(program, exitCode);
#endif
  sinkscope::addDescribe(program, exitCode);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? sinkscope::kSuccess : sinkscope::kUsage;
  }
  if (!program.get_subcommands().empty()) return exitCode;
#ifdef SINKSCOPE_GUI
  return sinkscope::runWindow(argc, argv, open, another);
#else
  std::cerr << "error: this sinkscope was built without a window; see sinkscope --help for what it can do.\n";
  return sinkscope::kUsage;
#endif
}
