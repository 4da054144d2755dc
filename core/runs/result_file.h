#pragma once

#include "core/analysis/ablation.h"
#include "core/analysis/collapse.h"
#include "core/analysis/influence.h"
#include "core/analysis/perturbation.h"
#include "core/analysis/report.h"
#include "core/analysis/sweep.h"
#include "core/job.h"

#include <filesystem>
#include <memory>
#include <string>

namespace sinkscope {

/// What a run file holds: "explore" (see run_file.h), "perturb", "sweep", "influence", "collapse", "ablate", "report".
/// Throws `Error` for what is no run.
std::string runKind(const std::filesystem::path& path);

/// A result with how its page looked (a JSON object of the page's own).
template <typename Result>
struct SavedResult {
  std::shared_ptr<const Result> result;
  std::string look;
};

/// Writes a result whole: see docs/run_format.md. Under a temporary name until it is complete. Throws `Error`.
void saveResult(const std::filesystem::path& path, const PerturbResult& result, const std::string& look,
                const Job& job = {});
void saveResult(const std::filesystem::path& path, const SweepResult& result, const std::string& look,
                const Job& job = {});
void saveResult(const std::filesystem::path& path, const CollapseRun& result, const std::string& look,
                const Job& job = {});
void saveResult(const std::filesystem::path& path, const AblationResult& result, const std::string& look,
                const Job& job = {});
void saveResult(const std::filesystem::path& path, const ReportResult& result, const std::string& look,
                const Job& job = {});
void saveResult(const std::filesystem::path& path, const InfluenceRun& result, const std::string& look,
                const Job& job = {});

/// Reads one back from its file alone; throws `Error` naming the file, the field and what was expected.
SavedResult<PerturbResult> openPerturbation(const std::filesystem::path& path);
SavedResult<SweepResult> openSweep(const std::filesystem::path& path);
SavedResult<CollapseRun> openCollapse(const std::filesystem::path& path);
SavedResult<AblationResult> openAblation(const std::filesystem::path& path);
SavedResult<ReportResult> openReport(const std::filesystem::path& path);
SavedResult<InfluenceRun> openInfluence(const std::filesystem::path& path);

}  // namespace sinkscope
