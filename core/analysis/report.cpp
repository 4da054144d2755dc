#include "core/analysis/report.h"

#include "core/analysis/candidates.h"
#include "core/analysis/sink_metric.h"
#include "core/analysis/spread.h"
#include "core/error.h"
#include "core/model/decoder.h"
#include "core/model/demo_models.h"
#include "core/trace/trace.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>
#include <span>

namespace sinkscope {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Spread after every layer of a pass over a changed prompt: [layer].
class SpreadObserver : public Observer {
 public:
  SpreadObserver(const Trace& unchanged, std::int64_t position) : unchanged_(unchanged), position_(position) {}

  bool wants(const Place& place) const override { return place.site == Site::Residual; }
  at::Tensor visit(const Place& place, at::Tensor value) override {
    const at::Tensor& before = unchanged_.layer[static_cast<std::size_t>(place.layer)].residual;
    spread.push_back(spreadOf(before, value[0], position_));
    return value;
  }

  std::vector<double> spread;

 private:
  const Trace& unchanged_;
  std::int64_t position_;
};

/// Gathers one condition over the prompts.
class ConditionCollector {
 public:
  ConditionCollector(const Model& model, const ReportRequest& request, bool bos) : model_(model), request_(request) {
    const auto layers = static_cast<std::size_t>(model.config().layers);
    condition_.bos = bos;
    condition_.promptRate = Array<double, 2>({request.epsilons.size(), request.prompts.size()});
    condition_.rateByLayer = Array<double, 2>({request.epsilons.size(), layers});
    condition_.entropyByLayer.resize(layers);
    condition_.spreadByLayer.resize(layers);
  }

  /// `swapped`: a position among these tokens, and what takes its place.
  void add(const std::vector<Token>& tokens, const std::optional<Swap>& swapped, const Job& job) {
    const std::size_t size = tokens.size(), prompt = shares_.size();
    condition_.tokensMin = prompt == 0 ? size : std::min(condition_.tokensMin, size);
    condition_.tokensMax = std::max(condition_.tokensMax, size);
    std::vector<std::int64_t> ids = idsOf(tokens);
    const Trace trace = capture(model_, ids, {.keep = Keep::Everything}, job);
    shares_.push_back(firstKeyOf({trace.shares, {}}));
    const std::span one(&shares_.back(), 1);
    for (std::size_t e = 0; e < request_.epsilons.size(); ++e)
      condition_.promptRate(e, prompt) = sinkRate(one, request_.epsilons[e]);
    condition_.promptShare.push_back(meanShare(one));
    condition_.promptLoss.push_back(mean(trace.tokenLoss));
    for (std::size_t layer = 0; layer < condition_.entropyByLayer.size(); ++layer)
      for (std::size_t head = 0; head < trace.rowEntropy.extent(1); ++head)
        condition_.entropyByLayer[layer] += mean(trace.rowEntropy.row(layer, head));
    if (!swapped) {
      condition_.promptSpread.push_back(kNaN);
      return;
    }
    ids[static_cast<std::size_t>(swapped->position)] = swapped->id;
    SpreadObserver observer(trace, swapped->position);
    const at::Tensor input = at::tensor(ids, at::kLong).to(at::Device(model_.device)).unsqueeze(0);  // [1, token]
    forward(model_.config(), model_.parameters, input, &observer, LogitsOf::None, job);
    condition_.promptSpread.push_back(observer.spread.back());
    for (std::size_t layer = 0; layer < observer.spread.size(); ++layer)
      condition_.spreadByLayer[layer] += observer.spread[layer];
    ++spreads_;
  }

  ReportCondition finish() {
    for (std::size_t e = 0; e < request_.epsilons.size(); ++e) {
      condition_.rate.push_back(interval(condition_.promptRate.row(e)));
      std::ranges::copy(sinkRateByLayer(shares_, request_.epsilons[e]), condition_.rateByLayer.row(e).begin());
    }
    condition_.share = interval(condition_.promptShare);
    condition_.loss = interval(condition_.promptLoss);
    condition_.spread = interval(condition_.promptSpread);
    condition_.shareByLayer = meanShareByLayer(shares_);
    const auto heads = static_cast<double>(model_.config().heads), prompts = static_cast<double>(shares_.size());
    for (double& entropy : condition_.entropyByLayer) entropy /= heads * prompts;
    for (double& spread : condition_.spreadByLayer) spread = spreads_ ? spread / static_cast<double>(spreads_) : kNaN;
    return std::move(condition_);
  }

 private:
  MeanInterval interval(std::span<const double> values) const {
    return bootstrapMean(values, request_.resamples, request_.seed);
  }

