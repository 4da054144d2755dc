#include "core/catalogue/rerun.h"

#include "core/analysis/perturber.h"
#include "core/analysis/sweeper.h"
#include "core/error.h"
#include "core/model/demo_models.h"
#include "core/model/model.h"
#include "core/runs/result_file.h"
#include "core/runs/run_file.h"
#include "core/text/tokenizer.h"

#include <memory>
#include <string>
#include <vector>

#include <unistd.h>

namespace sinkscope {
namespace {

/// A file that nobody keeps.
class PassingFile {
 public:
  PassingFile() : path_(std::filesystem::temp_directory_path() / ("sinkscope-" + std::to_string(::getpid()) + ".h5")) {}
  PassingFile(const PassingFile&) = delete;
  PassingFile& operator=(const PassingFile&) = delete;
  ~PassingFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct Opened {
  std::shared_ptr<const Model> model;
  std::shared_ptr<const Tokenizer> tokenizer;
};

Opened openNamed(const std::string& name, const std::string& device, const Job& job) {
  const std::filesystem::path path = resolveModel(name);
  return {loadModel(path, LoadOptions{.device = device}, job), loadTokenizer(path)};
}

/// `answer(model, tokenizer, request, job)` on the request's model.
template <typename Request, typename Answer>
auto answered(const Request& request, const Job& job, const Answer& answer) {
  const Opened opened = openNamed(request.model, request.device, job.part(0.0, 0.1));
  return answer(*opened.model, *opened.tokenizer, request, job.part(0.1, 0.95));
}

/// Of runs of one request under one or two conditions.
template <typename Run>
std::vector<bool> conditionsOf(const Run& run) {
  std::vector<bool> withBos;
  for (const auto& result : run.results) withBos.push_back(result.request.bos);
  return withBos;
}

CollapseRun again(const CollapseRun& run, const Job& job) {
  return answered(run.results.front().request, job,
                  [&](const Model& model, const Tokenizer& tokenizer, const CollapseRequest& request, const Job& part) {
                    return collapseUnder(model, tokenizer, request, conditionsOf(run), part);
                  });
}

InfluenceRun again(const InfluenceRun& run, const Job& job) {
  return answered(run.results.front().request, job,
                  [&](const Model& model, const Tokenizer& tokenizer, const InfluenceRequest& request,
                      const Job& part) { return influenceUnder(model, tokenizer, request, conditionsOf(run), part); });
}

PerturbResult again(const PerturbResult& run, const Job& job) {
  const Opened opened = openNamed(run.request.model, run.request.device, job.part(0.0, 0.1));
  return *Perturber(opened.model, opened.tokenizer).run(run.request, job.part(0.1, 0.95));
}

SweepResult again(const SweepResult& run, const Job& job) {
  return answered(run.request, job,
                  [](const Model& model, const Tokenizer& tokenizer, const SweepRequest& request, const Job& part) {
                    return sweep(model, tokenizer, request, part);
                  });
}

NoOpResult again(const NoOpResult& run, const Job& job) {
  return answered(run.request, job, noOpHeads);
}

AblationResult again(const AblationResult& run, const Job& job) {
  return answered(run.request, job, ablate);
}

RobustnessResult again(const RobustnessResult& run, const Job& job) {
  return answered(run.request, job, robustness);
}

ProbeRun again(const ProbeRun& run, const Job& job) {
  ProbeRequest request;
  for (const LengthProbeResult& result : run.lengths) request.lengths.push_back(result.request);
  for (const RepetitionResult& result : run.repetitions) request.repetitions.push_back(result.request);
  const bool hasLengths = !request.lengths.empty();
  const Opened opened =
      openNamed(hasLengths ? request.lengths.front().model : request.repetitions.front().model,
                hasLengths ? request.lengths.front().device : request.repetitions.front().device, job.part(0.0, 0.1));
  return runProbes(*opened.model, *opened.tokenizer, request, job.part(0.1, 0.95));
}

ReportResult again(const ReportResult& run, const Job& job) {
  return reportModels(run.request, job.part(0.0, 0.95));
}

template <typename Result>
void rerunAs(const std::filesystem::path& run, const std::filesystem::path& out, const Job& job) {
  const SavedResult<Result> saved = openResult<Result>(run);
  saveResult(out, again(*saved.result, job), saved.look, job.part(0.95, 1.0));
}

void rerunExploration(const std::filesystem::path& run, const std::filesystem::path& out, const Job& job) {
  const std::unique_ptr<RunFile> saved = RunFile::open(run);
  const ExploreRequest& request = saved->result()->request;
  const Opened opened = openNamed(request.model, request.device, job.part(0.0, 0.1));
  const Exploration exploration = explore(*opened.model, *opened.tokenizer, request, job.part(0.1, 0.95));
  saveRun(out, exploration, saved->view(), saved->hasAttention(0), job.part(0.95, 1.0));
}

}  // namespace

void rerun(const std::filesystem::path& run, const std::filesystem::path& out, const Job& job) {
  const std::string kind = runKind(run);
  if (kind == "explore") return rerunExploration(run, out, job);
  if (kind == "perturb") return rerunAs<PerturbResult>(run, out, job);
  if (kind == "sweep") return rerunAs<SweepResult>(run, out, job);
  if (kind == "influence") return rerunAs<InfluenceRun>(run, out, job);
  if (kind == "collapse") return rerunAs<CollapseRun>(run, out, job);
  if (kind == "probe") return rerunAs<ProbeRun>(run, out, job);
  if (kind == "noop") return rerunAs<NoOpResult>(run, out, job);
  if (kind == "ablate") return rerunAs<AblationResult>(run, out, job);
  if (kind == "robustness") return rerunAs<RobustnessResult>(run, out, job);
  if (kind == "report") return rerunAs<ReportResult>(run, out, job);
  throw Error(run.string() + ": is a training, which is not run again by this; see sinkscope train and resume.");
}

RunComparison rerunAndCompare(const std::filesystem::path& run, const std::filesystem::path& out, const Job& job) {
  const PassingFile passing;
  const std::filesystem::path& again = out.empty() ? passing.path() : out;
  rerun(run, again, job.part(0.0, 0.95));
  return compareRuns(run, again, job.part(0.95, 1.0));
}

}  // namespace sinkscope
