#pragma once

#include "core/job.h"
#include "core/process_group.h"
#include "core/train/adam_w.h"
#include "core/train/packer.h"
#include "core/train/recipe.h"
#include "core/train/token_file.h"
#include "core/train/training_pass.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace sinkscope {

/// What one step of the optimizer was like.
struct StepResult {
  double loss = 0.0;  ///< mean over the step's targets, natural log
  double learningRate = 0.0;
  double gradientNorm = 0.0;  ///< before clipping
  std::int64_t tokens = 0;    ///< of the step's windows
};

/// Trains the decoder of a recipe, step after step: the forward pass is `forward`, the backward pass autograd's. The
/// state is the weights, AdamW's moments and the number of steps; all else follows from the recipe, so that a training
/// that goes on from a saved state gives the same bits.
class Trainer {
 public:
  /// `device`: "cpu" or "cuda". The processes of `group` share each step's windows. Throws `Error` where the recipe
  /// does not fit the corpus or the device.
  Trainer(Recipe recipe, std::shared_ptr<const TokenFile> corpus, const std::string& device,
          std::shared_ptr<ProcessGroup> group = singleProcess());

  const Recipe& recipe() const { return recipe_; }
  const CorpusSplit& split() const { return split_; }
  /// As they are now; they change with every step.
  const Parameters& parameters() const { return pass_.parameters(); }
  std::int64_t steps() const { return steps_; }    ///< done
  std::int64_t tokens() const { return tokens_; }  ///< seen

  /// One step. A loss or gradient that is not finite changes no weight. Throws `Stopped` before any change.
  StepResult step(const Job& job);

  /// Whether every weight is a number: a step whose loss was one can still have made them too large.
  bool finite() const;

  /// Everything that a later `restore` needs, by name; shares no memory with the trainer.
  std::map<std::string, at::Tensor> state() const;
  /// Throws `Error` naming what is missing or of another shape.
  void restore(const std::map<std::string, at::Tensor>& state);

 private:
  Packer& packerAt(std::int64_t step);

  Recipe recipe_;
  std::shared_ptr<const TokenFile> corpus_;
  std::shared_ptr<ProcessGroup> group_;
  CorpusSplit split_;
  TrainingPass pass_;
  AdamW optimizer_;
  std::unique_ptr<Packer> packer_;  // of the phase `phase_`
  std::size_t phase_ = 0;
  std::int64_t firstStepOfPhase_ = 0;
  std::int64_t steps_ = 0, tokens_ = 0;
};

}  // namespace sinkscope
