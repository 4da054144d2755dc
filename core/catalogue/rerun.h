#pragma once

#include "core/catalogue/run_comparison.h"
#include "core/job.h"

#include <filesystem>

namespace sinkscope {

/// Asks what a run asked, of the model that it names, with its settings and seeds, and saves the answer as another run.
/// Throws `Error`, also for a training, which is resumed or begun anew instead.
void rerun(const std::filesystem::path& run, const std::filesystem::path& out, const Job& job);

/// The same, and how far the answer is from the run. Nobody keeps it where `out` is empty.
RunComparison rerunAndCompare(const std::filesystem::path& run, const std::filesystem::path& out, const Job& job);

}  // namespace sinkscope