  const Model& model_;
  const ReportRequest& request_;
  ReportCondition condition_;
  std::vector<PromptShares> shares_;
  std::size_t spreads_ = 0;
};

void check(const ReportRequest& request) {
  if (request.models.empty()) throw Error("There is nothing to report on: no model was given.");
  if (request.prompts.empty()) throw Error("There is nothing to report on: no prompt was given.");
  if (request.epsilons.empty()) throw Error("A sink rate needs a threshold: no eps was given.");
  for (const double epsilon : request.epsilons)
    if (!(epsilon >= 0.0 && epsilon < 1.0))
      throw Error("The threshold " + std::to_string(epsilon) + " is none of a share: expected 0 or more, below 1.");
}

}  // namespace

std::optional<Swap> drawnSwap(const Tokenizer& tokenizer, const std::vector<Token>& text, std::uint64_t seed) {
  const std::size_t half = text.size() / 2;
  if (half < 2) return std::nullopt;
  std::mt19937_64 random(seed);
  for (std::size_t attempt = 0; attempt < half; ++attempt) {  // a token may be the only one of its kind
    const std::size_t position = 1 + random() % (half - 1);
    const std::vector<Candidate> other = similarTokens(tokenizer, text[position].id, 1, random());
    if (!other.empty()) return Swap{static_cast<std::int64_t>(position), other.front().id};
  }
  return std::nullopt;
}

ModelReport reportModel(const Model& model, const Tokenizer& tokenizer, const ReportRequest& request, const Job& job) {
  check(request);
  const auto start = std::chrono::steady_clock::now();
  const at::NoGradGuard noGradients;
  ModelReport report;
  static_cast<Provenance&>(report) = provenanceOf(model);
  report.addsBos = tokenizer.addsBos();
  if (tokenizer.bos()) report.bosText = tokenizer.bytesOf(*tokenizer.bos());
  std::vector<bool> conditions{false};
  if (tokenizer.bos()) conditions.insert(conditions.begin(), true);
  const std::size_t prompts = request.prompts.size();
  // The layers of a prompt are too quick to be told of, but each looks whether it is to stop.
  const Job silent({}, [&job](const Progress&) { job.check(); });
  const double steps = static_cast<double>(conditions.size() * prompts);
  for (const bool bos : conditions) {
    ConditionCollector collector(model, request, bos);
    const std::string what =
        model.identity.name + (report.bosText.empty() ? "" : (bos ? " with " : " without ") + report.bosText);
    for (std::size_t i = 0; i < prompts; ++i) {
      const double done = static_cast<double>(report.conditions.size() * prompts + i);
      job.progress(what + ": prompt " + std::to_string(i + 1) + " of " + std::to_string(prompts), done / steps);
      const std::vector<Token> text = tokenizer.encode(request.prompts[i], {.limit = request.tokenLimit});
      const std::vector<Token> tokens =
          tokenizer.encode(request.prompts[i], {.addBos = bos, .limit = request.tokenLimit});
      if (text.empty()) throw Error("Prompt " + std::to_string(i + 1) + " has no tokens: there is nothing to measure.");
      std::optional<Swap> swap = drawnSwap(tokenizer, text, request.seed + i);
      if (swap && bos) ++swap->position;
      collector.add(tokens, swap, silent);
    }
    report.conditions.push_back(collector.finish());
  }
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

ReportResult reportModels(const ReportRequest& request, const Job& job,
                          const std::function<void(const ReportResult&)>& onModel,
                          const std::function<ReportModel(const std::string&, const Job&)>& load) {
  check(request);
  ReportResult result;
  result.request = request;
  for (const std::string& model : request.models) {  // which say what is wrong with a model that cannot be read
    const std::filesystem::path path = resolveModel(model);
    readConfig(path);
    loadTokenizer(path);
  }
  const auto loaded = [&](const std::string& model, const Job& part) {
    if (load) return load(model, part);
    const std::filesystem::path path = resolveModel(model);
    return ReportModel{loadModel(path, request.device, part), loadTokenizer(path)};
  };
  const auto count = static_cast<double>(request.models.size());
  for (const std::string& name : request.models) {
    const double done = static_cast<double>(result.models.size());
    const Job part = job.part(done / count, (done + 1.0) / count);
    const ReportModel one = loaded(name, part.part(0.0, 0.1));
    result.models.push_back(reportModel(*one.model, *one.tokenizer, request, part.part(0.1, 1.0)));
    if (onModel) onModel(result);
  }
  return result;
}

}  // namespace sinkscope
