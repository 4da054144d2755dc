#include "app/commands/bench_tasks.h"

#include "core/analysis/jacobian.h"
#include "core/analysis/perturber.h"
#include "core/analysis/sweeper.h"
#include "core/error.h"
#include "core/model/decoder.h"
#include "core/trace/trace.h"
#include "core/train/adam_w.h"
#include "core/train/training_pass.h"

#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace sinkscope {
namespace {

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

}  // namespace

bool isRandom(const std::string& name) {
  return name == kRandomModel || name == kSmallRandomModel;
}

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

}  // namespace sinkscope
