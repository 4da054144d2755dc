#include "core/runs/run_summary.h"

#include "core/analysis/ablation.h"
#include "core/analysis/collapse.h"
#include "core/analysis/explore.h"
#include "core/analysis/influence.h"
#include "core/analysis/no_op.h"
#include "core/analysis/perturbation.h"
#include "core/analysis/probes.h"
#include "core/analysis/report.h"
#include "core/analysis/robustness.h"
#include "core/analysis/sweep.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace sinkscope {
namespace {

template <typename T>
double mostOf(const Array<T, 2>& values) {
  double most = 0.0;
  for (const T value : values.values())
    if (std::isfinite(value)) most = std::max(most, static_cast<double>(value));
  return most;
}

/// The picture of a measure whose size says nothing by itself.
template <typename T>
Array<std::uint8_t, 2> relativePicture(const Array<T, 2>& values) {
  return pictureOf(values, mostOf(values));
}

Array<std::uint8_t, 2> curvePicture(const std::vector<double>& values, double most) {
  if (values.size() < 2) return {};
  Array<double, 2> row({1, values.size()});
  std::ranges::copy(values, row.data());
  return pictureOf(row, most);
}

/// Takes the prompts one after another.
void add(RunSummary& summary, const std::string& prompt, std::size_t tokens = 0) {
  ++summary.prompts;
  summary.tokens = std::max<std::uint64_t>(summary.tokens, tokens);
  if (summary.text.size() >= RunSummary::kMostText) return;
  if (summary.prompts > 1) summary.text += '\n';
  summary.text.append(prompt, 0, RunSummary::kMostText - summary.text.size());
}

std::string bosText(bool with, bool without) {
  if (with && without) return "both";
  return with ? "with" : without ? "without" : "";
}

/// Of conditions that each say by `hasBos` whether they have a <bos>.
template <typename List, typename HasBos>
std::string bosOf(const List& conditions, const HasBos& hasBos) {
  const bool with = std::ranges::any_of(conditions, hasBos);
  return bosText(with, !std::ranges::all_of(conditions, hasBos));
}

/// What is alike of runs that ask about one prompt with <bos>, without, or both: all but measures and picture.
template <typename Run>
RunSummary withAndWithoutBos(const Run& run) {
  RunSummary summary;
  summary.model = run.model.name;
  if (run.results.empty()) return summary;
  for (const auto& result : run.results) summary.tokens = std::max<std::uint64_t>(summary.tokens, result.tokens.size());
  add(summary, run.results.front().request.prompt);
  summary.bos = bosOf(run.results, [](const auto& result) { return result.request.bos; });
  return summary;
}

bool hasBos(Condition condition) {
  return condition != Condition::NoBos && condition != Condition::KeptPositions && condition != Condition::ReplacedBos;
}

/// Of one pass a head: a fraction of the heads that were measured.
template <typename T>
double rateOf(const Array<T, 2>& shares) {
  double above = 0.0, measured = 0.0;
  for (const T share : shares.values()) {
    if (std::isnan(share)) continue;
    ++measured;
    if (share > RunSummary::kEpsilon) ++above;
  }
  return measured > 0.0 ? above / measured : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

template <typename T>
Array<std::uint8_t, 2> pictureOf(const Array<T, 2>& values, double most) {
  if (values.empty()) return {};
  const std::size_t rows = std::min(values.extent(0), RunSummary::kMostCells);
  const std::size_t columns = std::min(values.extent(1), RunSummary::kMostCells);
  Array<std::uint8_t, 2> picture({rows, columns});
  const auto first = [](std::size_t cell, std::size_t cells, std::size_t extent) { return cell * extent / cells; };
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t column = 0; column < columns; ++column) {
      double sum = 0.0, count = 0.0;
      for (std::size_t i = first(row, rows, values.extent(0)); i < first(row + 1, rows, values.extent(0)); ++i)
        for (std::size_t j = first(column, columns, values.extent(1)); j < first(column + 1, columns, values.extent(1));
             ++j)
          if (std::isfinite(values(i, j))) {
            sum += static_cast<double>(values(i, j));
            ++count;
          }
      const double share = count > 0.0 && most > 0.0 ? std::clamp(sum / count / most, 0.0, 1.0) : 0.0;
      picture(row, column) = static_cast<std::uint8_t>(std::lround(255.0 * share));
    }
  return picture;
}

template Array<std::uint8_t, 2> pictureOf(const Array<float, 2>&, double);
template Array<std::uint8_t, 2> pictureOf(const Array<double, 2>&, double);

RunSummary summaryOf(const ExploreResult& result) {
  RunSummary summary;
  summary.model = result.model.name;
  for (const PromptResult& prompt : result.prompts) add(summary, prompt.prompt, prompt.tokens.size());
  summary.bos = bosText(result.request.bos, !result.request.bos);
  std::vector<PromptShares> measured;
  std::vector<double> losses;
  for (const PromptResult& prompt : result.prompts) {
    if (!prompt.shares.shares.empty()) measured.push_back(prompt.shares);
    losses.push_back(prompt.loss());
  }
  summary.loss = meanOf(losses);
  if (measured.empty()) return summary;
  summary.sinkRate = sinkRate(measured, RunSummary::kEpsilon);
  summary.picture = pictureOf(meanHeadShares(measured), 1.0);
  return summary;
}

RunSummary summaryOf(const PerturbResult& result) {
  RunSummary summary;
  summary.model = result.model.name;
  add(summary, result.request.prompt);
  for (const PerturbMap& map : result.maps) summary.tokens = std::max<std::uint64_t>(summary.tokens, map.before.size());
  summary.bos = bosOf(result.maps, [](const PerturbMap& map) { return hasBos(map.condition); });
  if (result.maps.empty()) return summary;
  summary.sinkRate = rateOf(result.maps.front().alpha0);
  summary.picture = relativePicture(changes(result.maps.front(), ChangeNorm::Relative));
  return summary;
}

RunSummary summaryOf(const SweepResult& result) {
  RunSummary summary;
  summary.model = result.model.name;
  add(summary, result.request.prompt);
  for (const SweepMap& map : result.maps) summary.tokens = std::max<std::uint64_t>(summary.tokens, map.tokens.size());
  summary.bos = bosOf(result.maps, [](const SweepMap& map) { return hasBos(map.condition); });
  if (result.maps.empty() || result.maps.front().places() == 0) return summary;
  const SweepMap& map = result.maps.front();
  summary.picture = relativePicture(changes(map, ChangeNorm::Relative, map.places() - 1));
  return summary;
}

RunSummary summaryOf(const InfluenceRun& run) {
  RunSummary summary = withAndWithoutBos(run);
  if (run.results.empty()) return summary;
  summary.picture = relativePicture(run.results.front().measured);
  return summary;
}

RunSummary summaryOf(const CollapseRun& run) {
  RunSummary summary = withAndWithoutBos(run);
  if (run.results.empty()) return summary;
  const std::vector<PromptShares> shares{run.results.front().shares};
  if (shares.front().shares.empty()) return summary;
  summary.sinkRate = sinkRate(shares, RunSummary::kEpsilon);
  summary.picture = pictureOf(meanHeadShares(shares), 1.0);
  return summary;
}

RunSummary summaryOf(const ProbeRun& run) {
  RunSummary summary;
  summary.model = run.model.name;
  bool with = false, without = false;
  for (const LengthProbeResult& result : run.lengths) {
    add(summary, std::string(lengthProbeName(result.request.probe)),
        result.tokens.empty() ? 0 : std::ranges::max(result.tokens));
    (result.request.bos ? with : without) = true;
  }
  for (const RepetitionResult& result : run.repetitions) {
    add(summary, result.request.text, result.request.copies);
    (result.request.bos ? with : without) = true;
  }
  summary.bos = bosText(with, without);
  if (run.lengths.empty()) return summary;
  const std::vector<double>& curve = run.lengths.front().float32.layerDifference;
  summary.picture = curvePicture(curve, curve.empty() ? 0.0 : std::ranges::max(curve));
  return summary;
}

RunSummary summaryOf(const NoOpResult& result) {
  RunSummary summary;
  summary.model = result.model.name;
  for (const std::string& prompt : result.request.prompts) add(summary, prompt);
  summary.bos = bosText(result.request.bos, !result.request.bos);
  summary.picture = pictureOf(result.rest, 1.0);
  return summary;
}

RunSummary summaryOf(const AblationResult& result) {
  RunSummary summary;
  summary.model = result.model.name;
  for (const AblationPrompt& prompt : result.prompts) add(summary, prompt.prompt, prompt.tokens.size());
  summary.bos = bosText(result.request.bos, !result.request.bos);
  summary.loss = meanOf(result.untouched.loss);
  if (result.untouched.share.empty()) return summary;
  summary.sinkRate = sinkRate(result.untouched.share, RunSummary::kEpsilon);
  summary.picture = pictureOf(meanHeadShares(result.untouched.share), 1.0);
  return summary;
}

RunSummary summaryOf(const RobustnessResult& result) {
  RunSummary summary;
  summary.model = result.model.name;
  for (const std::string& prompt : result.request.prompts) add(summary, prompt);
  summary.bos = bosOf(result.outcomes, [](const RobustnessOutcome& outcome) { return hasBos(outcome.condition); });
  if (!result.outcomes.empty()) summary.loss = result.outcomes.front().loss;
  return summary;
}

RunSummary summaryOf(const ReportResult& result) {
  RunSummary summary;
  for (const std::string& prompt : result.request.prompts) add(summary, prompt);
  bool with = false, without = false;
  for (const ModelReport& model : result.models) {
    if (!summary.model.empty()) summary.model += ", ";
    summary.model += model.model.name;
    for (const ReportCondition& condition : model.conditions) {
      (condition.bos ? with : without) = true;
      summary.tokens = std::max<std::uint64_t>(summary.tokens, condition.tokensMax);
    }
  }
  summary.bos = bosText(with, without);
  if (result.models.empty() || result.models.front().conditions.empty()) return summary;
  const ReportCondition& first = result.models.front().conditions.front();
  summary.loss = first.loss.mean;
  const auto at = std::ranges::find(result.request.epsilons, RunSummary::kEpsilon);
  if (at != result.request.epsilons.end())
    summary.sinkRate = first.rate.at(static_cast<std::size_t>(at - result.request.epsilons.begin())).mean;
  summary.picture = curvePicture(first.shareByLayer, 1.0);
  return summary;
}

}  // namespace sinkscope
