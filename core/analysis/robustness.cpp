#include "core/analysis/robustness.h"

#include "core/analysis/candidates.h"
#include "core/analysis/next_tokens.h"
#include "core/analysis/unchanged_pass.h"
#include "core/error.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <random>

namespace sinkscope {
namespace {

// Tokens that go through the model together.
constexpr std::int64_t kBatchTokens = 4096;

/// Keeps the hidden states after the final norm.
class HiddenRecorder : public Observer {
 public:
  bool wants(const Place& place) const override { return place.site == Site::FinalNorm; }
  at::Tensor visit(const Place&, at::Tensor value) override { return hidden = value; }

  at::Tensor hidden;  // [batch, token, D]
};

/// Position and id of up to `count` swaps, at distinct places before the last token; fewer where there are fewer that
/// have others alike. Rising.
std::vector<std::pair<std::int64_t, std::int64_t>> swapsOf(const std::vector<Token>& text, std::size_t count,
                                                           const Tokenizer& tokenizer, std::mt19937_64& random) {
  std::vector<std::int64_t> places(text.size() - 1);
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = static_cast<std::int64_t>(i);
  std::vector<std::pair<std::int64_t, std::int64_t>> swaps;
  for (; swaps.size() < count && !places.empty(); places.pop_back()) {
    std::swap(places[random() % places.size()], places.back());
    const std::int64_t place = places.back();
    const std::vector<Candidate> others =
        similarTokens(tokenizer, text[static_cast<std::size_t>(place)].id, 1, random());
    if (!others.empty()) swaps.emplace_back(place, others.front().id);
  }
  std::ranges::sort(swaps);
  return swaps;
}

class PromptRun {
 public:
  PromptRun(const Model& model, const Tokenizer& tokenizer, const std::vector<Token>& text,
            const RobustnessSwaps& swaps, std::size_t first)
      : model_(model), tokenizer_(tokenizer), text_(text), swaps_(swaps), first_(first) {}

  /// Appends what the swaps do under the outcome's condition; the losses of the unchanged text's tokens.
  at::Tensor run(RobustnessOutcome& outcome, const Job& job) const {
    const std::vector<std::int64_t> ids = idsOf(conditionTokens(outcome.condition, text_, tokenizer_, text_[1].id));
    const auto added = static_cast<std::int64_t>(ids.size() - text_.size());
    const at::Tensor unchanged = inputOf(ids, model_);  // [1, token]
    const at::Tensor targets = unchanged[0].roll(-1);
    const NextTokens before(model_, hiddenOf(unchanged, outcome.condition, job)[0]);
    const at::Tensor loss = compare(before, 0, before, targets, job).loss.slice(0, 0, -1);  // the last has no target
    const std::int64_t step = std::max<std::int64_t>(1, kBatchTokens / unchanged.size(1));
    const auto count = static_cast<std::int64_t>(swaps_.size() - first_);
    for (std::int64_t begin = 0; begin < count; begin += step) {
      const std::int64_t some = std::min(step, count - begin);
      at::Tensor changed = unchanged.repeat({some, 1});
      for (std::int64_t s = 0; s < some; ++s)
        changed[s][added + positionOf(begin + s)].fill_(swaps_.id[indexOf(begin + s)]);
      const at::Tensor others = hiddenOf(changed, outcome.condition, job);
      for (std::int64_t s = 0; s < some; ++s) {
        const std::int64_t first = added + positionOf(begin + s);
        const NextTokenChange change =
            compare(before, first, {model_, others[s].slice(0, first)}, targets.slice(0, first), job);
        outcome.divergence.push_back(change.divergence.mean(at::kDouble).item<double>());
        outcome.lossChange.push_back(
            (change.loss.slice(0, 0, -1) - loss.slice(0, first)).mean(at::kDouble).item<double>());
      }
    }
    return added > 0 ? loss.slice(0, added - 1) : loss;
  }

 private:
  std::size_t indexOf(std::int64_t swap) const { return first_ + static_cast<std::size_t>(swap); }
  std::int64_t positionOf(std::int64_t swap) const { return swaps_.position[indexOf(swap)]; }

