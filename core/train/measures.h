#pragma once

#include "core/job.h"
#include "core/model/model.h"
#include "core/runs/training_log.h"
#include "core/train/recipe.h"
#include "core/train/token_file.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace sinkscope {

/// Watches sinks form: measures a model in training on windows of held-out text that stay the same, each with <bos> in
/// front and without. Measured as in the analyses: float32, query 0 included, alpha_0 thresholded window by window.
class SinkWatch {
 public:
  /// Takes `recipe.measure.windows` windows of T - 1 tokens, T the recipe's longest context, spread evenly over the
  /// documents that are held out. Throws `Error` when these are shorter than one window together.
  SinkWatch(const Recipe& recipe, const TokenFile& corpus, const std::vector<std::int64_t>& heldOut);

  /// Everything but the row's seconds. The losses are over the same tokens: all but the first of each window.
  MeasureRow measure(const Model& model, std::int64_t step, std::int64_t tokens, const Job& job) const;

 private:
  void measureSpread(const Model& model, MeasureRow& row, const Job& job) const;

  std::vector<double> epsilons_;
  std::int64_t bos_ = -1;
  std::vector<std::vector<std::int64_t>> windows_;  // of text alone
};

/// The weights of a training as a model that analyses take; shares their memory.
Model modelOf(const Recipe& recipe, const Parameters& parameters, const std::string& device);

}  // namespace sinkscope
