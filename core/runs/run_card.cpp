#include "core/runs/run_card.h"

#include "core/error.h"
#include "core/runs/open_file.h"
#include "core/runs/result_file.h"
#include "core/runs/run_file.h"
#include "core/runs/schema.h"
#include "core/runs/summary_fields.h"
#include "core/runs/training_end.h"
#include "core/runs/training_fields.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace sinkscope {
namespace {

using hdf5::GroupReader;

/// `with` is shown the whole result in the file.
template <typename With>
void readWhole(const std::filesystem::path& path, const std::string& kind, const With& with) {
  if (kind == kExploreKind) return with(*RunFile::open(path)->result());
  if (kind == "perturb") return with(*openResult<PerturbResult>(path).result);
  if (kind == "sweep") return with(*openResult<SweepResult>(path).result);
  if (kind == "influence") return with(*openResult<InfluenceRun>(path).result);
  if (kind == "collapse") return with(*openResult<CollapseRun>(path).result);
  if (kind == "probe") return with(*openResult<ProbeRun>(path).result);
  if (kind == "noop") return with(*openResult<NoOpResult>(path).result);
  if (kind == "ablate") return with(*openResult<AblationResult>(path).result);
  if (kind == "robustness") return with(*openResult<RobustnessResult>(path).result);
  if (kind == "report") return with(*openResult<ReportResult>(path).result);
  throw Error(path.string() + ": /kind is \"" + kind + "\", which this program does not know.");
}

RunCard trainingCard(const std::filesystem::path& path) {
  const TrainingEnd end = readTrainingEnd(path);
  RunCard card{std::string(runs::kTrainingKind), end.start.created, 0.0, runLabels(path), {}};
  card.summary.model = end.start.name;
  card.summary.tokens = static_cast<std::uint64_t>(std::max<std::int64_t>(0, end.start.model.contextLength));
  if (end.step) {
    card.seconds = end.step->seconds;
    card.summary.loss = end.step->loss;
  }
  if (!end.measure) return card;
  if (!std::isnan(end.measure->validationLoss)) card.summary.loss = end.measure->validationLoss;
  const auto at = std::ranges::find(end.start.epsilons, RunSummary::kEpsilon);
  if (at != end.start.epsilons.end())
    card.summary.sinkRate = end.measure->sinkRate.at(static_cast<std::size_t>(at - end.start.epsilons.begin()));
  card.summary.picture = pictureOf(end.measure->alpha0, 1.0);
  return card;
}

/// Empty where the file has no summary.
std::optional<RunSummary> storedSummary(const GroupReader& root) {
  if (!root.has(runs::kSummaryGroup)) return std::nullopt;
  RunSummary summary;
  const GroupReader group = root.group(runs::kSummaryGroup);
  runs::FieldReader fields(group);
  runs::describeSummary(fields, summary);
  for (const std::size_t extent : summary.picture.shape())
    if (extent > RunSummary::kMostCells)
      group.fail("picture", "has " + std::to_string(extent) + " cells along an axis, expected at most " +
                                std::to_string(RunSummary::kMostCells));
  if (summary.text.size() > RunSummary::kMostText) summary.text.resize(RunSummary::kMostText);
  return summary;
}

}  // namespace

RunCard readRunCard(const std::filesystem::path& path) {
  const auto held = hdf5::lock();
  RunCard card;
  std::optional<RunSummary> summary;
  {
    const hdf5::OpenFile file = hdf5::openRun(path);
    const GroupReader root(file.file.get(), file.name, file.size);
    card.kind = runs::readKind(root);
    if (card.kind == runs::kTrainingKind) return trainingCard(path);
    card.created = root.text("created");
    card.seconds = root.real("seconds");
    card.labels = runs::readLabels(root);
    summary = storedSummary(root);
  }
  if (!summary) readWhole(path, card.kind, [&](const auto& result) { summary = summaryOf(result); });
  card.summary = *std::move(summary);
  return card;
}

void checkWholeRun(const std::filesystem::path& path) {
  const std::string kind = runKind(path);
  if (kind == runs::kTrainingKind)
    readTrainingLog(path);
  else
    readWhole(path, kind, [](const auto&) {});
}

}  // namespace sinkscope
