#include "app/commands/output_options.h"

#include <CLI/CLI.hpp>

#include <iostream>

namespace sinkscope {

void addOutputOptions(CLI::App& command, OutputOptions& options) {
  command.add_option("-o,--out", options.run, "Write a run file (HDF5) that the window and h5py open.");
#ifdef SINKSCOPE_GUI
  command.add_option("--figures", options.figures, "Write every figure of the result to this folder.");
  command.add_option("--format", options.formats, "Formats of the figures.")
      ->delimiter(',')
      ->check(CLI::IsMember({"pdf", "svg", "png", "csv"}))
      ->capture_default_str();
#endif
}

void tell(const std::vector<std::string>& written) {
  for (const std::string& file : written) std::cout << "wrote " << file << std::endl;
}

}  // namespace sinkscope
