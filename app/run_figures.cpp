#include "app/run_figures.h"

#include "app/ablation_figures.h"
#include "app/collapse_figures.h"
#include "app/document.h"
#include "app/figures.h"
#include "app/head_image.h"
#include "app/influence_figures.h"
#include "app/no_op_figures.h"
#include "app/perturb_figures.h"
#include "app/probe_figures.h"
#include "app/report_figures.h"
#include "app/robustness_figures.h"
#include "app/sweep_figures.h"
#include "app/training_figures.h"
#include "core/error.h"
#include "core/runs/result_file.h"
#include "core/runs/run_file.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

namespace sinkscope {
namespace {

/// How a page looked, with what is asked for in its place.
class Look {
 public:
  Look(const std::string& json, const RunFigureOptions& options)
      : saved_(QJsonDocument::fromJson(QByteArray::fromStdString(json)).object()), options_(options) {}

  double epsilon() const { return options_.epsilon.value_or(saved_["epsilon"].toDouble(Inputs().epsilon)); }
  bool includeQuery0() const {
    return options_.includeQuery0.value_or(saved_["include_query_0"].toBool(Inputs().includeQuery0));
  }
  ChangeNorm norm() const {
    const QString saved = saved_["norm"].toString(Inputs().changeNorm);
    return changeNormNamed((options_.norm.isEmpty() ? saved : options_.norm).toStdString());
  }
  CollapseMeasure measure() const {
    return collapseMeasureNamed(options_.measure.isEmpty() ? saved_["measure"].toString() : options_.measure);
  }
  bool flag(const char* name, bool otherwise) const { return saved_[QLatin1String(name)].toBool(otherwise); }
  QString word(const char* name) const { return saved_[QLatin1String(name)].toString(); }
  /// Below `count`; the last of them where the file says nothing.
  std::size_t index(const char* name, std::size_t count) const {
    const int saved = saved_[QLatin1String(name)].toInt(static_cast<int>(count) - 1);
    return std::min(static_cast<std::size_t>(std::max(0, saved)), count - 1);
  }

 private:
  QJsonObject saved_;
  const RunFigureOptions& options_;
};

std::vector<PageFigure> exploreFigures(const std::filesystem::path& run, const RunFigureOptions& options) {
  const std::unique_ptr<RunFile> file = RunFile::open(run);
  const ExploreResult& result = *file->result();
  const RunView& view = file->view();
  const Look look(view.json, options);
  const double epsilon = options.epsilon.value_or(view.epsilon);
  const bool includeQuery0 = options.includeQuery0.value_or(view.includeQuery0);
  const int layer = options.layer.value_or(view.layer), head = options.head.value_or(view.head);
  const ModelConfig& config = result.model.config;
  if (layer < 0 || layer >= config.layers || head < 0 || head >= config.heads)
    throw Error(run.string() + ": there is no head " + std::to_string(head) + " of layer " + std::to_string(layer) +
                "; the model has " + std::to_string(config.layers) + " layers of " + std::to_string(config.heads) +
                " heads.");
  std::optional<HeadPicture> picture;
  const auto prompt = static_cast<std::size_t>(std::max(0, options.prompt));
  if (prompt >= result.prompts.size())
    throw Error(run.string() + ": there is no prompt " + std::to_string(options.prompt) + ", of " +
                std::to_string(result.prompts.size()) + " counted from 0.");
  if (file->hasAttention(prompt)) {
    const HeadChoice choice{options.prompt, layer, head, look.flag("hide_sink", false),
                            look.flag("logarithmic", false)};
    picture = headPicture(file->head(prompt, layer, head), choice);
  }
  return resultFigures(result, picture, epsilon, includeQuery0, look.flag("sorted", false));
}

std::vector<PageFigure> trainFigures(const std::filesystem::path& run, const RunFigureOptions& options) {
  const auto log = std::make_shared<const TrainingLog>(readTrainingLog(run));
  TrainingLook look;
  look.epsilon = options.epsilon.value_or(look.epsilon);
  return trainingFigures({{QString::fromStdString(log->start.name), log}}, look, log->measures.size(),
                         HeadMeasure::Share);
}

}  // namespace

std::vector<PageFigure> runFigures(const std::filesystem::path& run, const RunFigureOptions& options) {
  const std::string kind = runKind(run);
  if (kind == "explore") return exploreFigures(run, options);
  if (kind == "train") return trainFigures(run, options);
  if (kind == "perturb") {
    const auto saved = openResult<PerturbResult>(run);
    const Look look(saved.look, options);
    return perturbFigures(*saved.result, look.norm(), look.flag("logarithmic", true));
  }
  if (kind == "sweep") {
    const auto saved = openResult<SweepResult>(run);
    const Look look(saved.look, options);
    // The residual stream after the last layer, where the page showed no other place.
    const std::size_t places = saved.result->maps.front().places() - 1;
    return sweepFigures(*saved.result, look.norm(), look.flag("logarithmic", true), look.index("place", places));
  }
  if (kind == "influence") {
    const auto saved = openResult<InfluenceRun>(run);
    const Look look(saved.look, options);
    const QString sums = look.word("path_sums");
    return influenceFigures(*saved.result, influenceMeasureNamed(look.word("map")),
                            sums.isEmpty() ? InfluenceMeasure::Rollout : influenceMeasureNamed(sums),
                            firstRow(*saved.result));
  }
  if (kind == "collapse") {
    const auto saved = openResult<CollapseRun>(run);
    const Look look(saved.look, options);
    return collapseFigures(*saved.result, look.measure(), {look.epsilon(), look.includeQuery0()});
  }
  if (kind == "probe") {
    const auto saved = openResult<ProbeRun>(run);
    const auto layers = static_cast<std::size_t>(saved.result->model.config.layers);
    return probeFigures(*saved.result, layers / 2 + 1);
  }
  if (kind == "noop") {
    const auto saved = openResult<NoOpResult>(run);
    HeadClassBounds bounds = saved.result->request.bounds;
    bounds.rest = options.epsilon.value_or(bounds.rest);
    return scanFigures(*saved.result, bounds);
  }
  if (kind == "ablate") {
    const auto saved = openResult<AblationResult>(run);
    return ablationFigures(*saved.result, Look(saved.look, options).epsilon());
  }
  if (kind == "robustness") return robustnessFigures(*openResult<RobustnessResult>(run).result);
  if (kind == "report") return reportFigures(*openResult<ReportResult>(run).result);
  throw Error(run.string() + ": there are no figures of a run of the kind '" + kind + "'.");
}

}  // namespace sinkscope
