#pragma once

#include "core/job.h"
#include "core/process_group.h"
#include "core/train/prepared_corpus.h"
#include "core/train/recipe.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace sinkscope {

/// A training and where its files go: the run file at `run` (see `TrainingLog`), checkpoints beside it
/// (`CheckpointFolder`), and when it is finished the trained model, a folder that `loadModel` reads
/// (`trainedModelFolder`).
struct TrainingRequest {
  Recipe recipe;
  std::filesystem::path run;
  std::string device = "cpu";
  std::int64_t stopAfter = 0;  ///< steps of this call, for a training in several sittings; 0: to the end
};

/// How a training came to its end for now.
enum class TrainingEnd {
  Finished,
  Paused,     ///< asked to stop, or after `stopAfter` steps: a checkpoint of the last step is there
  Stopped,    ///< made an end of before its last step
  NotFinite,  ///< a loss or gradient was NaN or infinite: nothing was changed by that step
};

/// Writes the model of one of a run's checkpoints, of the newest where `step` is negative, as `exportModel` does.
/// Throws `Error` where the run has no such checkpoint.
void exportCheckpoint(const std::filesystem::path& run, std::int64_t step, const std::filesystem::path& folder,
                      const Job& job);

/// Where a run's trained model is put.
std::filesystem::path trainedModelFolder(const std::filesystem::path& run);

/// Runs a training from the beginning; files of an older run there are replaced. A stop that `job` asks for ends it as
/// `Paused` after the step. Throws `Error`.
TrainingEnd startTraining(const TrainingRequest& request, const Job& job,
                          std::shared_ptr<ProcessGroup> group = singleProcess());

/// Goes on with a run from its last checkpoint, however it ended: the same bits as if it had never stopped. The recipe
/// is the run file's. Throws `Error` where there is no checkpoint.
TrainingEnd resumeTraining(const std::filesystem::path& run, const std::string& device, std::int64_t stopAfter,
                           const Job& job, std::shared_ptr<ProcessGroup> group = singleProcess());

/// Makes of a run that nobody writes one that is over: the model of its last checkpoint is exported, and the run says
/// that it was stopped. Throws `Error` where there is no checkpoint.
TrainingEnd stopTraining(const std::filesystem::path& run, const Job& job);

}  // namespace sinkscope
