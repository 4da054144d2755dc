#include "app/commands/commands.h"
#include "app/commands/console.h"
#include "app/commands/model_options.h"
#include "core/analysis/jacobian.h"
#include "core/analysis/perturber.h"
#include "core/analysis/sweeper.h"
#include "core/model/decoder.h"
#include "core/model/demo_models.h"
#include "core/model/linear_map.h"
#include "core/model/model.h"
#include "core/trace/trace.h"
#include "core/train/adam_w.h"
#include "core/train/training_pass.h"

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <malloc.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

namespace sinkscope {
namespace {

using nlohmann::json;

// Random weights: a LLaMa shape of 134 million (85 in the layers), as peers.py makes it, and one of 6 million.
constexpr const char* kRandomModel = "random-120m";
constexpr const char* kSmallRandomModel = "random-6m";

constexpr std::int64_t kProbes = 64;  // products of the task jacobian

struct BenchOptions {
  std::vector<std::string> models{kRandomModel};
  std::vector<std::int64_t> tokens{128, 512, 2048, 8192};
  std::vector<std::string> tasks{"forward", "capture", "sink"};
  int repeat = 3, threads = 2;
  std::int64_t batch = 1;
  double swapAt = 0.75;
  ModelOptions held;  ///< only how weights are held
  bool json = false;
};

/// Least and median seconds of `work`, after one run that is not counted; of that one where no other is asked for.
struct Timing {
  double least = 0.0, median = 0.0;
};
Timing timed(int repeat, const Job& job, const std::function<void()>& work) {
  if (repeat > 0) work();
  std::vector<double> seconds;
  for (int i = 0; i < std::max(repeat, 1); ++i) {
    job.check();
    const auto start = std::chrono::steady_clock::now();
    work();
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::ranges::sort(seconds);
  return {seconds.front(), seconds[seconds.size() / 2]};
}

/// Best rate of large single-precision matrix products on this machine, in FLOP/s.
double gemmPeak(const Job& job) {
  double best = 0.0;
  for (const auto& [m, n, k] : {std::array{2048, 2048, 768}, std::array{2048, 768, 2048}, std::array{2048, 2048, 2048},
                                std::array{2048, 4096, 4096}}) {
    const at::Tensor a = at::randn({m, k}), b = at::randn({n, k});
    const Timing timing = timed(5, job, [&] { linearMap(a, b); });
    best = std::max(best, 2.0 * m * n * k / timing.least);
  }
  return best;
}

bool isRandom(const std::string& name) {
  return name == kRandomModel || name == kSmallRandomModel;
}

/// With weights, or only with its shape.
std::shared_ptr<const Model> randomModel(const std::string& name, bool weights) {
  const bool small = name == kSmallRandomModel;
  auto model = std::make_shared<Model>();
  model->device = "cpu";
  model->identity.name = name;
  ModelConfig& c = model->identity.config;
  c.family = "llama";
  c.vocabulary = small ? 2048 : 32000;
  c.layers = small ? 6 : 12;
  c.heads = c.keyHeads = small ? 4 : 12;
  c.width = small ? 256 : 768;
  c.headWidth = 64;
  c.feedForwardWidth = small ? 688 : 2048;
  c.contextLength = 8192;
  c.attentionScale = 1.0 / std::sqrt(64.0);
  c.perLayer.resize(static_cast<std::size_t>(c.layers));
  if (!weights) return model;
  at::manual_seed(1);
  for (const ParameterSpec& spec : parameterSpecs(c))
    model->parameters.set(spec.name, spec.shape.size() == 1 ? at::ones(spec.shape) : at::randn(spec.shape).mul_(0.02));
  return model;
}

/// Floating-point operations of one pass over `tokens` tokens, logits of every token included or not.
double flops(const ModelConfig& c, std::int64_t tokens, bool logits) {
  double total = 0.0;
  const double t = static_cast<double>(tokens);
  for (const LayerConfig& layer : c.perLayer) {
    const double weights = static_cast<double>(c.width) *
                           static_cast<double>((2 * c.heads + 2 * c.keyHeads) * c.headWidth + 3 * c.feedForwardWidth);
    const double window = layer.window == 0 ? t : std::min(t, static_cast<double>(layer.window));
    const double pairs = window * (window + 1) / 2 + (t - window) * window;  // (query, key) that see each other
    total += 2.0 * t * weights + 4.0 * pairs * static_cast<double>(c.heads * c.headWidth);
  }
  return total + (logits ? 2.0 * t * static_cast<double>(c.width * c.vocabulary) : 0.0);
}

/// Peak resident memory since the last reset, in bytes (Linux).
void resetPeakMemory() {
  malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << "5";
}
std::uint64_t peakMemory() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word)
    if (word == "VmHWM:") {
      std::uint64_t kibibytes = 0;
      status >> kibibytes;
      return kibibytes * 1024;
    }
  return 0;
}

void runTask(const Model& model, const std::string& task, const std::vector<std::int64_t>& ids, const Job& job) {
  if (task == "forward") {
    const at::NoGradGuard noGradients;
    forward(model.config(), model.parameters, at::tensor(ids, at::kLong).unsqueeze(0), nullptr, LogitsOf::EveryToken,
            job);
  } else if (task == "capture") {
    capture(model, ids, {.keep = Keep::Everything, .statistics = false, .loss = true}, job);
  } else {
    capture(model, ids, {.keep = Keep::Statistics, .statistics = true, .loss = false}, job);
  }
}

/// A prompt of at least `tokens` tokens.
std::string longPrompt(std::int64_t tokens) {
  std::string prompt;
  for (std::int64_t word = 0; word < tokens; ++word) prompt += " the river ran to the old mill and on";
  return prompt;
}

/// A sweep over a prompt of `tokens` tokens with <bos>, one replacement a position.
std::function<void()> sweepTask(std::shared_ptr<const Model> model, std::shared_ptr<const Tokenizer> tokenizer,
                                std::int64_t tokens) {
  SweepRequest request;
  request.prompt = longPrompt(tokens);
  request.tokenLimit = static_cast<std::size_t>(tokens);
  request.conditions = {Condition::Bos};
  request.draws = 1;
  return [=] { sweep(*model, *tokenizer, request, Job()); };
}

/// A swap in a prompt of `tokens` tokens whose unchanged pass is kept; another token each time.
std::function<void()> swapTask(std::shared_ptr<const Model> model, std::shared_ptr<const Tokenizer> tokenizer,
                               std::int64_t tokens, std::int64_t position, bool everything) {
  auto request = std::make_shared<PerturbRequest>();
  request->prompt = longPrompt(tokens);
  request->tokenLimit = static_cast<std::size_t>(tokens);
  request->conditions = {Condition::Bos};
  request->swap = Swap{position - 1, 0};  // behind <bos>
  auto perturber = std::make_shared<Perturber>(std::move(model), tokenizer);
  const auto detail = everything ? Perturber::Detail::Everything : Perturber::Detail::Map;
  return [=, id = std::make_shared<std::int64_t>(1000)] {
    request->swap->id = ++*id;
    perturber->run(*request, Job(), detail);
  };
}

/// Products of random vectors with the Jacobian of the last token, through all layers of a pass that is kept.
std::function<void()> jacobianTask(std::shared_ptr<const Model> model, const std::vector<std::int64_t>& ids) {
  auto trace = std::make_shared<const Trace>(
      capture(*model, ids, {.keep = Keep::Everything, .statistics = false, .loss = false}, Job()));
  const InfluenceRows rows{{0}, trace->layers, {trace->tokens - 1}};
  return [=] { jacobianNorms(*model, *trace, rows, {.probes = kProbes}, Job()); };
}

/// A step of AdamW on `batch` windows of `tokens` random tokens: forward, backward, clipped, weights changed.
std::function<void()> trainingTask(const ModelConfig& config, std::int64_t tokens, std::int64_t batch) {
  struct State {
    Recipe recipe;
    TrainingPass pass;
    AdamW optimizer;
    Windows windows;
    std::int64_t steps = 0;
    State(const Recipe& made, std::int64_t windowCount)
        : recipe(made), pass(made, "cpu"), optimizer(made.optimizer, pass.weights(), pass.matrices()) {
      windows.tokens = at::randint(made.model.vocabulary, {windowCount, made.packing.context}, at::kLong);
      windows.targets = windows.tokens;
    }
  };
  Recipe recipe;
  recipe.model = config;
  recipe.packing.context = tokens;
  return [state = std::make_shared<State>(recipe, batch), batch] {
    at::Tensor& gradient = state->pass.gradient();
    gradient.zero_();
    state->pass.run(state->windows, 0, batch, state->recipe.packing,
                    1.0 / static_cast<double>(state->windows.targets.numel()), Job());
    const at::NoGradGuard noGradients;
    state->optimizer.step(state->pass.weights(), gradient, at::linalg_vector_norm(gradient).item<double>(), 1e-4,
                          ++state->steps);
  };
}

/// What a task does again and again.
std::function<void()> taskOf(const std::shared_ptr<const Model>& model,
                             const std::shared_ptr<const Tokenizer>& tokenizer, const std::string& task,
                             const std::vector<std::int64_t>& ids, std::int64_t position, std::int64_t batch) {
  const auto tokens = static_cast<std::int64_t>(ids.size());
  const bool swaps = task == "swap" || task == "perturb";
  if ((swaps || task == "sweep") && !tokenizer)
    throw Error("The tasks swap, perturb and sweep need a model with a tokenizer, not random weights.");
  if (task == "train") return trainingTask(model->config(), tokens, batch);
  if (task == "jacobian") return jacobianTask(model, ids);
  if (task == "sweep") return sweepTask(model, tokenizer, tokens);
  if (swaps) return swapTask(model, tokenizer, tokens, position, task == "perturb");
  return [=] { runTask(*model, task, ids, Job()); };
}

/// Operations that a task needs.
double flopsOf(const ModelConfig& config, const std::string& task, std::int64_t tokens, std::int64_t position,
               std::int64_t batch) {
  if (task == "train") return 3.0 * static_cast<double>(batch) * flops(config, tokens, true);
  const bool logits = task == "forward" || task == "capture" || task == "perturb";
  const double whole = flops(config, tokens, logits);
  if (task == "swap" || task == "perturb") return whole - flops(config, position, logits);
  // A product goes back through the weights at the cost of a pass; running the layers again is not counted.
  if (task == "jacobian") return whole * static_cast<double>(kProbes);
  double needed = whole;
  if (task == "sweep")  // besides the unchanged prompt, every token's suffix
    for (std::int64_t first = 1; first < tokens; ++first) needed += whole - flops(config, first, false);
  return needed;
}

json measure(const std::shared_ptr<const Model>& model, const std::shared_ptr<const Tokenizer>& tokenizer,
             const std::string& task, std::int64_t tokens, const BenchOptions& options, double peak, const Job& job) {
  const auto position = static_cast<std::int64_t>(options.swapAt * static_cast<double>(tokens));
  std::vector<std::int64_t> ids;
  for (std::int64_t t = 0; t < tokens; ++t) ids.push_back((t * 7919 + 11) % model->config().vocabulary);
  resetPeakMemory();
  const ReadingTime before = model->parameters.readingTime();
  const Timing timing = timed(options.repeat, job, taskOf(model, tokenizer, task, ids, position, options.batch));
  // Reading weights is told apart: waiting for them, or what the thread that reads takes from those that compute.
  const int runs = options.repeat > 0 ? options.repeat + 1 : 1;
  const ReadingTime after = model->parameters.readingTime();
  const double waited = (after.waited - before.waited) / runs, reading = (after.processor - before.processor) / runs;
  const double computing = timing.median - std::max(waited, reading / options.threads);
  const double rate = flopsOf(model->config(), task, tokens, position, options.batch) / computing;
  json row{{"model", model->identity.name}, {"task", task},         {"tokens", tokens},
           {"seconds", timing.median},      {"gflops", rate / 1e9}, {"gemmShare", rate / peak},
           {"peakBytes", peakMemory()}};
  if (model->weights == WeightsAs::Streamed) {
    row["secondsWaited"] = waited;
    row["readingProcessorSeconds"] = reading;
  }
  if (task == "jacobian") row["rowsPerSecond"] = static_cast<double>(kProbes) / timing.median;
  if (task == "sweep") row["positionsPerSecond"] = static_cast<double>(tokens - 1) / timing.median;
  if (task == "train") row["tokensPerSecond"] = static_cast<double>(options.batch * tokens) / timing.median;
  return row;
}

/// One line of the table.
void print(const std::string& name, const json& row) {
  std::printf("%-18s %-8s %7ld %10.4f %9.1f %6.0f%% %6.0f MiB", name.c_str(), row["task"].get<std::string>().c_str(),
              row["tokens"].get<long>(), row["seconds"].get<double>(), row["gflops"].get<double>(),
              100.0 * row["gemmShare"].get<double>(), row["peakBytes"].get<double>() / (1 << 20));
  if (row.contains("rowsPerSecond")) std::printf("  %.1f rows/s", row["rowsPerSecond"].get<double>());
  if (row.contains("positionsPerSecond")) std::printf("  %.1f positions/s", row["positionsPerSecond"].get<double>());
  if (row.contains("secondsWaited"))
    std::printf("  %.1f s waited, %.1f s of a processor for reading", row["secondsWaited"].get<double>(),
                row["readingProcessorSeconds"].get<double>());
  if (row.contains("tokensPerSecond")) std::printf("  %.0f tokens/s", row["tokensPerSecond"].get<double>());
  std::printf("\n");
}

void bench(const BenchOptions& options, const Job& job) {
  at::set_num_threads(options.threads);
  job.progress("matrix products", 0.0);
  const double peak = gemmPeak(job);
  json report{{"machine", {{"gemmGflops", peak / 1e9}, {"threads", options.threads}}}, {"results", json::array()}};
  const double count = static_cast<double>(options.models.size() * options.tokens.size() * options.tasks.size());
  const bool onlyTrains = std::ranges::all_of(options.tasks, [](const std::string& task) { return task == "train"; });
  const bool readsText = std::ranges::any_of(
      options.tasks, [](const std::string& task) { return task == "swap" || task == "perturb" || task == "sweep"; });
  double done = 0.0;
  if (!options.json) {
    std::printf("matrix products: %.1f GFLOP/s with %d threads\n", peak / 1e9, options.threads);
    std::printf("%-18s %-8s %7s %10s %9s %7s %10s\n", "model", "task", "tokens", "seconds", "GFLOP/s", "share", "peak");
  }
  for (const std::string& name : options.models) {
    const bool random = isRandom(name);
    const auto model =
        random ? randomModel(name, !onlyTrains) : loadModel(resolveModel(name), loadOptions(options.held), job);
    const auto tokenizer = random || !readsText ? nullptr : loadTokenizer(resolveModel(name));
    for (const std::int64_t tokens : options.tokens)
      for (const std::string& task : options.tasks) {
        job.progress(name + ", " + task + ", T " + std::to_string(tokens), done++ / count);
        json row = measure(model, tokenizer, task, tokens, options, peak, job);
        if (!options.json) print(name, row);
        std::fflush(stdout);
        report["results"].push_back(std::move(row));
      }
  }
  if (options.json) std::cout << report.dump(2) << '\n';
}

}  // namespace

