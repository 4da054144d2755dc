#pragma once

#include "core/job.h"
#include "core/train/recipe.h"

#include <cstdint>
#include <string>

namespace sinkscope {

/// What a training will take, before it starts.
struct TrainingEstimate {
  std::int64_t parameters = 0;
  std::uint64_t bytes = 0;            ///< at most in memory: weights, gradients, moments, and what a pass keeps
  double flopsPerToken = 0.0;         ///< of a forward and a backward pass
  double seconds = 0.0;               ///< of all steps at the measured speed; measurements not counted
  std::int64_t tokens = 0;            ///< of all steps
  std::uint64_t memoryOfMachine = 0;  ///< bytes that are free now; 0: not known
  bool fits() const { return memoryOfMachine == 0 || bytes <= memoryOfMachine; }
};

/// From the recipe and a measured speed: `flopsPerSecond` of products and point-wise work of a training pass of such a
/// model on this machine (`measureTrainingSpeed`).
TrainingEstimate estimateTraining(const Recipe& recipe, double flopsPerSecond);

/// Runs one forward and backward pass of the recipe's model on random tokens, as many as a pass of its own has or 2048,
/// and says how many operations of `flopsPerToken` were done in a second. Throws `Stopped` between layers.
double measureTrainingSpeed(const Recipe& recipe, const std::string& device, const Job& job);

}  // namespace sinkscope
