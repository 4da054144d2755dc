#include "core/analysis/ablation.h"

#include "core/analysis/candidates.h"
#include "core/analysis/intervention_observer.h"
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
#include <optional>

namespace sinkscope {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::size_t size(std::int64_t n) {
  return static_cast<std::size_t>(n);
}

/// A prompt as it is run: the text, and how many tokens stand before it.
struct Sequence {
  std::vector<std::int64_t> ids;
  std::int64_t before = 0;
};

/// What is done to the model, ready to be done.
struct Change {
  Intervention what;
  std::int64_t token = 0;  ///< id of the token of `ReplaceFirst` and `Prepend`
};

/// Throws `Error` where it names heads or a token that are not there.
Change changeOf(const Intervention& what, const ModelConfig& config, const Tokenizer& tokenizer) {
  checkHeads(what, config);
  if (what.token.empty()) return {what, 0};
  const std::optional<std::int64_t> token = tokenThatIs(tokenizer, what.token);
  if (!token) throw Error("The vocabulary has no token \"" + what.token + "\"; mind the space before a word.");
  return {what, *token};
}

/// The untouched model: a cache without a limit.
Change noChange() {
  Change change;
  change.what.kind = InterventionKind::Cache;
  return change;
}

Sequence sequenceOf(const AblationPrompt& prompt, std::int64_t before, const Change& change) {
  Sequence sequence{idsOf(prompt.tokens), before};
  if (change.what.kind == InterventionKind::ReplaceFirst) sequence.ids.front() = change.token;
  if (change.what.kind == InterventionKind::Prepend) {
    sequence.ids.insert(sequence.ids.begin(), change.token);
    ++sequence.before;
  }
  return sequence;
}

/// Measures a pass over a prompt and the same prompt swapped, a batch of two, while the intervention is at work.
class OutcomeRecorder : public Observer {
 public:
  OutcomeRecorder(InterventionObserver& intervention, const ModelConfig& config, std::int64_t swapped,
                  std::int64_t bosPosition)
      : change(size(config.layers + 2), kNaN),
        spread(size(config.layers + 2), kNaN),
        share({size(config.layers), size(config.heads)}),
        intervention_(intervention),
        config_(config),
        swapped_(swapped),
        bosPosition_(bosPosition) {
    if (bosPosition > 0) bosShare = share;
  }

  bool wants(const Place& place) const override { return isStream(place.site) || intervention_.wants(place); }

  at::Tensor visit(const Place& place, at::Tensor value) override {
    if (intervention_.wants(place)) value = intervention_.visit(place, std::move(value));
    if (place.site == Site::LogSumExp) {
      takeShares(share, 0, place.layer);
      if (bosPosition_ > 0) takeShares(bosShare, bosPosition_, place.layer);
    }
    if (isStream(place.site)) compare(place, value);
    if (place.site == Site::FinalNorm) hidden = value[0];
    return value;
  }

  at::Tensor hidesFirstKey(int layer) const override { return intervention_.hidesFirstKey(layer); }

  std::vector<double> change, spread;  // [place]
  Array<float, 2> share, bosShare;     // [layer, head]
  at::Tensor hidden;                   // [token, D], after the final norm, of the prompt that is not swapped

 private:
  static bool isStream(Site site) {
    return site == Site::Embedding || site == Site::Residual || site == Site::FinalNorm;
  }

  void takeShares(Array<float, 2>& shares, std::int64_t key, int layer) const {
    const at::Tensor weights = intervention_.weightsOn(key, layer)[0];  // [head, query]
    const std::int64_t window = config_.perLayer[size(layer)].windowOf(key), tokens = weights.size(1);
    const std::int64_t end = window == 0 ? tokens : std::min(tokens, key + window);
    const at::Tensor means = weights.slice(1, key, end).mean(1).cpu();
    std::copy_n(means.const_data_ptr<float>(), means.numel(), shares.row(layer).begin());
  }

  void compare(const Place& place, const at::Tensor& stream) {
    const std::size_t index = place.site == Site::Embedding   ? 0
                              : place.site == Site::FinalNorm ? change.size() - 1
                                                              : size(place.layer + 1);
    const at::Tensor v = stream[0].slice(0, swapped_).to(at::kDouble);
    const at::Tensor relative = (stream[1].slice(0, swapped_).to(at::kDouble) - v).norm(2, -1) / v.norm(2, -1);
    if (relative.size(0) < 2) return;
    change[index] = relative.slice(0, 1).mean().item<double>();
    spread[index] = change[index] / relative[0].item<double>();
  }

