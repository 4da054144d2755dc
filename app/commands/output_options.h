#pragma once

#include "app/figure_files.h"
#include "core/runs/result_file.h"

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace sinkscope {

/// What a command writes besides standard output.
struct OutputOptions {
  std::string run, figures;
  std::vector<std::string> formats{"pdf"};
};

/// What figures a command can draw.
struct FigureWords {
  const char* which = "Write every figure of the result to this folder.";  ///< help of --figures
  bool move = false;  ///< some can be written as gif, in which they move
};

/// Adds --out and, where figures can be drawn, --figures and --format.
void addOutputOptions(CLI::App& command, OutputOptions& options, const FigureWords& figures = {});

/// Writes the run file and the figures that were asked for. The names of the files. Throws `Error`.
template <typename Result>
std::vector<std::string> writeOutput(const OutputOptions& options, const Job& job, const Result& result,
                                     [[maybe_unused]] const FigureChoice& choice = {}) {
  std::vector<std::string> written;
  if (!options.run.empty()) {
    saveResult(options.run, result, "{}", job);
    written.push_back(options.run);
  }
#ifdef SINKSCOPE_GUI
  if (!options.figures.empty())
    for (const std::string& file : writeFigureFiles(result, choice, options.figures, options.formats))
      written.push_back(file);
#endif
  return written;
}

/// "wrote FILE", a line each.
void tell(const std::vector<std::string>& written);

}  // namespace sinkscope
