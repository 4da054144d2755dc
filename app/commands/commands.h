#pragma once

namespace CLI {
class App;
}

namespace sinkscope {

/// Each adds one subcommand; when it is chosen, it runs and sets `exitCode` (`ExitCode` in console.h).
void addAnalyze(CLI::App& program, int& exitCode);
void addInspect(CLI::App& program, int& exitCode);
void addModels(CLI::App& program, int& exitCode);
void addPerturb(CLI::App& program, int& exitCode);
void addBench(CLI::App& program, int& exitCode);
void addCollapse(CLI::App& program, int& exitCode);
void addNoOp(CLI::App& program, int& exitCode);
void addInfluence(CLI::App& program, int& exitCode);
void addAblate(CLI::App& program, int& exitCode);
void addRobustness(CLI::App& program, int& exitCode);
void addReport(CLI::App& program, int& exitCode);
void addTrain(CLI::App& program, int& exitCode);
void addResume(CLI::App& program, int& exitCode);
void addSweep(CLI::App& program, int& exitCode);
void addExport(CLI::App& program, int& exitCode);
void addFigure(CLI::App& program, int& exitCode);  ///< where there is a window
void addTokenize(CLI::App& program, int& exitCode);
void addDescribe(CLI::App& program, int& exitCode);

}  // namespace sinkscope