  at::Tensor hiddenOf(const at::Tensor& ids, Condition condition, const Job& job) const {
    HiddenRecorder recorder;
    ConditionObserver observer(condition, model_.config().heads, true, recorder);
    forward(model_.config(), model_.parameters, ids, &observer, LogitsOf::None, job,
            {.firstPosition = firstPosition(condition)});
    return recorder.hidden;
  }

  const Model& model_;
  const Tokenizer& tokenizer_;
  const std::vector<Token>& text_;
  const RobustnessSwaps& swaps_;
  std::size_t first_;  // of the prompt's own
};

}  // namespace

std::vector<PositionBin> binned(const RobustnessResult& result, const std::vector<double>& values, std::size_t bins) {
  std::int64_t end = 1;
  for (const std::int64_t position : result.swaps.position) end = std::max(end, position + 1);
  const auto wanted = static_cast<std::int64_t>(std::max<std::size_t>(1, bins));
  const std::int64_t width = (end + wanted - 1) / wanted;
  std::vector<PositionBin> found;
  for (std::int64_t begin = 0; begin < end; begin += width) {
    PositionBin bin{begin, std::min(end, begin + width)};
    double sum = 0.0, squares = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (result.swaps.position[i] < bin.begin || result.swaps.position[i] >= bin.end) continue;
      ++bin.count;
      sum += values[i];
      squares += values[i] * values[i];
    }
    if (bin.count == 0) continue;
    const double n = static_cast<double>(bin.count);
    bin.mean = sum / n;
    bin.standardError = bin.count < 2 ? std::numeric_limits<double>::quiet_NaN()
                                      : std::sqrt(std::max(0.0, squares / n - bin.mean * bin.mean) / (n - 1.0));
    found.push_back(bin);
  }
  return found;
}

RobustnessResult robustness(const Model& model, const Tokenizer& tokenizer, const RobustnessRequest& request,
                            const Job& job) {
  const at::NoGradGuard noGradients;
  const auto start = std::chrono::steady_clock::now();
  if (request.prompts.empty()) throw Error("There is nothing to run: no prompt was given.");
  if (request.conditions.empty()) throw Error("There is nothing to do: no condition was chosen.");
  RobustnessResult result;
  static_cast<Provenance&>(result) = provenanceOf(model);
  result.request = request;
  if (tokenizer.bos()) result.bosText = tokenizer.bytesOf(*tokenizer.bos());
  for (const Condition condition : request.conditions) result.outcomes.push_back({condition, 0.0, {}, {}});
  const std::size_t limit = request.tokenLimit == 0 ? 0 : std::max<std::size_t>(2, request.tokenLimit - 1);
  std::mt19937_64 random(request.seed);
  std::vector<std::vector<at::Tensor>> losses(request.conditions.size());
  const double steps = static_cast<double>(request.prompts.size() * request.conditions.size());
  double step = 0.0;
  for (std::size_t prompt = 0; prompt < request.prompts.size(); ++prompt) {
    const std::vector<Token> text = tokenizer.encode(request.prompts[prompt], {.limit = limit});
    if (text.size() < 2)
      throw Error("The prompt \"" + request.prompts[prompt] + "\" has " + std::to_string(text.size()) +
                  " tokens of text, expected at least two: nothing stands behind a swapped one.");
    const std::size_t first = result.swaps.size();
    for (const auto& [position, id] : swapsOf(text, request.swaps, tokenizer, random)) {
      result.swaps.prompt.push_back(static_cast<std::int64_t>(prompt));
      result.swaps.position.push_back(position);
      result.swaps.id.push_back(id);
    }
    const PromptRun run(model, tokenizer, text, result.swaps, first);
    for (std::size_t i = 0; i < result.outcomes.size(); ++i, ++step) {
      losses[i].push_back(run.run(result.outcomes[i], job.part(step / steps, (step + 1.0) / steps)));
    }
  }
  for (std::size_t i = 0; i < result.outcomes.size(); ++i)
    result.outcomes[i].loss = at::cat(losses[i]).mean(at::kDouble).item<double>();
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace sinkscope
