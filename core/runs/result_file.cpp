#include "core/runs/result_file.h"

#include "core/error.h"
#include "core/runs/ablation_fields.h"
#include "core/runs/collapse_fields.h"
#include "core/runs/influence_fields.h"
#include "core/runs/no_op_fields.h"
#include "core/runs/open_file.h"
#include "core/runs/perturb_fields.h"
#include "core/runs/probe_fields.h"
#include "core/runs/report_fields.h"
#include "core/runs/robustness_fields.h"
#include "core/runs/summary_fields.h"
#include "core/runs/sweep_fields.h"

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
  if (result.models.empty()) throw Error("there is nothing to save: no model has been measured yet.");
  Provenance whole = result.models.front();
  whole.seconds = 0.0;
  for (const ModelReport& model : result.models) whole.seconds += model.seconds;
  runs::writeOrigin(root, kind, whole);
}
void readHead(const GroupReader& root, std::string_view kind, ReportResult&) {
  runs::checkKind(root, kind);
}

}  // namespace

std::string runKind(const std::filesystem::path& path) {
  const auto held = hdf5::lock();
  const hdf5::OpenFile file = hdf5::openRun(path);
  return runs::readKind(GroupReader(file.file.get(), file.name, file.size));
}

template <typename Result>
void saveResult(const std::filesystem::path& path, const Result& result, const std::string& look, const Job& job) {
  runs::writeRunFile(path, job, [&](const GroupWriter& root, const runs::Step&) {
    writeHead(root, runs::kKind<Result>, result);
    root.attribute("look", look);
    runs::FieldWriter fields(root);
    runs::describe(fields, result);
    runs::writeSummary(root, summaryOf(result));
  });
}

template <typename Result>
SavedResult<Result> openResult(const std::filesystem::path& path) {
  const auto held = hdf5::lock();
  const hdf5::OpenFile file = hdf5::openRun(path);
  const GroupReader root(file.file.get(), file.name, file.size);
  auto result = std::make_shared<Result>();
  readHead(root, runs::kKind<Result>, *result);
  try {
    runs::FieldReader fields(root);
    runs::describe(fields, *result);
    runs::check(*result);
  } catch (const Error& error) {
    const std::string what = error.what();
    throw Error(what.starts_with(file.name) ? what : file.name + ": the run is inconsistent: " + what);
  }
  return {std::move(result), root.text("look")};
}

template void saveResult(const std::filesystem::path&, const PerturbResult&, const std::string&, const Job&);
template SavedResult<PerturbResult> openResult(const std::filesystem::path&);
template void saveResult(const std::filesystem::path&, const SweepResult&, const std::string&, const Job&);
template SavedResult<SweepResult> openResult(const std::filesystem::path&);
template void saveResult(const std::filesystem::path&, const InfluenceRun&, const std::string&, const Job&);
template SavedResult<InfluenceRun> openResult(const std::filesystem::path&);
template void saveResult(const std::filesystem::path&, const CollapseRun&, const std::string&, const Job&);
template SavedResult<CollapseRun> openResult(const std::filesystem::path&);
template void saveResult(const std::filesystem::path&, const ProbeRun&, const std::string&, const Job&);
template SavedResult<ProbeRun> openResult(const std::filesystem::path&);
template void saveResult(const std::filesystem::path&, const NoOpResult&, const std::string&, const Job&);
template SavedResult<NoOpResult> openResult(const std::filesystem::path&);
template void saveResult(const std::filesystem::path&, const AblationResult&, const std::string&, const Job&);
template SavedResult<AblationResult> openResult(const std::filesystem::path&);
template void saveResult(const std::filesystem::path&, const RobustnessResult&, const std::string&, const Job&);
template SavedResult<RobustnessResult> openResult(const std::filesystem::path&);
template void saveResult(const std::filesystem::path&, const ReportResult&, const std::string&, const Job&);
template SavedResult<ReportResult> openResult(const std::filesystem::path&);

}  // namespace sinkscope