  InterventionObserver& intervention_;
  const ModelConfig& config_;
  std::int64_t swapped_, bosPosition_;
};

/// One prompt under the untouched model and under every intervention.
class PromptRun {
 public:
  PromptRun(const Model& model, const AblationPrompt& prompt, std::int64_t before)
      : model_(model), prompt_(prompt), before_(before) {}

  /// Fills row `index` of an outcome; the first time the untouched model's.
  void run(AblationOutcome& outcome, std::size_t index, const Change& change, const HeadSamples* samples,
           std::uint64_t seed, const Job& job) {
    const ModelConfig& c = model_.config();
    const Sequence sequence = sequenceOf(prompt_, before_, change);
    const auto tokens = static_cast<std::int64_t>(sequence.ids.size());
    InterventionObserver observer(change.what, c, tokens, samples, seed);
    const std::int64_t swapped = prompt_.swapPosition + sequence.before;
    OutcomeRecorder recorder(observer, c, swapped, before_ > 0 ? sequence.before - 1 : 0);
    const at::Tensor ids = inputOf(sequence.ids, model_);
    at::Tensor other = ids.clone();
    other[0][swapped].fill_(prompt_.swapId);
    forward(c, model_.parameters, at::cat({ids, other}), &recorder, LogitsOf::None, job, {.cache = observer.cache()});

    std::ranges::copy(recorder.change, outcome.change.row(index).begin());
    std::ranges::copy(recorder.spread, outcome.spread.row(index).begin());
    const auto put = [&](Array<float, 3>& all, const Array<float, 2>& shares) {
      if (shares.empty()) return;
      if (all.empty()) all = Array<float, 3>(outcome.share.shape());
      std::ranges::copy(shares.values(), all.data() + index * shares.size());
    };
    put(outcome.share, recorder.share);
    put(outcome.bosShare, recorder.bosShare);
    predict(outcome, index, recorder.hidden, sequence.before, job);
  }

 private:
  /// Losses and divergence of the text's tokens, the first only where the untouched model has something before it.
  void predict(AblationOutcome& outcome, std::size_t index, const at::Tensor& hidden, std::int64_t before,
               const Job& job) {
    const std::int64_t first = before_ > 0 ? 0 : 1;
    const auto text = static_cast<std::int64_t>(prompt_.tokens.size()) - before_;
    // The states that the text's tokens are predicted from: each stands before its token.
    const NextTokens own(model_, hidden.slice(0, before + first - 1, before + text - 1));
    if (!untouched_) untouched_ = own;
    const std::vector<std::int64_t> ids = idsOf(prompt_.tokens);
    const at::Tensor targets = inputOf({ids.begin() + before_ + first, ids.end()}, model_)[0];
    const NextTokenChange next = compare(*untouched_, 0, own, targets, job);
    outcome.loss[index] = next.loss.mean(at::kDouble).item<double>();
    outcome.divergence[index] = next.divergence.mean(at::kDouble).item<double>();
    outcome.lossAt.resize(std::max(outcome.lossAt.size(), size(text)), 0.0);
    for (std::int64_t t = first; t < text; ++t)
      outcome.lossAt[size(t)] += static_cast<double>(next.loss.const_data_ptr<float>()[t - first]);
  }

  const Model& model_;
  const AblationPrompt& prompt_;
  std::int64_t before_;
  std::optional<NextTokens> untouched_;  // [predicted token]: of the first run
};

AblationPrompt promptOf(const std::string& text, const AblationRequest& request, const Tokenizer& tokenizer) {
  AblationPrompt prompt{text, tokenizer.encode(text, {.addBos = request.bos, .limit = request.tokenLimit}), 0, 0};
  const std::int64_t before = request.bos ? 1 : 0;
  const std::int64_t length = static_cast<std::int64_t>(prompt.tokens.size()) - before;
  if (length < 2)
    throw Error("The prompt \"" + text + "\" has " + std::to_string(length) +
                " tokens of text; a change of the loss and of the spread needs at least two.");
  prompt.swapPosition = (length - 1) / 2;
  const std::int64_t id = prompt.tokens[size(prompt.swapPosition + before)].id;
  const std::vector<Candidate> others = similarTokens(tokenizer, id, 1, request.seed);
  prompt.swapId = others.empty() ? (id + 1) % tokenizer.size() : others.front().id;
  return prompt;
}

AblationOutcome emptyOutcome(std::size_t prompts, const ModelConfig& c) {
  AblationOutcome outcome;
  outcome.loss = outcome.divergence = std::vector<double>(prompts, 0.0);
  outcome.share = Array<float, 3>({prompts, size(c.layers), size(c.heads)});
  outcome.change = outcome.spread = Array<double, 2>({prompts, size(c.layers + 2)});
  return outcome;
}

/// Sums of losses at a position become means over the prompts that reach it.
void finishLosses(AblationOutcome& outcome, const std::vector<AblationPrompt>& prompts, std::size_t before) {
  for (std::size_t t = 0; t < outcome.lossAt.size(); ++t) {
    const auto reach =
        std::ranges::count_if(prompts, [&](const AblationPrompt& prompt) { return prompt.tokens.size() > t + before; });
    outcome.lossAt[t] = t == 0 && before == 0 ? kNaN : outcome.lossAt[t] / static_cast<double>(reach);
  }
}

}  // namespace

