#include "core/train/trainer.h"

#include "core/error.h"

#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace sinkscope {

Trainer::Trainer(Recipe recipe, std::shared_ptr<const TokenFile> corpus, const std::string& device,
                 std::shared_ptr<ProcessGroup> group)
    : recipe_(std::move(recipe)),
      corpus_(std::move(corpus)),
      group_(std::move(group)),
      pass_(recipe_, device),
      optimizer_(recipe_.optimizer, pass_.weights(), pass_.matrices()) {
  if (corpus_->info().vocabulary != recipe_.model.vocabulary)
    throw Error("The corpus has a vocabulary of " + std::to_string(corpus_->info().vocabulary) +
                " tokens, but the recipe's model has one of " + std::to_string(recipe_.model.vocabulary) + ".");
  split_ = splitCorpus(*corpus_, recipe_.corpus.validation, recipe_.corpus.tokens, recipe_.seed);
  packerAt(0);
}

Packer& Trainer::packerAt(std::int64_t step) {
  const std::size_t phase = recipe_.phaseAt(step);
  if (packer_ && phase == phase_) return *packer_;
  // Each phase draws its own order of documents and windows.
  packer_ = std::make_unique<Packer>(corpus_, split_.training, recipe_.packingOf(phase), recipe_.placed,
                                     recipe_.seed + static_cast<std::uint64_t>(phase));
  phase_ = phase;
  firstStepOfPhase_ = phase == 0 ? 0 : recipe_.curriculum[phase - 1].step;
  return *packer_;
}

StepResult Trainer::step(const Job& job) {
  job.check();
  const std::int64_t windows = recipe_.windowsAt(steps_), rank = group_->rank(), processes = group_->size();
  const std::int64_t first = windows * rank / processes, count = windows * (rank + 1) / processes - first;
  Packer& packer = packerAt(steps_);
  const Windows own = packer.take((steps_ - firstStepOfPhase_) * windows + first, count);
  const std::int64_t atATime = recipe_.windowsAtATime == 0 ? count : std::min(count, recipe_.windowsAtATime);

  at::Tensor totals = at::tensor({0.0, static_cast<double>(own.predicted)}, at::kDouble);
  group_->sum(totals);
  const double predicted = totals[1].item<double>();
  at::Tensor& gradient = pass_.gradient();
  gradient.zero_();
  double loss = 0.0;
  for (std::int64_t begin = 0; begin < count; begin += atATime)
    loss += pass_.run(own, begin, std::min(atATime, count - begin), recipe_.packingAt(steps_), 1.0 / predicted, job);
  group_->sum(gradient);
  at::Tensor sum = at::tensor({loss}, at::kDouble);
  group_->sum(sum);

  const at::NoGradGuard noGradients;
  StepResult result{sum.item<double>() / predicted, learningRateAt(recipe_, steps_),
                    at::linalg_vector_norm(gradient).item<double>(), windows * recipe_.packingAt(steps_).context};
  if (!std::isfinite(result.loss) || !std::isfinite(result.gradientNorm)) return result;
  ++steps_;
  tokens_ += result.tokens;
  optimizer_.step(pass_.weights(), gradient, result.gradientNorm, result.learningRate, steps_);
  return result;
}

bool Trainer::finite() const {
  const at::Tensor largest = pass_.weights().abs().amax();
  return std::isfinite(largest.item<double>());
}

std::map<std::string, at::Tensor> Trainer::state() const {
  const at::NoGradGuard noGradients;
  std::map<std::string, at::Tensor> result;
  for (const auto& [name, place] : pass_.places()) {
    const auto part = [&, &place = place](const at::Tensor& x) {
      return x.narrow(0, place.begin, place.length).view(parameters()[name].sizes()).cpu().clone();
    };
    result[name] = part(pass_.weights());
    result["mean." + name] = part(optimizer_.mean());
    result["square." + name] = part(optimizer_.square());
  }
  result["progress"] = at::tensor({steps_, tokens_}, at::kLong);
  return result;
}

void Trainer::restore(const std::map<std::string, at::Tensor>& state) {
  const at::NoGradGuard noGradients;
  const auto get = [&](const std::string& name, at::IntArrayRef shape) {
    const auto found = state.find(name);
    if (found == state.end() || found->second.sizes() != shape)
      throw Error("The checkpoint has no tensor '" + name + "' of the recipe's shape.");
    return found->second;
  };
  for (const auto& [name, place] : pass_.places()) {
    const auto put = [&, &place = place](const at::Tensor& x, const std::string& prefix) {
      x.narrow(0, place.begin, place.length).copy_(get(prefix + name, parameters()[name].sizes()).flatten());
    };
    put(pass_.weights(), "");
    put(optimizer_.mean(), "mean.");
    put(optimizer_.square(), "square.");
  }
  const at::Tensor progress = get("progress", {2});
  steps_ = progress[0].item<std::int64_t>();
  tokens_ = progress[1].item<std::int64_t>();
}

}  // namespace sinkscope
