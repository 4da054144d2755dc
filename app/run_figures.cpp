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
#include "core/analysis/explore.h"
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
  Look(const std::string& json, const FigureChoice& choice)
      : saved_(QJsonDocument::fromJson(QByteArray::fromStdString(json)).object()), choice_(choice) {}

  double epsilon() const { return choice_.epsilon.value_or(saved_["epsilon"].toDouble(Inputs().epsilon)); }
  bool includeQuery0() const {
    return choice_.includeQuery0.value_or(saved_["include_query_0"].toBool(Inputs().includeQuery0));
  }
  ChangeNorm norm() const {
    return changeNormNamed(choice_.norm.empty() ? saved_["norm"].toString(Inputs().changeNorm).toStdString()
                                                : choice_.norm);
  }
  CollapseMeasure measure() const {
    return collapseMeasureNamed(choice_.measure.empty() ? saved_["measure"].toString()
                                                        : QString::fromStdString(choice_.measure));
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
  const FigureChoice& choice_;
};

/// The head that was asked for. Throws `Error` where there is none.
HeadChoice headChoice(const ExploreResult& result, const FigureChoice& choice, const Look& look) {
  const auto [layer, head] = result.strongestHead();
  const HeadChoice chosen{choice.prompt, choice.layer.value_or(layer), choice.head.value_or(head),
                          look.flag("hide_sink", false), look.flag("logarithmic", false)};
  const ModelConfig& config = result.model.config;
  if (chosen.layer < 0 || chosen.layer >= config.layers || chosen.head < 0 || chosen.head >= config.heads)
    throw Error("There is no head " + std::to_string(chosen.head) + " of layer " + std::to_string(chosen.layer) +
                "; the model has " + std::to_string(config.layers) + " layers of " + std::to_string(config.heads) +
                " heads.");
  if (chosen.prompt < 0 || static_cast<std::size_t>(chosen.prompt) >= result.prompts.size())
    throw Error("There is no prompt " + std::to_string(chosen.prompt) + ", of " +
                std::to_string(result.prompts.size()) + " counted from 0.");
  return chosen;
}

std::vector<PageFigure> exploreFigures(const std::filesystem::path& run, FigureChoice choice) {
  const std::unique_ptr<RunFile> file = RunFile::open(run);
  const ExploreResult& result = *file->result();
  const RunView& view = file->view();
  const Look look(view.json, choice);
  choice.layer = choice.layer.value_or(view.layer);
  choice.head = choice.head.value_or(view.head);
  const HeadChoice chosen = headChoice(result, choice, look);
  std::optional<HeadPicture> picture;
  const auto prompt = static_cast<std::size_t>(chosen.prompt);
  if (file->hasAttention(prompt)) picture = headPicture(file->head(prompt, chosen.layer, chosen.head), chosen);
  return resultFigures(result, picture, choice.epsilon.value_or(view.epsilon),
                       choice.includeQuery0.value_or(view.includeQuery0), look.flag("sorted", false));
}

std::vector<PageFigure> trainFigures(const std::filesystem::path& run, const FigureChoice& choice) {
  const auto log = std::make_shared<const TrainingLog>(readTrainingLog(run));
  TrainingLook look;
  look.epsilon = choice.epsilon.value_or(look.epsilon);
  return trainingFigures({{QString::fromStdString(log->start.name), log}}, look, log->measures.size(),
                         HeadMeasure::Share);
}

template <typename Result>
std::vector<PageFigure> resultFileFigures(const std::filesystem::path& run, const FigureChoice& choice) {
  const auto saved = openResult<Result>(run);
  return figuresOf(*saved.result, choice, saved.look);
}

}  // namespace

