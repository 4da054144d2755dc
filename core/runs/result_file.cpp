#include "core/runs/result_file.h"

#include "core/error.h"
#include "core/runs/ablation_fields.h"
#include "core/runs/collapse_fields.h"
#include "core/runs/influence_fields.h"
#include "core/runs/open_file.h"
#include "core/runs/perturb_fields.h"
#include "core/runs/report_fields.h"
#include "core/runs/sweep_fields.h"

#include <algorithm>

namespace sinkscope {
namespace {

using hdf5::GroupReader;
using hdf5::GroupWriter;

void writeHead(const GroupWriter& root, std::string_view kind, const Provenance& result) {
  runs::writeHeader(root, kind, result);
}
void readHead(const GroupReader& root, std::string_view kind, Provenance& result) {
  result = runs::readHeader(root, kind);
}

/// Each model of a report says where its numbers come from; the root says it of the first, and the seconds of all.
void writeHead(const GroupWriter& root, std::string_view kind, const ReportResult& result) {
  Provenance whole = result.models.front();
  whole.seconds = 0.0;
  for (const ModelReport& model : result.models) whole.seconds += model.seconds;
  runs::writeOrigin(root, kind, whole);
}
void readHead(const GroupReader& root, std::string_view kind, ReportResult&) {
  runs::checkKind(root, kind);
}

template <typename Result>
void save(const std::filesystem::path& path, std::string_view kind, const Result& result, const std::string& look,
          const Job& job) {
  runs::writeRunFile(path, job, [&](const GroupWriter& root, const runs::Step&) {
    writeHead(root, kind, result);
    root.attribute("look", look);
    runs::FieldWriter fields(root);
    runs::describe(fields, result);
  });
}

template <typename Result, typename Check>
SavedResult<Result> open(const std::filesystem::path& path, std::string_view kind, Check check) {
  const auto held = hdf5::lock();
  const hdf5::OpenFile file = hdf5::openRun(path);
  const GroupReader root(file.file.get(), file.name, file.size);
  auto result = std::make_shared<Result>();
  readHead(root, kind, *result);
  try {
    runs::FieldReader fields(root);
    runs::describe(fields, *result);
    check(*result);
  } catch (const Error& error) {
    const std::string what = error.what();
    throw Error(what.starts_with(file.name) ? what : file.name + ": the run is inconsistent: " + what);
  }
  return {std::move(result), root.text("look")};
}

/// A page may index a map by its tokens and its alignment without looking again.
void checkMap(const PerturbMap& map) {
  const Alignment& a = map.alignment;
  const std::size_t shape = map.l2.extent(1);
  if (a.begin > a.end || a.end > map.before.size() || a.begin > a.otherEnd || a.otherEnd > map.after.size() ||
      map.before.size() - a.end != map.after.size() - a.otherEnd)
    throw Error("the changed tokens of a map are no part of its tokens.");
  if (shape != map.before.size() || map.norm.shape() != map.l2.shape() || map.infinity.shape() != map.l2.shape() ||
      map.cosine.shape() != map.l2.shape() || map.divergence.size() != shape)
    throw Error("a map lacks one of its measures of the change.");
}

/// A page may index a sweep by its places, positions and tokens without looking again.
void checkSweep(const SweepResult& result) {
  const std::size_t positions = result.positions();
  if (positions == 0 || result.maps.empty()) throw Error("a sweep lacks its positions or its maps.");
  for (const SweepMap& map : result.maps) {
    if (map.positions() != positions || map.tokens.size() < positions || map.norm.empty() || map.l2.empty() ||
        map.infinity.empty() || map.cosine.empty())
      throw Error("a map of a sweep lacks one of its measures of the change.");
    for (const std::int64_t swaps : map.count)
      if (swaps < 0 || swaps > result.request.draws)
        throw Error("a position was swapped " + std::to_string(swaps) + " times, expected 0 to " +
                    std::to_string(result.request.draws) + ".");
  }
}

/// The results of a run come from where the run does, but for their times.
template <typename Run>
void shareProvenance(Run& run) {
  if (run.results.empty()) throw Error("it holds no condition, expected one or two.");
  for (auto& result : run.results) {
    const double seconds = result.seconds;
    static_cast<Provenance&>(result) = run;
    result.seconds = seconds;
  }
}

/// A page may index the curves by their place, and the heads by theirs, without looking again.
void checkCollapse(CollapseRun& run) {
  shareProvenance(run);
  const auto layers = static_cast<std::size_t>(run.model.config.layers);
  const auto heads = static_cast<std::size_t>(run.model.config.heads);
  for (const CollapseResult& result : run.results) {
    bool whole =
        !result.tokens.empty() && result.rowEntropy.size() == layers * heads && result.drain.size() == layers * heads &&
        result.shares.shares.size() == layers * heads * result.tokens.size() && result.shares.windows.size() == layers;
    for (const RankCurves* curves : {&result.all, &result.withoutFirst})
      for (const auto& [name, curve] : runs::kRankCurves) whole = whole && (curves->*curve).size() == layers + 1;
    for (const auto& [name, curve] : runs::kPlaceCurves) whole = whole && (result.*curve).size() == layers + 1;
    if (!whole) throw Error("a condition lacks one of its measures.");
  }
}

/// A page may index the outcomes by their request's interventions, and all arrays by their axes, without looking again.
void checkAblation(AblationResult& result) {
  if (result.prompts.empty()) throw Error("it holds no prompt, expected at least one.");
  for (const AblationPrompt& prompt : result.prompts) result.request.prompts.push_back(prompt.prompt);
  if (result.changed.size() != result.request.interventions.size())
    throw Error("it holds " + std::to_string(result.changed.size()) + " outcomes of " +
                std::to_string(result.request.interventions.size()) + " interventions, expected as many.");
  const auto isWhole = [](const AblationOutcome& outcome) {
    return !outcome.loss.empty() && !outcome.divergence.empty() && !outcome.lossAt.empty() && !outcome.share.empty() &&
           !outcome.change.empty() && !outcome.spread.empty();
  };
  if (!isWhole(result.untouched) || !std::ranges::all_of(result.changed, isWhole))
    throw Error("an outcome lacks one of its measures.");
}

/// A page and a table may index all of it without looking again.
void checkReport(const ReportResult& result) {
  const std::size_t epsilons = result.request.epsilons.size(), prompts = result.request.prompts.size();
  if (epsilons == 0 || prompts == 0 || result.models.empty()) throw Error("it lacks thresholds, prompts or models.");
  for (const ModelReport& model : result.models) {
    const auto layers = static_cast<std::size_t>(model.model.config.layers);
    if (model.conditions.empty() || model.conditions.size() > 2)
      throw Error("a model has " + std::to_string(model.conditions.size()) + " conditions, expected one or two.");
    for (const ReportCondition& condition : model.conditions) {
      bool whole = condition.promptRate.size() == epsilons * prompts && condition.rate.size() == epsilons &&
                   condition.rateByLayer.size() == epsilons * layers;
      for (const auto& [name, values] : runs::kPromptValues) whole = whole && (condition.*values).size() == prompts;
      for (const auto& [name, values] : runs::kLayerValues) whole = whole && (condition.*values).size() == layers;
      if (!whole) throw Error("a model lacks one of its measures.");
    }
  }
}

/// A page may index what is measured by start, query and token without looking again.
void checkInfluence(InfluenceRun& run) {
  shareProvenance(run);
  for (const InfluenceResult& result : run.results) {
    const std::size_t tokens = result.tokens.size();
    if (result.from < 0 || result.from >= result.to || result.to > run.model.config.layers || result.query < 0 ||
        static_cast<std::size_t>(result.query) >= tokens)
      throw Error("a condition's layers or its token are not those of its model and prompt.");
    const auto starts = static_cast<std::size_t>(result.to - result.from);
    bool whole = result.sinkLogRatio.size() == starts;
    for (const auto& [name, array] : runs::kStartArrays)
      whole = whole && ((result.*array).size() == starts * tokens ||
                        (result.exact() && array == &InfluenceResult::standardError));
    for (const auto& [name, matrix] : runs::kMatrices)
      whole = whole && ((result.all.*matrix).size() == tokens * tokens || !result.request.allQueries ||
                        (result.exact() && matrix == &InfluenceMatrix::standardError));
    if (!whole) throw Error("a condition lacks one of its measures.");
  }
}

}  // namespace

std::string runKind(const std::filesystem::path& path) {
  const auto held = hdf5::lock();
  const hdf5::OpenFile file = hdf5::openRun(path);
  return runs::readKind(GroupReader(file.file.get(), file.name, file.size));
}

void saveResult(const std::filesystem::path& path, const PerturbResult& result, const std::string& look,
                const Job& job) {
  save(path, runs::kPerturbKind, result, look, job);
}

void saveResult(const std::filesystem::path& path, const SweepResult& result, const std::string& look, const Job& job) {
  save(path, runs::kSweepKind, result, look, job);
}

void saveResult(const std::filesystem::path& path, const CollapseRun& result, const std::string& look, const Job& job) {
  save(path, runs::kCollapseKind, result, look, job);
}

void saveResult(const std::filesystem::path& path, const AblationResult& result, const std::string& look,
                const Job& job) {
  save(path, runs::kAblationKind, result, look, job);
}

void saveResult(const std::filesystem::path& path, const ReportResult& result, const std::string& look,
                const Job& job) {
  if (result.models.empty()) throw Error(path.string() + ": there is nothing to save: no model has been measured yet.");
  save(path, runs::kReportKind, result, look, job);
}

void saveResult(const std::filesystem::path& path, const InfluenceRun& result, const std::string& look,
                const Job& job) {
  save(path, runs::kInfluenceKind, result, look, job);
}

SavedResult<PerturbResult> openPerturbation(const std::filesystem::path& path) {
  return open<PerturbResult>(path, runs::kPerturbKind,
                             [](const PerturbResult& result) { std::ranges::for_each(result.maps, checkMap); });
}

SavedResult<SweepResult> openSweep(const std::filesystem::path& path) {
  return open<SweepResult>(path, runs::kSweepKind, checkSweep);
}

SavedResult<CollapseRun> openCollapse(const std::filesystem::path& path) {
  return open<CollapseRun>(path, runs::kCollapseKind, checkCollapse);
}

SavedResult<AblationResult> openAblation(const std::filesystem::path& path) {
  return open<AblationResult>(path, runs::kAblationKind, checkAblation);
}

SavedResult<ReportResult> openReport(const std::filesystem::path& path) {
  return open<ReportResult>(path, runs::kReportKind, checkReport);
}

SavedResult<InfluenceRun> openInfluence(const std::filesystem::path& path) {
  return open<InfluenceRun>(path, runs::kInfluenceKind, checkInfluence);
}

}  // namespace sinkscope
