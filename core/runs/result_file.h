#pragma once

#include "core/analysis/ablation.h"
#include "core/analysis/collapse.h"
#include "core/analysis/influence.h"
#include "core/analysis/no_op.h"
#include "core/analysis/perturbation.h"
#include "core/analysis/probes.h"
#include "core/analysis/report.h"
#include "core/analysis/robustness.h"
#include "core/analysis/sweep.h"
#include "core/job.h"

#include <filesystem>
#include <memory>
#include <string>

namespace sinkscope {

/// What a run file holds: "explore" (see run_file.h), or the kind of one of the results below. Throws `Error` for what
/// is no run.
std::string runKind(const std::filesystem::path& path);

/// A result with how its page looked (a JSON object of the page's own).
template <typename Result>
struct SavedResult {
  std::shared_ptr<const Result> result;
  std::string look;
};

// Results are PerturbResult ("perturb"), SweepResult ("sweep"), InfluenceRun ("influence"), CollapseRun ("collapse"),
// ProbeRun ("probe"), NoOpResult ("noop"), AblationResult ("ablate"), RobustnessResult ("robustness") and ReportResult
// ("report").

/// Writes a result whole: see docs/run_format.md. Under a temporary name until it is complete. Throws `Error`.
template <typename Result>
void saveResult(const std::filesystem::path& path, const Result& result, const std::string& look, const Job& job = {});

/// Reads one back from its file alone; throws `Error` naming the file, the field and what was expected.
template <typename Result>
SavedResult<Result> openResult(const std::filesystem::path& path);

}  // namespace sinkscope
