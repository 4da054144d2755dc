#include "core/train/training.h"

#include "core/analysis/provenance.h"
#include "core/error.h"
#include "core/model/sha256.h"
#include "core/runs/checkpoint_folder.h"
#include "core/runs/training_log.h"
#include "core/train/exported_model.h"
#include "core/train/measures.h"
#include "core/train/sample_text.h"
#include "core/train/trainer.h"

#include <ATen/Functions.h>
#include <ATen/Parallel.h>

#include <chrono>
#include <cmath>
#include <optional>
#include <utility>

namespace sinkscope {
namespace {

using Clock = std::chrono::steady_clock;

// Rows are acknowledged at least so often.
constexpr std::chrono::milliseconds kSync{1000};

double secondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

EventRow eventNow(std::int64_t step, const std::string& kind, const std::string& sentence) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return {step, kind, sentence, std::chrono::duration<double>(now).count()};
}

/// One sitting of a training: rank 0 measures and writes, the others only take their share of each step.
class Sitting {
 public:
  Sitting(const TrainingRequest& request, const PreparedCorpus& corpus, std::shared_ptr<ProcessGroup> group)
      : request_(request),
        corpus_(corpus),
        group_(std::move(group)),
        trainer_(request.recipe, corpus.tokens, request.device, group_),
        watch_(request.recipe, *corpus.tokens, trainer_.split().validation),
        checkpoints_(request.run),
        model_(modelOf(request.recipe, trainer_.parameters(), request.device)) {}

  void begin(const Job& job) {
    if (!writes()) return;
    const Provenance origin = provenanceOf(model_);
    TrainingStart start;
    start.name = request_.recipe.name;
    start.recipe = toJson(request_.recipe);
    start.model = request_.recipe.model;
    start.parameterCount = model_.identity.parameterCount;
    start.epsilons = request_.recipe.measure.epsilons;
    start.device = request_.device;
    start.threads = at::get_num_threads();
    start.created = origin.created;
    start.program = origin.program;
    start.torch = origin.torch;
    log_.emplace(TrainingLogWriter::create(request_.run, start));
    event("started", "The training began.");
    measure(job);  // what chance gives, to compare with
  }

  void resume() {
    const std::optional<Checkpoint> checkpoint = checkpoints_.last();
    if (!checkpoint) throw Error(checkpoints_.path().string() + " holds no checkpoint to go on from.");
    trainer_.restore(checkpoint->tensors);
    const auto found = checkpoint->metadata.find("seconds");
    before_ = found == checkpoint->metadata.end() ? 0.0 : std::stod(found->second);
    validationLoss_ = checkpoint->validationLoss;
    kept_ = trainer_.steps();
    if (!writes()) return;
    log_.emplace(TrainingLogWriter::reopen(request_.run, trainer_.steps()));
    event("resumed", "The training went on from the checkpoint of step " + std::to_string(trainer_.steps()) + ".");
  }

  TrainingEnd run(const Job& job) {
    const std::int64_t first = trainer_.steps(), all = request_.recipe.steps;
    const std::int64_t last = request_.stopAfter > 0 ? std::min(all, first + request_.stopAfter) : all;
    while (trainer_.steps() < last) {
      if (stopRequested(job)) return pause("The training was paused after step ");
      tell(job);
      const Clock::time_point began = Clock::now();
      const StepResult result = trainer_.step(Job());
      const double seconds = secondsSince(began);
      trained_ += seconds;
      if (!std::isfinite(result.loss) || !std::isfinite(result.gradientNorm)) return notFinite(result, seconds);
      append(result, seconds, trainer_.steps());
      if (isDue(request_.recipe.measure.every)) measure(job);
      if (isDue(request_.recipe.measure.checkpointEvery)) keep();
    }
    if (last < all) return pause("The training was paused, as asked, after step ");
    finish();
    return TrainingEnd::Finished;
  }

 private:
  bool writes() const { return group_->rank() == 0; }

