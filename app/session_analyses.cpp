#include "app/head_source.h"
#include "app/session_parts.h"
#include "core/analysis/ablation.h"
#include "core/analysis/collapse.h"
#include "core/analysis/explore.h"
#include "core/analysis/influence.h"
#include "core/analysis/no_op.h"
#include "core/analysis/perturber.h"
#include "core/analysis/probes.h"
#include "core/analysis/report.h"
#include "core/analysis/robustness.h"
#include "core/analysis/sweeper.h"
#include "core/error.h"
#include "core/text/prompts.h"

#include <algorithm>
#include <chrono>

namespace sinkscope {
namespace {

/// Leaves out what the model has no <bos> for.
void keepPossible(std::vector<Condition>& conditions, const Tokenizer& tokenizer) {
  std::erase_if(conditions, [&](Condition condition) { return !isPossible(condition, tokenizer); });
  if (conditions.empty()) conditions = {Condition::NoBos};
}

/// The same question where the model has no such layers, or no <bos>.
InfluenceRequest possible(InfluenceRequest request, const Model& model, const Tokenizer& tokenizer) {
  const std::int64_t layers = model.config().layers;
  if (request.to) request.to = std::min(*request.to, layers);
  request.from = std::min(request.from, request.to.value_or(layers) - 1);
  if (request.bos && !tokenizer.bos()) {
    request.bos = false;
    if (request.query) --*request.query;
  }
  return request;
}

std::vector<bool> conditionsOf(const Tokenizer& tokenizer) {
  return tokenizer.bos() ? std::vector{true, false} : std::vector{false};
}

constexpr std::size_t kLikely = 20, kSimilar = 10;
constexpr std::uint64_t kSeed = 1;
constexpr std::chrono::milliseconds kPartPause(250);  // between the parts of a sweep

Candidates candidatesOf(const Model& model, const Tokenizer& tokenizer, const CandidateQuery& query, const Job& job) {
  std::vector<Token> text = tokenizer.encode(query.prompt, {.limit = query.tokenLimit});
  const auto position = static_cast<std::size_t>(query.position);
  if (position >= text.size()) throw Error("The prompt has no token " + std::to_string(position) + " to swap.");
  Candidates answer{query, text[position], {}, {}};
  text.resize(position);
  const std::vector<Token> before =
      tokenizer.bos() ? conditionTokens(Condition::Bos, text, tokenizer, 0) : std::move(text);
  if (!before.empty()) answer.likely = likelyTokens(model, tokenizer, before, kLikely, job);
  answer.similar = similarTokens(tokenizer, answer.token.id, kSimilar, kSeed);
  return answer;
}

}  // namespace

Session::Id Session::explore(const ExploreRequest& request) {
  return exploreAs(kExplore, request);
}

Session::Id Session::compare(const ExploreRequest& request) {
  return exploreAs(kCompare, request);
}

Session::Id Session::exploreAs(int kind, const ExploreRequest& request) {
  return postOnModel(kind, request.model, request.device,
                     [this, request](Id id, const ModelCache::Loaded& loaded, const Job& job) {
                       ExploreRequest possible = request;
                       possible.bos = request.bos && loaded.tokenizer->bos().has_value();
                       possible.chat = request.chat && loaded.tokenizer->chatTemplate().problem().empty();
                       Exploration exploration = sinkscope::explore(*loaded.model, *loaded.tokenizer, possible, job);
                       const auto result = exploration.result;
                       const ExploredPtr answer = exploredFrom(result, keep(liveHeads(std::move(exploration))), {});
                       deliver(id, [this, id, answer] { emit this->explored(id, answer); });
                     });
}

Session::Id Session::perturb(const PerturbRequest& request) {
  return postOnModel(kPerturb, request.model, request.device,
                     [this, request](Id id, const ModelCache::Loaded& loaded, const Job& job) {
                       if (!perturber_ || perturber_->model() != loaded.model)
                         perturber_ = std::make_unique<Perturber>(loaded.model, loaded.tokenizer);
                       PerturbRequest possible = request;
                       keepPossible(possible.conditions, *loaded.tokenizer);
                       answer(id, &Session::perturbed, perturber_->run(possible, job));
                     });
}

Session::Id Session::sweep(const SweepRequest& request) {
  return postOnModel(kSweep, request.model, request.device,
                     [this, request](Id id, const ModelCache::Loaded& loaded, const Job& job) {
                       using Clock = std::chrono::steady_clock;
                       SweepRequest possible = request;
                       keepPossible(possible.conditions, *loaded.tokenizer);
                       Clock::time_point next = Clock::now();
                       const auto showPart = [&](const SweepResult& soFar) {
                         const Clock::time_point now = Clock::now();
                         if (!soFar.partial() || now < next) return;
                         answer<SweepResult>(id, &Session::swept, std::make_shared<SweepResult>(soFar));
                         // The copy of a long prompt's part takes a while: it must not hold up the sweep.
                         next = Clock::now() + std::max<Clock::duration>(kPartPause, 20 * (Clock::now() - now));
                       };
                       SweepResult result = sinkscope::sweep(*loaded.model, *loaded.tokenizer, possible, job, showPart);
                       answer<SweepResult>(id, &Session::swept, std::make_shared<SweepResult>(std::move(result)));
                     });
}

Session::Id Session::candidates(const CandidateQuery& query) {
  return post(kCandidates, [this, query](Id id, const Job& job) {
    const ModelCache::Loaded& loaded = models_->get(query.model, query.device, job);
    auto answer = std::make_shared<Candidates>(candidatesOf(*loaded.model, *loaded.tokenizer, query, job));
    deliver(id, [this, id, answer = CandidatesPtr(answer)] { emit candidatesReady(id, answer); });
  });
}

Session::Id Session::influence(const InfluenceRequest& request) {
  return postOnModel(kInfluence, request.model, request.device,
                     [this, request](Id id, const ModelCache::Loaded& loaded, const Job& job) {
                       InfluenceRun run = influenceUnder(*loaded.model, *loaded.tokenizer,
                                                         possible(request, *loaded.model, *loaded.tokenizer),
                                                         conditionsOf(*loaded.tokenizer), job);
                       answer<InfluenceRun>(id, &Session::influenced, std::make_shared<InfluenceRun>(std::move(run)));
                     });
}

Session::Id Session::collapse(const CollapseRequest& request) {
  return postOnModel(kCollapse, request.model, request.device,
                     [this, request](Id id, const ModelCache::Loaded& loaded, const Job& job) {
                       CollapseRun run = collapseUnder(*loaded.model, *loaded.tokenizer, request,
                                                       conditionsOf(*loaded.tokenizer), job);
                       answer<CollapseRun>(id, &Session::collapsed, std::make_shared<CollapseRun>(std::move(run)));
                     });
}

Session::Id Session::ablate(const AblationRequest& request) {
  return postOnModel(
      kAblate, request.model, request.device, [this, request](Id id, const ModelCache::Loaded& loaded, const Job& job) {
        AblationRequest possible = request;
        possible.bos = request.bos && loaded.tokenizer->bos().has_value();
        AblationResult result = sinkscope::ablate(*loaded.model, *loaded.tokenizer, possible, job);
        answer<AblationResult>(id, &Session::ablated, std::make_shared<AblationResult>(std::move(result)));
      });
}

Session::Id Session::robustness(const RobustnessRequest& request) {
  return postOnModel(kRobustness, request.model, request.device,
                     [this, request](Id id, const ModelCache::Loaded& loaded, const Job& job) {
                       RobustnessRequest possible = request;
                       keepPossible(possible.conditions, *loaded.tokenizer);
                       RobustnessResult result = sinkscope::robustness(*loaded.model, *loaded.tokenizer, possible, job);
                       answer<RobustnessResult>(id, &Session::robustnessMeasured,
                                                std::make_shared<RobustnessResult>(std::move(result)));
                     });
}

Session::Id Session::report(const ReportRequest& request) {
  return post(kReport, [this, request](Id id, const Job& job) {
    const auto show = [&](const ReportResult& done) {
      answer<ReportResult>(id, &Session::reported, std::make_shared<ReportResult>(done));
    };
    reportModels(request, job, show, [&](const std::string& model, const Job& part) {
      const ModelCache::Loaded& loaded = models_->get(model, request.device, part);
      return ReportModel{loaded.model, loaded.tokenizer};
    });
  });
}

Session::Id Session::probe(const ProbeRequest& request) {
  const LengthProbeRequest& first = request.lengths.front();
  return postOnModel(kProbe, first.model, first.device,
                     [this, request](Id id, const ModelCache::Loaded& loaded, const Job& job) {
                       ProbeRequest possible = request;
                       const bool bos = loaded.tokenizer->bos().has_value();
                       for (LengthProbeRequest& one : possible.lengths) one.bos = one.bos && bos;
                       for (RepetitionRequest& one : possible.repetitions) one.bos = one.bos && bos;
                       ProbeRun run = runProbes(*loaded.model, *loaded.tokenizer, possible, job);
                       answer<ProbeRun>(id, &Session::probed, std::make_shared<ProbeRun>(std::move(run)));
                     });
}

Session::Id Session::scan(const NoOpRequest& request, const QString& promptFile) {
  return postOnModel(kScan, request.model, request.device,
                     [this, request, promptFile](Id id, const ModelCache::Loaded& loaded, const Job& job) {
                       NoOpRequest possible = request;
                       possible.bos = request.bos && loaded.tokenizer->bos().has_value();
                       if (!promptFile.isEmpty()) possible.prompts = readPrompts(pathOf(promptFile));
                       NoOpResult result = noOpHeads(*loaded.model, *loaded.tokenizer, possible, job);
                       answer<NoOpResult>(id, &Session::scanned, std::make_shared<NoOpResult>(std::move(result)));
                     });
}

}  // namespace sinkscope
