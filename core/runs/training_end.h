#pragma once

#include "core/runs/training_log.h"

#include <filesystem>
#include <optional>

namespace sinkscope {

/// How far a training is: its last rows alone.
struct TrainingEnd {
  TrainingStart start;
  std::optional<StepRow> step;
  std::optional<MeasureRow> measure;
};

/// Costs the same however long the training is. Throws `Error` for what is no training run.
TrainingEnd readTrainingEnd(const std::filesystem::path& path);

}  // namespace sinkscope