  /// Every process stops after the same step.
  bool stopRequested(const Job& job) const {
    at::Tensor asked = at::full({1}, job.stopRequested() ? 1.0 : 0.0, at::kDouble);
    group_->sum(asked);
    return asked.item<double>() > 0.0;
  }

  bool isDue(std::int64_t every) const {
    return trainer_.steps() % every == 0 || trainer_.steps() == request_.recipe.steps;
  }

  void tell(const Job& job) const {
    const std::int64_t step = trainer_.steps(), all = request_.recipe.steps;
    std::string what = "step " + std::to_string(step) + " of " + std::to_string(all);
    if (lastLoss_) what += ", loss " + std::to_string(*lastLoss_).substr(0, 5);
    // The stop is looked at between steps, where a checkpoint can be written.
    job.withoutStop().progress(what, static_cast<double>(step) / static_cast<double>(all));
  }

  void append(const StepResult& result, double seconds, std::int64_t step) {
    lastLoss_ = result.loss;
    if (!writes()) return;
    log_->append(StepRow{step, trainer_.tokens(), before_ + trained_, result.loss, result.learningRate,
                         result.gradientNorm, static_cast<double>(result.tokens) / seconds});
    if (Clock::now() - synced_ < kSync) return;
    log_->sync();
    synced_ = Clock::now();
  }

  void measure(const Job& job) {
    if (!writes()) return;
    MeasureRow row = watch_.measure(model_, trainer_.steps(), trainer_.tokens(), job.withoutStop());
    row.seconds = before_ + trained_;
    validationLoss_ = std::isnan(row.validationLoss) ? row.validationLossWithoutBos : row.validationLoss;
    log_->append(row);
    const std::int64_t every = request_.recipe.measure.sampleEvery;
    if (every > 0 && trainer_.steps() % every == 0)
      log_->append(SampleRow{trainer_.steps(), sampleText(model_, *corpus_.tokenizer, {}, job.withoutStop())});
    log_->sync();
    synced_ = Clock::now();
  }

  void keep() {
    if (!writes() || kept_ == trainer_.steps() || !trainer_.finite()) return;
    log_->sync();  // the rows of a checkpoint's steps outlive the program before it does
    synced_ = Clock::now();
    Checkpoint checkpoint;
    checkpoint.step = trainer_.steps();
    checkpoint.validationLoss = validationLoss_;
    checkpoint.tensors = trainer_.state();
    checkpoint.metadata["seconds"] = std::to_string(before_ + trained_);
    checkpoint.metadata["recipe"] = toJson(request_.recipe);
    checkpoints_.keep(checkpoint);
    kept_ = trainer_.steps();
  }

  void event(const std::string& kind, const std::string& sentence) {
    log_->append(eventNow(trainer_.steps(), kind, sentence));
    log_->sync();
  }

  TrainingEnd pause(const std::string& sentence) {
    keep();
    if (writes()) event("paused", sentence + std::to_string(trainer_.steps()) + ".");
    return TrainingEnd::Paused;
  }

  TrainingEnd notFinite(const StepResult& result, double seconds) {
    const std::int64_t step = trainer_.steps() + 1;
    append(result, seconds, step);
    keep();  // the weights of the step before: this one changed nothing
    const char* what = std::isfinite(result.loss) ? "gradient" : "loss";
    if (writes()) {
      event("not-finite", "The " + std::string(what) + " of step " + std::to_string(step) + " is not finite.");
      event("paused", "The training paused with the weights of step " + std::to_string(trainer_.steps()) + ".");
    }
    return TrainingEnd::NotFinite;
  }

  void finish() {
    if (!writes()) return;
    exportModel(trainedModelFolder(request_.run), model_, corpus_.tokenizerPath, *corpus_.tokenizer);
    event("finished", "The training finished after step " + std::to_string(trainer_.steps()) + ".");
  }

