#pragma once

#include "core/job.h"

#include <filesystem>
#include <vector>

namespace sinkscope {

/// Writes all of a run as text into a folder, which is made where it is not there: `attributes.csv` (path, name,
/// value); each array or table as a CSV file called after its path, `prompts.0.share.csv`, a line an element with its
/// positions first; each text as `prompts.0.prompt.txt`, its bytes as they are. Numbers are written so that reading
/// them gives the same bits. The files that were written, in that order. Throws `Error`; a file that was not written
/// whole is not there.
std::vector<std::filesystem::path> exportRun(const std::filesystem::path& run, const std::filesystem::path& folder,
                                             const Job& job = {});

}  // namespace sinkscope
