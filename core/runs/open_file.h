#pragma once

// Private to core/runs.

#include "core/runs/file_driver.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace sinkscope::hdf5 {

/// A run file opened to be read, with the library's lock held.
struct OpenFile {
  ReadFile file;
  std::string name;
  std::uint64_t size = 0;
};

/// Opens `path` and checks that it is a run whose schema this program reads; throws `Error` saying what it is instead.
OpenFile openRun(const std::filesystem::path& path);

}  // namespace sinkscope::hdf5
