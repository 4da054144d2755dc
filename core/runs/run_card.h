#pragma once

#include "core/runs/run_labels.h"
#include "core/runs/run_summary.h"

#include <filesystem>
#include <string>

namespace sinkscope {

/// What a table says of a run file.
struct RunCard {
  std::string kind;      ///< "explore", ..., "train"
  std::string created;   ///< ISO 8601, UTC
  double seconds = 0.0;  ///< of the analysis; of a training, until now
  RunLabels labels;
  RunSummary summary;
};

/// Reads attributes and one small group. A run that was saved before there were summaries is read whole, and its
/// summary made of that; a training's is made of its last rows. Throws `Error` for what is no run.
RunCard readRunCard(const std::filesystem::path& path);

/// Reads all of a run, as opening it does, and lets go of it. Throws `Error` where it cannot be opened.
void checkWholeRun(const std::filesystem::path& path);

}  // namespace sinkscope