  const TrainingRequest& request_;
  const PreparedCorpus& corpus_;
  std::shared_ptr<ProcessGroup> group_;
  Trainer trainer_;
  SinkWatch watch_;
  CheckpointFolder checkpoints_;
  Model model_;  // the trainer's weights
  std::optional<TrainingLogWriter> log_;
  Clock::time_point synced_ = Clock::now();
  double before_ = 0.0, trained_ = 0.0;  // seconds, of earlier sittings and of this one
  double validationLoss_ = std::numeric_limits<double>::quiet_NaN();
  std::optional<double> lastLoss_;
  std::int64_t kept_ = -1;
};

TrainingEnd train(const TrainingRequest& request, bool resumes, const Job& job, std::shared_ptr<ProcessGroup> group) {
  // One process makes the files that all read.
  PreparedCorpus corpus;
  if (group->rank() == 0) corpus = prepareCorpus(request.recipe.corpus, job.part(0.0, 0.02));
  group->wait();
  if (group->rank() != 0) corpus = prepareCorpus(request.recipe.corpus, job.quiet());
  Sitting sitting(request, corpus, std::move(group));
  const Job steps = job.part(0.02, 1.0);
  if (resumes)
    sitting.resume();
  else
    sitting.begin(steps);
  return sitting.run(steps);
}

}  // namespace

std::filesystem::path trainedModelFolder(const std::filesystem::path& run) {
  std::filesystem::path folder = run;
  return folder.replace_extension(".model");
}

void exportCheckpoint(const std::filesystem::path& run, std::int64_t step, const std::filesystem::path& folder,
                      const Job& job) {
  const Recipe recipe = recipeFromJson(readTrainingLog(run).start.recipe, run.string());
  const CheckpointFolder checkpoints(run);
  std::optional<Checkpoint> found;
  if (step < 0) found = checkpoints.last();
  for (const CheckpointFolder::Entry& entry : checkpoints.list())
    if (entry.step == step) found = checkpoints.read(entry);
  if (!found)
    throw Error(checkpoints.path().string() + " holds no checkpoint" +
                (step < 0 ? "." : " of step " + std::to_string(step) + "."));
  const PreparedTokenizer text = prepareTokenizer(recipe.corpus, job);
  Parameters parameters;
  for (const ParameterSpec& spec : parameterSpecs(recipe.model)) {
    const auto tensor = found->tensors.find(spec.name);
    if (tensor == found->tensors.end()) throw Error("The checkpoint has no tensor '" + spec.name + "'.");
    parameters.set(spec.name, tensor->second);
  }
  exportModel(folder, modelOf(recipe, parameters, "cpu"), text.tokenizerPath, *text.tokenizer);
}

TrainingEnd startTraining(const TrainingRequest& request, const Job& job, std::shared_ptr<ProcessGroup> group) {
  if (group->rank() == 0) {
    if (request.run.has_parent_path()) std::filesystem::create_directories(request.run.parent_path());
    std::filesystem::remove_all(CheckpointFolder(request.run).path());
  }
  return train(request, false, job, std::move(group));
}

TrainingEnd resumeTraining(const std::filesystem::path& run, const std::string& device, std::int64_t stopAfter,
                           const Job& job, std::shared_ptr<ProcessGroup> group) {
  const TrainingLog log = readTrainingLog(run);
  const TrainingRequest request{recipeFromJson(log.start.recipe, run.string()), run, device, stopAfter};
  return train(request, true, job, std::move(group));
}

TrainingEnd stopTraining(const std::filesystem::path& run, const Job& job) {
  exportCheckpoint(run, -1, trainedModelFolder(run), job);
  const TrainingLog log = readTrainingLog(run);
  const std::int64_t step = log.steps.empty() ? 0 : log.steps.back().step;
  TrainingLogWriter writer = TrainingLogWriter::reopen(run, step);
  writer.append(eventNow(step, "stopped", "The training was stopped after step " + std::to_string(step) + "."));
  writer.sync();
  return TrainingEnd::Stopped;
}

}  // namespace sinkscope
