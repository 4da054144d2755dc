#pragma once

#include "core/runs/run_file.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace sinkscope {

/// A group or a dataset of a run file, with how it is stored.
struct RunNode {
  RunEntry entry;
  std::uint64_t bytes = 0;  ///< of a dataset in the file, compressed
  std::string storage;      ///< of a dataset: "chunks of 1 x 4 x 7, shuffle, deflate 4, fletcher32", "contiguous"
};

/// Everything in a run file, each group before what is in it, whatever kind of run it is. Throws `Error`.
std::vector<RunNode> readRunTree(const std::filesystem::path& path);

}  // namespace sinkscope