std::vector<PageFigure> figuresOf(const Exploration& exploration, const FigureChoice& choice, const std::string& json) {
  const ExploreResult& result = *exploration.result;
  const Look look(json, choice);
  const HeadChoice chosen = headChoice(result, choice, look);
  const auto prompt = static_cast<std::size_t>(chosen.prompt);
  std::optional<HeadPicture> picture;
  if (prompt < exploration.traces.size() && exploration.traces[prompt] && exploration.traces[prompt]->hasAttention())
    picture = headPicture(exploration.traces[prompt]->head(chosen.layer, chosen.head), chosen);
  return resultFigures(result, picture, look.epsilon(), look.includeQuery0(), look.flag("sorted", false));
}

std::vector<PageFigure> figuresOf(const PerturbResult& result, const FigureChoice& choice, const std::string& json) {
  const Look look(json, choice);
  return perturbFigures(result, look.norm(), look.flag("logarithmic", true));
}

std::vector<PageFigure> figuresOf(const SweepResult& result, const FigureChoice& choice, const std::string& json) {
  const Look look(json, choice);
  const std::size_t places = result.maps.front().places() - 1;
  return sweepFigures(result, look.norm(), look.flag("logarithmic", true), look.index("place", places));
}

std::vector<PageFigure> figuresOf(const InfluenceRun& result, const FigureChoice& choice, const std::string& json) {
  const Look look(json, choice);
  const QString map = look.word("map"), sums = look.word("path_sums");
  return influenceFigures(result, map.isEmpty() ? InfluenceMeasure::Measured : influenceMeasureNamed(map),
                          sums.isEmpty() ? InfluenceMeasure::Rollout : influenceMeasureNamed(sums), firstRow(result));
}

std::vector<PageFigure> figuresOf(const CollapseRun& result, const FigureChoice& choice, const std::string& json) {
  const Look look(json, choice);
  return collapseFigures(result, look.measure(), {look.epsilon(), look.includeQuery0()});
}

std::vector<PageFigure> figuresOf(const ProbeRun& result, const FigureChoice&, const std::string&) {
  return probeFigures(result, static_cast<std::size_t>(result.model.config.layers) / 2 + 1);
}

std::vector<PageFigure> figuresOf(const NoOpResult& result, const FigureChoice& choice, const std::string&) {
  HeadClassBounds bounds = result.request.bounds;
  bounds.rest = choice.epsilon.value_or(bounds.rest);
  return scanFigures(result, bounds);
}

std::vector<PageFigure> figuresOf(const AblationResult& result, const FigureChoice& choice, const std::string& json) {
  return ablationFigures(result, Look(json, choice).epsilon());
}

std::vector<PageFigure> figuresOf(const RobustnessResult& result, const FigureChoice&, const std::string&) {
  return robustnessFigures(result);
}

std::vector<PageFigure> figuresOf(const ReportResult& result, const FigureChoice&, const std::string&) {
  return reportFigures(result);
}

std::vector<PageFigure> runFigures(const std::filesystem::path& run, const FigureChoice& choice) {
  const std::string kind = runKind(run);
  if (kind == "explore") return exploreFigures(run, choice);
  if (kind == "train") return trainFigures(run, choice);
  if (kind == "perturb") return resultFileFigures<PerturbResult>(run, choice);
  if (kind == "sweep") return resultFileFigures<SweepResult>(run, choice);
  if (kind == "influence") return resultFileFigures<InfluenceRun>(run, choice);
  if (kind == "collapse") return resultFileFigures<CollapseRun>(run, choice);
  if (kind == "probe") return resultFileFigures<ProbeRun>(run, choice);
  if (kind == "noop") return resultFileFigures<NoOpResult>(run, choice);
  if (kind == "ablate") return resultFileFigures<AblationResult>(run, choice);
  if (kind == "robustness") return resultFileFigures<RobustnessResult>(run, choice);
  if (kind == "report") return resultFileFigures<ReportResult>(run, choice);
  throw Error(run.string() + ": there are no figures of a run of the kind '" + kind + "'.");
}

}  // namespace sinkscope
