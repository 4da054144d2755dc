#include "app/commands/output_options.h"

#include <CLI/CLI.hpp>

#include <iostream>

namespace sinkscope {

void addOutputOptions(CLI::App& command, OutputOptions& options, [[maybe_unused]] const FigureWords& figures) {
  command.add_option("-o,--out", options.run, "Write a run file (HDF5) that the window and h5py open.");
#ifdef SINKSCOPE_GUI
  std::vector<std::string> formats = figureFormatNames();
  if (!figures.move) std::erase(formats, "gif");
  command.add_option("--figures", options.figures, figures.which);
  command
      .add_option("--format", options.formats,
                  figures.move ? "Formats of the figures; gif is for the frames alone, which move in it."
                               : "Formats of the figures.")
      ->delimiter(',')
      ->check(CLI::IsMember(formats))
      ->capture_default_str();
#endif
}

void tell(const std::vector<std::string>& written) {
  for (const std::string& file : written) std::cout << "wrote " << file << std::endl;
}

}  // namespace sinkscope
