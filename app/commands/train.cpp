#include "app/commands/commands.h"
#include "app/commands/console.h"
#include "core/analysis/sink_metric.h"
#include "core/byte_text.h"
#include "core/data_folder.h"
#include "core/duration_text.h"
#include "core/error.h"
#include "core/runs/checkpoint_folder.h"
#include "core/runs/training_log.h"
#include "core/train/estimate.h"
#include "core/train/training.h"
#include "core/train/variation.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>

namespace sinkscope {
namespace {

struct TrainOptions {
  std::string recipe, out, device = "cpu";
  std::int64_t stopAfter = 0;
  bool estimateOnly = false;
};

/// What the training will take here, at the speed that one pass has now.
void tellEstimate(const Recipe& recipe, const TrainOptions& options, const Job& job) {
  const TrainingEstimate estimate = estimateTraining(recipe, measureTrainingSpeed(recipe, options.device, job));
  std::printf("%s: %.2f million parameters, %.1f million tokens in %lld steps; about %s of memory, %s\n",
              recipe.name.c_str(), static_cast<double>(estimate.parameters) / 1e6,
              static_cast<double>(estimate.tokens) / 1e6, static_cast<long long>(recipe.steps),
              mebibytes(estimate.bytes).c_str(), aboutTime(estimate.seconds).c_str());
  if (!estimate.fits())
    std::printf("This is more memory than the %s that are free now; fewer windows_at_a_time need less.\n",
                mebibytes(estimate.memoryOfMachine).c_str());
  std::fflush(stdout);
}

std::filesystem::path runPath(const TrainOptions& options, const Recipe& recipe) {
  if (!options.out.empty()) return options.out;
  return dataFolder() / "training" / (recipe.name + ".h5");
}

/// What a run came to: its last measurement.
void tell(const std::filesystem::path& run, TrainingEnd end) {
  const TrainingLog log = readTrainingLog(run);
  if (!log.measures.empty()) {
    const MeasureRow& last = log.measures.back();
    std::printf("step %lld: loss %.3f with <bos>, %.3f without\n", static_cast<long long>(last.step),
                last.validationLoss, last.validationLossWithoutBos);
    for (std::size_t i = 0; i < log.start.epsilons.size() && i < last.sinkRate.size(); ++i)
      std::printf("sink rate, eps %g: %.1f %% with <bos>, %.1f %% without\n", log.start.epsilons[i],
                  100.0 * last.sinkRate[i], 100.0 * last.sinkRateWithoutBos[i]);
  }
  if (!log.events.empty()) std::printf("%s\n", log.events.back().sentence.c_str());
  std::printf("run: %s\n", run.c_str());
  if (end == TrainingEnd::Finished) std::printf("model: %s\n", trainedModelFolder(run).c_str());
}

/// One line a run: what varied, and what came of it.
void tellSweep(const std::vector<std::filesystem::path>& runs) {
  std::printf("%-40s %8s %8s %8s %8s %8s  %s\n", "run", "loss", "w/o bos", "alpha_0", "max", "w/o bos", "sink rate");
  for (const std::filesystem::path& run : runs) {
    const TrainingLog log = readTrainingLog(run);
    if (log.measures.empty()) continue;
    const MeasureRow& last = log.measures.back();
    std::printf("%-40s %8.3f %8.3f %8.3f %8.3f %8.3f ", log.start.name.c_str(), last.validationLoss,
                last.validationLossWithoutBos, mean(last.alpha0.values()), std::ranges::max(last.alpha0.values()),
                mean(last.alpha0WithoutBos.values()));
    for (std::size_t i = 0; i < last.sinkRate.size(); ++i)
      std::printf(" %.1f %% (eps %g)", 100.0 * last.sinkRate[i], log.start.epsilons[i]);
    std::printf("\n");
  }
}

struct SweepOptions {
  std::string recipe, out, device = "cpu";
  std::vector<std::string> variations;
};

void runSweep(const SweepOptions& options, const Job& job) {
  const std::vector<Recipe> recipes = vary(openRecipe(options.recipe), options.variations);
  std::vector<std::filesystem::path> runs;
  for (std::size_t i = 0; i < recipes.size(); ++i) {
    const std::filesystem::path run = std::filesystem::path(options.out) / (recipes[i].name + ".h5");
    runs.push_back(run);
    const double count = static_cast<double>(recipes.size());
    const Job part = job.part(static_cast<double>(i) / count, static_cast<double>(i + 1) / count);
    // A sweep that was interrupted goes on where it was.
    const bool begun = std::filesystem::exists(run) && !CheckpointFolder(run).list().empty();
    if (begun && readTrainingLog(run).state == TrainingState::Finished) continue;
    const TrainingEnd end = begun ? resumeTraining(run, options.device, 0, part)
                                  : startTraining({recipes[i], run, options.device, 0}, part);
    if (end == TrainingEnd::Paused) throw Stopped();
  }
  tellSweep(runs);
}

}  // namespace

void addSweep(CLI::App& program, int& exitCode) {
  auto options = std::make_shared<SweepOptions>();
  CLI::App* command = program.add_subcommand("sweep", "Train variations of a recipe one after the other.");
  command->add_option("recipe", options->recipe, "A recipe's name or its JSON file.")->required();
  command
      ->add_option("--vary", options->variations,
                   "FIELD=VALUE,VALUE,... with the field's path, e.g. optimizer.weight_decay=0,0.1,0.5; fields that\n"
                   "change together: packing.bos+packing.mask=fixed+causal,none+documents. Several: each with each.")
      ->required()
      ->take_all();
  command->add_option("-o,--out", options->out, "The folder for the runs.")->required();
  command->add_option("--device", options->device, "cpu or cuda.")->capture_default_str();
  command->footer(
      "A sweep that was stopped goes on when it is called again.\n"
      "Example: sinkscope sweep watch-a-sink --vary packing.bos=fixed,separator --out runs");
  command->callback([options, &exitCode] { exitCode = runCommand([&](const Job& job) { runSweep(*options, job); }); });
}

void addExport(CLI::App& program, int& exitCode) {
  struct ExportOptions {
    std::string run, out;
    std::int64_t step = -1;
  };
  auto options = std::make_shared<ExportOptions>();
  CLI::App* command = program.add_subcommand("export", "Write a run's model as a folder in Hugging Face's layout.");
  command->add_option("run", options->run, "The run file.")->required()->check(CLI::ExistingFile);
  command->add_option("folder", options->out, "The new folder.")->required();
  command->add_option("--step", options->step, "A checkpoint's step; default: the newest.");
  command->callback([options, &exitCode] {
    exitCode = runCommand([&](const Job& job) {
      exportCheckpoint(options->run, options->step, options->out, job);
      std::printf("model: %s\n", options->out.c_str());
    });
  });
}

void addTrain(CLI::App& program, int& exitCode) {
  auto options = std::make_shared<TrainOptions>();
  CLI::App* command = program.add_subcommand("train", "Train a small decoder and watch sinks form.");
  command->add_option("recipe", options->recipe, "A recipe's name or its JSON file.")->required();
  command->add_option("-o,--out", options->out, "The run file; default: the recipe's name in the data folder.");
  command->add_option("--device", options->device, "cpu or cuda.")->capture_default_str();
  command->add_option("--stop-after", options->stopAfter, "Pause after so many steps; 0: train to the end.");
  command->add_flag("--estimate", options->estimateOnly, "Say what it takes in memory and time, and end.");
  command->footer("Example: sinkscope train watch-a-sink");
  command->callback([options, &exitCode] {
    exitCode = runCommand([&](const Job& job) {
      const Recipe recipe = openRecipe(options->recipe);
      const TrainingRequest request{recipe, runPath(*options, recipe), options->device, options->stopAfter};
      const auto processes = launchedProcesses();
      if (processes->rank() == 0) tellEstimate(recipe, *options, job);
      if (options->estimateOnly) return;
      const TrainingEnd end = startTraining(request, job, processes);
      if (processes->rank() == 0) tell(request.run, end);
    });
  });
}

void addResume(CLI::App& program, int& exitCode) {
  auto options = std::make_shared<TrainOptions>();
  CLI::App* command = program.add_subcommand("resume", "Go on with a training from its last checkpoint.");
  command->add_option("run", options->out, "The run file.")->required()->check(CLI::ExistingFile);
  command->add_option("--device", options->device, "cpu or cuda.")->capture_default_str();
  command->add_option("--stop-after", options->stopAfter, "Pause after so many steps; 0: train to the end.");
  command->callback([options, &exitCode] {
    exitCode = runCommand([&](const Job& job) {
      const auto processes = launchedProcesses();
      const TrainingEnd end = resumeTraining(options->out, options->device, options->stopAfter, job, processes);
      if (processes->rank() == 0) tell(options->out, end);
    });
  });
}

}  // namespace sinkscope