void addBench(CLI::App& program, int& exitCode) {
  auto options = std::make_shared<BenchOptions>();
  CLI::App* command =
      program.add_subcommand("bench", "Time the forward pass, what is measured in it and the Jacobian here.");
  command->add_option("--models", options->models, "random-120m, random-6m, demo models' names, files or folders.")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("-t,--tokens", options->tokens, "Lengths T.")->delimiter(',')->capture_default_str();
  command
      ->add_option("--tasks", options->tasks,
                   "What is timed: forward (logits of every token), capture (queries, keys,\n"
                   "residual stream, norms and loss kept), sink (every head's shares and entropies); and of models\n"
                   "with a tokenizer swap (what a swapped token changes in the residual stream, over the cached\n"
                   "prompt), perturb (also in the attention and the next tokens) and sweep (every token swapped in\n"
                   "turn, once); jacobian (rows of the last token's Jacobian, taken back through all layers by\n"
                   "vector-Jacobian products); train (a step of AdamW on windows of T random tokens).")
      ->delimiter(',')
      ->check(CLI::IsMember({"forward", "capture", "sink", "swap", "perturb", "sweep", "jacobian", "train"}))
      ->capture_default_str();
  addWeightOptions(*command, options->held);
  command->add_option("--swap-at", options->swapAt, "Where the swapped token stands, as a fraction of T.")
      ->check(CLI::Range(0.01, 0.99))
      ->capture_default_str();
  command->add_option("--batch", options->batch, "Windows of a training step.")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command
      ->add_option("--repeat", options->repeat,
                   "Timed runs of each after one that is not; the median is shown. 0: only one, timed.")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--threads", options->threads, "Threads to compute with.")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_flag("--json", options->json, "Print one JSON object.");
  command->callback([options, &exitCode] { exitCode = runCommand([&](const Job& job) { bench(*options, job); }); });
}

}  // namespace sinkscope
