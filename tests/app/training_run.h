#pragma once

#include "core/runs/training_log.h"
#include "core/train/recipe.h"

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <string>

namespace sinkscope {

/// A recipe of two layers and two heads on the texts at a path: some milliseconds a step.
inline Recipe tinyRecipe(const std::string& name, const std::string& texts, std::int64_t steps) {
  return recipeFromJson(R"({"name": ")" + name + R"(", "corpus": {"sources": [")" + texts +
                            R"("], "vocabulary": 300, "validation": 0.2},
          "model": {"layers": 2, "heads": 2, "width": 16, "feed_forward_width": 32, "tied_embedding": true},
          "packing": {"context": 16}, "optimizer": {"learning_rate": 0.01, "warmup": 5},
          "steps": )" + std::to_string(steps) +
                            R"(, "tokens_per_step": 64,
          "measure": {"every": 10, "windows": 2, "sample_every": 20, "checkpoint_every": 1000}})",
                        "the tiny recipe");
}

/// The run of a training that never was: 2 layers, 3 heads, a loss of 4 / step, a sink that forms in head 1 of layer 0.
class MadeUpRun {
 public:
  static constexpr std::int64_t kEvery = 10;

  MadeUpRun(const std::filesystem::path& path, const std::string& name, const std::string& created = "2026-01-02")
      : writer_(TrainingLogWriter::create(path, start(name, created))) {}

  static TrainingStart start(const std::string& name, const std::string& created) {
    TrainingStart start;
    start.name = name;
    Recipe recipe = tinyRecipe(name, "texts", 100);
    recipe.model.heads = recipe.model.keyHeads = 3;
    recipe.model.headWidth = 6;
    start.recipe = toJson(recipe);
    start.model = recipe.model;
    start.epsilons = {0.3, 0.8};
    start.device = "cpu";
    start.created = created;
    return start;
  }

  void step(double loss) {
    ++steps_;
    writer_.append(StepRow{steps_, 64 * steps_, 0.5 * static_cast<double>(steps_), loss, 0.01, 1.0, 128.0});
  }
  void steps(std::int64_t to) {
    while (steps_ < to) {
      step(4.0 / static_cast<double>(steps_ + 1));
      if (steps_ % kEvery == 0) measure();
    }
    writer_.sync();
  }
  void measure() {
    MeasureRow row;
    row.step = steps_;
    row.tokens = 64 * steps_;
    row.seconds = 0.5 * static_cast<double>(steps_);
    row.validationLoss = 3.0;
    row.validationLossWithoutBos = 5.0;
    const double share = std::min(1.0, static_cast<double>(steps_) / 100.0);
    row.sinkRate = {share > 0.3 ? 1.0 / 6.0 : 0.0, share > 0.8 ? 1.0 / 6.0 : 0.0};
    row.sinkRateWithoutBos = {0.0, 0.0};
    row.alpha0 = Array<float, 2>({2, 3}, 0.0f);
    row.alpha0(0, 1) = static_cast<float>(share);
    row.valueDrain = Array<float, 2>({2, 3}, 1.0f);
    writer_.append(row);
  }
  void sample(const std::string& text) { writer_.append(SampleRow{steps_, text}); }
  void event(const std::string& kind, const std::string& sentence) {
    writer_.append(EventRow{steps_, kind, sentence, 0.0});
    writer_.sync();
  }

 private:
  TrainingLogWriter writer_;
  std::int64_t steps_ = 0;
};

}  // namespace sinkscope
