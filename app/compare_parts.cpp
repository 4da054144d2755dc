#include "app/compare_parts.h"

#include "app/change_figures.h"
#include "app/collapse_figures.h"
#include "app/figures.h"
#include "app/influence_figures.h"
#include "app/perturb_figures.h"
#include "core/analysis/explore.h"

#include <QObject>
#include <algorithm>
#include <cmath>

namespace sinkscope {
namespace {

constexpr double kTop = 1.04;  // of an axis of shares: room for the marks at 1

QString text(std::string_view words) {
  return QString::fromUtf8(words.data(), static_cast<qsizetype>(words.size()));
}

const char* bosName(bool bos) {
  return bos ? "bos" : "no-bos";
}

/// The index of the condition of that name, else the first.
template <typename Conditions, typename NameOf>
std::size_t indexOf(const Conditions& conditions, const QString& name, const NameOf& nameOf) {
  const auto found = std::ranges::find_if(conditions, [&](const auto& one) { return text(nameOf(one)) == name; });
  return found == conditions.end() ? 0 : static_cast<std::size_t>(found - conditions.begin());
}

/// The same run under the one condition that is looked at.
PerturbResult alone(const PerturbResult& result, const CompareLook& look) {
  PerturbResult one = result;
  one.maps = {result.maps[indexOf(result.maps, look.condition,
                                  [](const PerturbMap& map) { return conditionName(map.condition); })]};
  return one;
}
template <typename Run>
Run alone(const Run& run, const CompareLook& look) {
  Run one = run;
  one.results = {run.results[indexOf(run.results, look.condition,
                                     [](const auto& result) { return bosName(result.request.bos); })]};
  return one;
}

ChangeNorm normOf(const CompareLook& look) {
  const auto found =
      std::ranges::find_if(kChangeNorms, [&](ChangeNorm norm) { return text(changeNormName(norm)) == look.measure; });
  return found == kChangeNorms.end() ? ChangeNorm::Relative : *found;
}

/// first, first + step, ...
std::vector<double> counted(int rows, double first, double step = 1.0) {
  std::vector<double> values(static_cast<std::size_t>(std::max(0, rows)));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = first + step * static_cast<double>(i);
  return values;
}

ComparePart partOf(const ExploreResult& result, const CompareLook& look) {
  ComparePart part;
  const std::vector<PromptShares> shares = result.shares();
  part.map.values = matrixOf(meanHeadShares(shares, 0, look.includeQuery0));
  part.curve.y = sinkRateByLayer(shares, look.epsilon, 0, look.includeQuery0);
  part.rowX = counted(part.map.values.rows, 0.0);
  part.layers = static_cast<std::size_t>(result.model.config.layers);
  return part;
}

ComparePart partOf(const PerturbResult& result, const CompareLook& look) {
  ComparePart part;
  const PerturbResult one = alone(result, look);
  part.map = changeMaps(one, normOf(look), look.logarithmic).maps.front();
  part.curve = spreadCurves(one, normOf(look)).data.curves.front();
  part.rowX = part.curve.x;
  part.layers = static_cast<std::size_t>(result.model.config.layers);
  return part;
}

ComparePart partOf(const InfluenceRun& run, const CompareLook& look) {
  ComparePart part;
  const InfluenceRun one = alone(run, look);
  part.map = influenceMaps(one, influenceMeasureNamed(look.measure)).maps.front();
  part.curve = depthCurves(one).data.curves.back();  // what was measured
  if (!showsMatrix(run)) part.rowX = counted(part.map.values.rows, part.map.values.rows, -1.0);
  part.layers = static_cast<std::size_t>(run.model.config.layers);
  return part;
}

ComparePart partOf(const CollapseRun& run, const CompareLook& look) {
  ComparePart part;
  const CollapseRun one = alone(run, look);
  const SinkSettings settings{look.epsilon, look.includeQuery0};
  part.map.values = matrixOf(meanHeadShares(std::span(&one.results.front().shares, 1), 0, look.includeQuery0));
  part.curve = measureCurves(one, collapseMeasureNamed(look.measure), settings).data.curves.front();
  part.map.title = part.curve.name;
  part.rowX = counted(part.map.values.rows, 0.0);
  part.layers = static_cast<std::size_t>(run.model.config.layers);
  return part;
}

ComparePart partOf(const TrainingLog& log, const CompareLook& look) {
  ComparePart part;
  part.layers = static_cast<std::size_t>(log.start.model.layers);
  if (log.measures.empty()) return part;
  const Array<float, 2>& shares = log.measures.back().alpha0;
  part.map.values = matrixOf(shares);
  part.rowX = counted(part.map.values.rows, 0.0);
  for (std::size_t layer = 0; layer < shares.extent(0); ++layer) {
    const auto heads = shares.row(layer);
    const auto above = std::ranges::count_if(heads, [&](float share) { return share > look.epsilon; });
    part.curve.y.push_back(static_cast<double>(above) / static_cast<double>(heads.size()));
  }
  return part;
}

CompareKind kindOfHeads() {
  CompareKind kind;
  kind.ofHeads = kind.hasEpsilon = true;
  kind.scaleLabel = QObject::tr("attention to the sink, α₀");
  kind.xTitle = QObject::tr("head");
  kind.curveY = {.title = QObject::tr("sink rate, heads above eps"), .maximum = kTop};
  return kind;
}

CompareKind kindOf(const ExploreResult&, const CompareLook&) {
  return kindOfHeads();
}

CompareKind kindOf(const PerturbResult& result, const CompareLook& look) {
  CompareKind kind;
  kind.scaleLabel = changeNormTitle(normOf(look));
  kind.curveY = spreadCurves(alone(result, look), normOf(look)).data.y;
  return kind;
}

CompareKind kindOf(const InfluenceRun& run, const CompareLook& look) {
  CompareKind kind;
  const InfluenceMeasure measure = influenceMeasureNamed(look.measure);
  kind.scaleLabel = influenceMeasureTitle(measure);
  kind.yTitle = influenceMaps(alone(run, look), measure).yTitle;
  kind.curveX = QObject::tr("layers between");
  kind.depthTitle = QObject::tr("layers between, (n − 1) / (L − 1)");
  kind.firstLayer = 1.0;
  kind.curveY = depthCurves(alone(run, look)).data.y;
  return kind;
}

CompareKind kindOf(const CollapseRun& run, const CompareLook& look) {
  CompareKind kind = kindOfHeads();
  kind.curveY = measureCurves(alone(run, look), collapseMeasureNamed(look.measure), {}).data.y;
  return kind;
}

CompareKind kindOf(const TrainingLog&, const CompareLook&) {
  return kindOfHeads();
}

/// `of(content)` of whatever the run holds.
template <typename Answer, typename Of>
Answer visited(const RunContent& content, const Of& of) {
  return std::visit(
      [&](const auto& held) -> Answer {
        if constexpr (std::is_same_v<std::decay_t<decltype(held)>, std::monostate>)
          return {};
        else
          return of(*held);
      },
      content);
}

template <typename Run>
void addConditions(const Run& run, std::vector<CompareChoice>& choices) {
  for (const auto& result : run.results) {
    const Condition condition = result.request.bos ? Condition::Bos : Condition::NoBos;
    choices.emplace_back(bosName(result.request.bos),
                         QString::fromStdString(conditionTitle(condition, result.bosText)));
  }
}

}  // namespace

CompareKind compareKind(const ComparedRuns& runs, const CompareLook& look) {
  return visited<CompareKind>(runs.runs.front().content, [&](const auto& held) { return kindOf(held, look); });
}

ComparePart comparePart(const ComparedRun& run, const CompareLook& look) {
  return visited<ComparePart>(run.content, [&](const auto& held) { return partOf(held, look); });
}

std::vector<CompareChoice> compareMeasures(const ComparedRuns& runs) {
  std::vector<CompareChoice> choices;
  const RunContent& content = runs.runs.front().content;
  if (!runs.isAlike()) return choices;
  if (std::holds_alternative<std::shared_ptr<const PerturbResult>>(content)) {
    choices.emplace_back(text(changeNormName(ChangeNorm::Relative)), changeNormTitle(ChangeNorm::Relative));
    for (const ChangeNorm norm : kChangeNorms)
      if (norm != ChangeNorm::Relative) choices.emplace_back(text(changeNormName(norm)), changeNormTitle(norm));
  } else if (std::holds_alternative<std::shared_ptr<const InfluenceRun>>(content)) {
    for (const InfluenceMeasure measure : kInfluenceMeasures)
      choices.emplace_back(influenceMeasureName(measure), influenceMeasureTitle(measure));
  } else if (std::holds_alternative<std::shared_ptr<const CollapseRun>>(content)) {
    for (const CollapseMeasure measure : kCollapseMeasures)
      choices.emplace_back(collapseMeasureName(measure), collapseMeasureTitle(measure));
  } else if (std::holds_alternative<std::shared_ptr<const TrainingLog>>(content)) {
    choices = {{QStringLiteral("curves"), QObject::tr("over the training")},
               {QStringLiteral("heads"), QObject::tr("heads at the end")}};
  }
  return choices;
}

std::vector<CompareChoice> compareConditions(const ComparedRuns& runs) {
  std::vector<CompareChoice> all, choices;
  for (const ComparedRun& run : runs.runs) {
    if (const auto* perturbed = std::get_if<std::shared_ptr<const PerturbResult>>(&run.content))
      for (const PerturbMap& map : (*perturbed)->maps)
        all.emplace_back(text(conditionName(map.condition)),
                         QString::fromStdString(conditionTitle(map.condition, (*perturbed)->bosText)));
    if (const auto* influenced = std::get_if<std::shared_ptr<const InfluenceRun>>(&run.content))
      addConditions(**influenced, all);
    if (const auto* collapsed = std::get_if<std::shared_ptr<const CollapseRun>>(&run.content))
      addConditions(**collapsed, all);
  }
  for (CompareChoice& choice : all)
    if (std::ranges::find(choices, choice.first, &CompareChoice::first) == choices.end())
      choices.push_back(std::move(choice));
  return choices;
}

}  // namespace sinkscope
