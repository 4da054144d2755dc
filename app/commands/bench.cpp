#include "app/commands/bench_tasks.h"
#include "app/commands/commands.h"
#include "app/commands/console.h"
#include "app/commands/model_options.h"
#include "core/averages.h"
#include "core/model/demo_models.h"
#include "core/model/linear_map.h"
#include "core/model/model.h"

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <malloc.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace sinkscope {
namespace {

using nlohmann::json;

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

double secondsOf(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Large single-precision matrix products, in FLOP/s. Machines whose processors are shared, or clocked by load, swing
/// by a factor of two within minutes: what a task is held against is measured right before and right after it.
class MatrixProducts {
 public:
  /// Takes the fastest of several shapes.
  explicit MatrixProducts(const Job& job) {
    for (const Shape shape : {Shape{2048, 2048, 768}, {2048, 768, 2048}, {2048, 2048, 2048}, {2048, 4096, 4096}}) {
      job.check();
      const at::Tensor a = at::randn({shape.m, shape.k}), b = at::randn({shape.n, shape.k});
      linearMap(a, b);
      for (int i = 0; i < 5; ++i) {
        const double rate = shape.operations() / secondsOf([&] { linearMap(a, b); });
        if (rate <= best_) continue;
        best_ = rate;
        shape_ = shape;
      }
    }
  }

  /// The best single product of the first measurement.
  double best() const { return best_; }

  /// Of products one after another for half a second; it holds no memory afterwards.
  double sustained() const {
    constexpr double kSeconds = 0.5;
    const at::Tensor a = at::randn({shape_.m, shape_.k}), b = at::randn({shape_.n, shape_.k});
    double seconds = 0.0, operations = 0.0;
    while (seconds < kSeconds) {
      seconds += secondsOf([&] { linearMap(a, b); });
      operations += shape_.operations();
    }
    return operations / seconds;
  }

 private:
  struct Shape {
    std::int64_t m = 0, n = 0, k = 0;
    double operations() const { return 2.0 * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k); }
  };

  Shape shape_;
  double best_ = 0.0;
};

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

json measure(const std::shared_ptr<const Model>& model, const std::shared_ptr<const Tokenizer>& tokenizer,
             const std::string& task, std::int64_t tokens, const BenchOptions& options, const MatrixProducts& products,
             const Job& job) {
  const auto position = static_cast<std::int64_t>(options.swapAt * static_cast<double>(tokens));
  std::vector<std::int64_t> ids;
  for (std::int64_t t = 0; t < tokens; ++t) ids.push_back((t * 7919 + 11) % model->config().vocabulary);
  const double needed = flopsOf(model->config(), task, tokens, position, options.batch);
  const auto work = taskOf(model, tokenizer, task, ids, position, options.batch);
  if (options.repeat > 0) work();
  std::vector<double> seconds, rates, shares, waits, readings;
  double before = products.sustained();
  std::uint64_t peak = 0;
  for (int i = 0; i < std::max(options.repeat, 1); ++i) {
    job.check();
    resetPeakMemory();
    const ReadingTime start = model->parameters.readingTime();
    seconds.push_back(secondsOf(work));
    const ReadingTime end = model->parameters.readingTime();
    peak = std::max(peak, peakMemory());
    waits.push_back(end.waited - start.waited);
    readings.push_back(end.processor - start.processor);
    // Reading weights is told apart: waiting for them, or what the thread that reads takes from those that compute.
    rates.push_back(needed / (seconds.back() - std::max(waits.back(), readings.back() / options.threads)));
    const double after = products.sustained();
    shares.push_back(rates.back() / (0.5 * (before + after)));
    before = after;
  }
  const double typical = median(seconds);
  json row{{"model", model->identity.name},
           {"task", task},
           {"tokens", tokens},
           {"seconds", typical},
           {"gflops", median(rates) / 1e9},
           {"gemmShare", median(shares)},
           {"gemmShares", std::move(shares)},
           {"peakBytes", peak}};
  if (model->weights == WeightsAs::Streamed) {
    row["secondsWaited"] = median(waits);
    row["readingProcessorSeconds"] = median(readings);
  }
  if (task == "jacobian") row["rowsPerSecond"] = static_cast<double>(kProbes) / typical;
  if (task == "sweep") row["positionsPerSecond"] = static_cast<double>(tokens - 1) / typical;
  if (task == "train") row["tokensPerSecond"] = static_cast<double>(options.batch * tokens) / typical;
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
  const MatrixProducts products(job);
  json report{{"machine", {{"gemmGflops", products.best() / 1e9}, {"threads", options.threads}}},
              {"results", json::array()}};
  const double count = static_cast<double>(options.models.size() * options.tokens.size() * options.tasks.size());
  const bool onlyTrains = std::ranges::all_of(options.tasks, [](const std::string& task) { return task == "train"; });
  const bool readsText = std::ranges::any_of(
      options.tasks, [](const std::string& task) { return task == "swap" || task == "perturb" || task == "sweep"; });
  double done = 0.0;
  if (!options.json) {
    std::printf("matrix products: %.1f GFLOP/s with %d threads\n", products.best() / 1e9, options.threads);
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
        json row = measure(model, tokenizer, task, tokens, options, products, job);
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
