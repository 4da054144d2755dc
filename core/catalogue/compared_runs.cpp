#include "core/catalogue/compared_runs.h"

#include "core/error.h"
#include "core/runs/result_file.h"
#include "core/runs/run_file.h"
#include "core/runs/training_log.h"

#include <algorithm>
#include <map>

namespace sinkscope {
namespace {

/// Of an array that is compared: the attention that a run keeps may be gigabytes.
constexpr std::uint64_t kMostElements = 32 << 20;

RunContent contentOf(const std::filesystem::path& path, const std::string& kind) {
  if (kind == "explore") return RunFile::open(path)->result();
  if (kind == "perturb") return openResult<PerturbResult>(path).result;
  if (kind == "influence") return openResult<InfluenceRun>(path).result;
  if (kind == "collapse") return openResult<CollapseRun>(path).result;
  if (kind == "train") return std::make_shared<const TrainingLog>(readTrainingLog(path));
  return {};
}

/// Where a field stands in the list.
int rankOf(const std::string& field) {
  if (field.starts_with("/settings/")) return 0;
  return field.starts_with("/model/") ? 1 : 2;
}

void merge(const std::vector<RunComparison::Value>& values, std::size_t run, std::size_t runs,
           std::map<std::string, std::vector<std::string>>& merged) {
  for (const RunComparison::Value& value : values) {
    std::vector<std::string>& row = merged[value.field];
    row.resize(runs);
    row.front() = value.a;
    row[run] = value.b;
  }
}

}  // namespace

std::string ComparedRun::name() const {
  return runName(path, card.labels);
}

bool ComparedRuns::isAlike() const {
  const std::size_t kind = runs.front().content.index();
  return kind != 0 && std::ranges::all_of(runs, [kind](const ComparedRun& run) { return run.content.index() == kind; });
}

ComparedRuns readCompared(const std::vector<std::filesystem::path>& runs, const Job& job) {
  if (runs.size() < 2 || runs.size() > ComparedRuns::kMost)
    throw Error("Two to " + std::to_string(ComparedRuns::kMost) + " runs can be compared, not " +
                std::to_string(runs.size()) + ".");
  ComparedRuns compared;
  const auto steps = static_cast<double>(2 * runs.size() - 1);
  for (const std::filesystem::path& path : runs) {
    job.progress("reading " + path.filename().string(), static_cast<double>(compared.runs.size()) / steps);
    RunCard card = readRunCard(path);
    RunContent content = contentOf(path, card.kind);
    compared.runs.push_back({path, std::move(card), std::move(content)});
  }
  for (std::size_t run = 1; run < runs.size(); ++run) {
    const double begin = static_cast<double>(runs.size() + run - 1) / steps;
    compared.toFirst.push_back(
        compareRuns(runs.front(), runs[run], job.part(begin, begin + 1.0 / steps), kMostElements));
  }
  return compared;
}

bool ComparedValue::isSame() const {
  return std::ranges::all_of(values, [this](const std::string& value) { return value == values.front(); });
}

std::vector<ComparedValue> comparedValues(const ComparedRuns& runs) {
  std::map<std::string, std::vector<std::string>> values, texts;
  for (std::size_t run = 1; run < runs.runs.size(); ++run) {
    merge(runs.toFirst[run - 1].values, run, runs.runs.size(), values);
    merge(runs.toFirst[run - 1].texts, run, runs.runs.size(), texts);
  }
  std::vector<ComparedValue> all;
  for (int rank = 0; rank < 3; ++rank)
    for (const auto& [field, row] : values)
      if (rankOf(field) == rank) all.push_back({field.substr(1), row});
  for (const auto& [field, row] : texts) all.push_back({field.substr(1), row});
  return all;
}

}  // namespace sinkscope
