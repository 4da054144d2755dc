#include "app/head_source.h"
#include "app/session_parts.h"
#include "core/catalogue/rerun.h"
#include "core/error.h"
#include "core/runs/result_file.h"
#include "core/runs/run_file.h"

#include <filesystem>
#include <system_error>

namespace sinkscope {

Session::Id Session::open(const QString& runFile) {
  return post(kOpen, [this, runFile](Id id, const Job&) {
    const std::string kind = runKind(pathOf(runFile));
    const auto reopen = [&](auto signal, const auto& saved) { answer(id, signal, saved.result, runFile, saved.look); };
    if (kind == "perturb") return reopen(&Session::perturbed, openResult<PerturbResult>(pathOf(runFile)));
    if (kind == "sweep") return reopen(&Session::swept, openResult<SweepResult>(pathOf(runFile)));
    if (kind == "influence") return reopen(&Session::influenced, openResult<InfluenceRun>(pathOf(runFile)));
    if (kind == "collapse") return reopen(&Session::collapsed, openResult<CollapseRun>(pathOf(runFile)));
    if (kind == "ablate") return reopen(&Session::ablated, openResult<AblationResult>(pathOf(runFile)));
    if (kind == "robustness")
      return reopen(&Session::robustnessMeasured, openResult<RobustnessResult>(pathOf(runFile)));
    if (kind == "report") return reopen(&Session::reported, openResult<ReportResult>(pathOf(runFile)));
    if (kind == "probe") return reopen(&Session::probed, openResult<ProbeRun>(pathOf(runFile)));
    if (kind == "noop") return reopen(&Session::scanned, openResult<NoOpResult>(pathOf(runFile)));
    if (kind == "train") return deliver(id, [this, id, runFile] { emit trainingFound(id, runFile); });
    const std::shared_ptr<const RunFile> file = RunFile::open(pathOf(runFile));
    const RunView& view = file->view();
    const ViewState state{view.epsilon, view.includeQuery0, view.layer, view.head, QString::fromStdString(view.json)};
    const ExploredPtr answer = exploredFrom(file->result(), keep(savedHeads(file)), runFile);
    deliver(id, [this, id, answer, state] { emit opened(id, answer, state); });
  });
}

Session::Id Session::save(const SaveQuery& query) {
  return post(kSave, [this, query](Id id, const Job& job) {
    const Exploration exploration =
        query.keepAttention ? query.what->heads->exploration() : Exploration{query.what->result, {}};
    const ViewState& state = query.view;
    saveRun(pathOf(query.path), exploration,
            {state.epsilon, state.includeQuery0, state.layer, state.head, state.json.toStdString()},
            query.keepAttention && !exploration.traces.empty(), job);
    deliver(id, [this, id, path = query.path] { emit saved(id, path); });
  });
}

Session::Id Session::copyRun(const QString& runFile, const QString& path) {
  return post(kSave, [this, runFile, path](Id id, const Job&) {
    std::error_code error;
    std::filesystem::copy_file(pathOf(runFile), pathOf(path), std::filesystem::copy_options::overwrite_existing, error);
    if (error) throw Error(path.toStdString() + " cannot be written: " + error.message() + ".");
    deliver(id, [this, id, path] { emit saved(id, path); });
  });
}

template <typename Result>
Session::Id Session::save(const ShownPtr<Result>& what, const QString& look, const QString& path) {
  return post(kSave, [this, what, look, path](Id id, const Job& job) {
    saveResult(pathOf(path), *what->result, look.toStdString(), job);
    deliver(id, [this, id, path] { emit saved(id, path); });
  });
}
template Session::Id Session::save(const PerturbedPtr& what, const QString& look, const QString& path);
template Session::Id Session::save(const AblatedPtr& what, const QString& look, const QString& path);
template Session::Id Session::save(const SweptPtr& what, const QString& look, const QString& path);
template Session::Id Session::save(const InfluencedPtr& what, const QString& look, const QString& path);
template Session::Id Session::save(const CollapsedPtr& what, const QString& look, const QString& path);
template Session::Id Session::save(const RobustnessPtr& what, const QString& look, const QString& path);
template Session::Id Session::save(const ReportedPtr& what, const QString& look, const QString& path);
template Session::Id Session::save(const ProbedPtr& what, const QString& look, const QString& path);
template Session::Id Session::save(const ScannedPtr& what, const QString& look, const QString& path);

Session::Id Session::rerun(const QString& runFile) {
  return post(kRerun, [this, runFile](Id id, const Job& job) {
    const auto comparison = std::make_shared<const RunComparison>(rerunAndCompare(pathOf(runFile), {}, job));
    deliver(id, [this, id, runFile, comparison] { emit ranAgain(id, runFile, comparison); });
  });
}

}  // namespace sinkscope
