#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sinkscope {

/// All that a training needs to go on after a step: parameters, the optimizer's moments, the state of random numbers.
struct Checkpoint {
  std::int64_t step = 0;
  double validationLoss = std::numeric_limits<double>::quiet_NaN();  ///< NaN: not measured
  std::map<std::string, at::Tensor> tensors;                         ///< of the types of `writeSafetensors`
  std::map<std::string, std::string> metadata;  ///< anything else: tokens seen, seconds, the recipe's hash, ...
};

/// The checkpoints of one run, in a folder beside its file: `RUN.checkpoints/step-000123.safetensors`. Whatever ends
/// the program, a checkpoint that was there stays there until a newer one is whole and on the disk.
class CheckpointFolder {
 public:
  /// What is known of a checkpoint without reading its tensors.
  struct Entry {
    std::int64_t step = 0;
    double validationLoss = std::numeric_limits<double>::quiet_NaN();
    std::filesystem::path path;
  };

  /// Of the run in that file; the folder is made when the first checkpoint comes.
  explicit CheckpointFolder(const std::filesystem::path& run);

  const std::filesystem::path& path() const { return folder_; }

  /// Writes one, then removes those that are neither among the last two nor the one with the lowest validation loss,
  /// and those of later steps: a run that went on from an earlier step has other ones to come. Throws `Error`.
  void keep(const Checkpoint& checkpoint) const;

  /// Those whose headers can be read, earliest first.
  std::vector<Entry> list() const;

  /// Reads one; throws `Error` when a byte of it is not as it was written.
  Checkpoint read(const Entry& entry) const;

  /// The newest that can be read whole: a damaged one is passed over for the one before. Nothing when there is none.
  std::optional<Checkpoint> last() const;

 private:
  std::filesystem::path folder_;
};

}  // namespace sinkscope