SinkConventions AblationResult::conventions(double epsilon) const {
  SinkConventions c;
  c.epsilon = epsilon;
  c.prompts = prompts.size();
  c.bos = request.bos;
  c.bosText = bosText;
  for (const AblationPrompt& prompt : prompts) {
    c.tokensMin = c.tokensMax == 0 ? prompt.tokens.size() : std::min(c.tokensMin, prompt.tokens.size());
    c.tokensMax = std::max(c.tokensMax, prompt.tokens.size());
  }
  return c;
}

double sinkRate(const Array<float, 3>& share, double epsilon) {
  const auto above = std::ranges::count_if(share.values(), [&](float value) { return value > epsilon; });
  return static_cast<double>(above) / static_cast<double>(share.size());
}

double meanShare(const Array<float, 3>& share) {
  double sum = 0.0;
  for (const float value : share.values()) sum += value;
  return sum / static_cast<double>(share.size());
}

Array<double, 2> meanHeadShares(const Array<float, 3>& share) {
  Array<double, 2> mean({share.extent(1), share.extent(2)});
  for (std::size_t i = 0; i < share.size(); ++i) mean.data()[i % mean.size()] += share.data()[i];
  for (double& value : mean.values()) value /= static_cast<double>(share.extent(0));
  return mean;
}

double meanOf(std::span<const double> values) {
  double sum = 0.0;
  std::size_t count = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    sum += value;
    ++count;
  }
  return count > 0 ? sum / static_cast<double>(count) : kNaN;
}

std::vector<double> meanOverPrompts(const Array<double, 2>& values) {
  std::vector<double> means;
  for (std::size_t place = 0; place < values.extent(1); ++place) {
    std::vector<double> some;
    for (std::size_t prompt = 0; prompt < values.extent(0); ++prompt) some.push_back(values(prompt, place));
    means.push_back(meanOf(some));
  }
  return means;
}

AblationResult ablate(const Model& model, const Tokenizer& tokenizer, const AblationRequest& request, const Job& job) {
  const at::NoGradGuard noGradients;
  const auto start = std::chrono::steady_clock::now();
  if (request.prompts.empty()) throw Error("There is nothing to run: no prompt was given.");
  std::vector<Change> changes{noChange()};
  for (const Intervention& one : request.interventions) changes.push_back(changeOf(one, model.config(), tokenizer));
  AblationResult result;
  static_cast<Provenance&>(result) = provenanceOf(model);
  result.request = request;
  if (tokenizer.bos()) result.bosText = tokenizer.bytesOf(*tokenizer.bos());
  for (const std::string& text : request.prompts) result.prompts.push_back(promptOf(text, request, tokenizer));
  const std::size_t count = result.prompts.size();
  result.untouched = emptyOutcome(count, model.config());
  result.changed.assign(request.interventions.size(), result.untouched);

  std::optional<HeadSamples> samples;
  if (std::ranges::any_of(request.interventions, needsSamples)) {
    std::vector<std::vector<std::int64_t>> ids;
    for (const AblationPrompt& prompt : result.prompts) ids.push_back(idsOf(prompt.tokens));
    samples = sampleHeads(model, ids, job.part(0.0, 0.1));
  }
  const std::int64_t before = request.bos ? 1 : 0;
  const double steps = static_cast<double>(count * changes.size());
  double step = 0.0;
  for (std::size_t prompt = 0; prompt < count; ++prompt) {
    PromptRun run(model, result.prompts[prompt], before);
    for (std::size_t i = 0; i < changes.size(); ++i, ++step) {
      const Job part = job.part(0.1 + 0.9 * step / steps, 0.1 + 0.9 * (step + 1.0) / steps);
      run.run(i == 0 ? result.untouched : result.changed[i - 1], prompt, changes[i], samples ? &*samples : nullptr,
              request.seed + prompt, part);
    }
  }
  finishLosses(result.untouched, result.prompts, size(before));
  for (AblationOutcome& outcome : result.changed) finishLosses(outcome, result.prompts, size(before));
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace sinkscope
