#include "app/compare_views.h"

#include "app/change_figures.h"
#include "app/compare_parts.h"
#include "core/analysis/collapse.h"
#include "core/analysis/explore.h"
#include "core/analysis/influence.h"
#include "core/analysis/perturbation.h"

#include <QObject>
#include <QStringList>
#include <algorithm>
#include <cmath>

namespace sinkscope {
namespace {

RunMap runMapOf(const ComparePart& part, bool ofHeads) {
  const Matrix& matrix = part.map.values;
  RunMap map;
  map.layers = part.layers;
  if (matrix.empty()) return map;
  map.values = Array<float, 2>({static_cast<std::size_t>(matrix.rows), static_cast<std::size_t>(matrix.columns)});
  std::ranges::copy(matrix.values, map.values.data());
  for (const QString& token : part.map.columns)
    if (!ofHeads) map.tokens.push_back(token.toStdString());
  return map;
}

/// Tokens that both have at a place are named once.
QStringList namesOf(const LayerMapData& a, const LayerMapData& b, const MapDifference& minus) {
  QStringList names;
  if (a.columns.isEmpty()) return names;
  for (std::size_t i = 0; i < minus.values.extent(1); ++i) {
    const QString mine = a.columns.value(static_cast<qsizetype>(minus.columnA + i));
    const QString theirs = b.columns.value(static_cast<qsizetype>(minus.columnB + i));
    names << (mine == theirs ? mine : QStringLiteral("%1 | %2").arg(mine, theirs));
  }
  return names;
}

void addDifference(const std::vector<ComparePart>& parts, const CompareLook& look, CompareViews& views) {
  const auto count = static_cast<int>(parts.size());
  const ComparePart& a = parts[static_cast<std::size_t>(std::clamp(look.minuend, 0, count - 1))];
  const ComparePart& b = parts[static_cast<std::size_t>(std::clamp(look.subtrahend, 0, count - 1))];
  const QString nameA = compareLetter(look.minuend), nameB = compareLetter(look.subtrahend);
  views.minus =
      difference(runMapOf(a, views.ofHeads), runMapOf(b, views.ofHeads), nameA.toStdString(), nameB.toStdString());
  if (views.minus.values.empty()) return;
  LayerMapData map;
  map.values = {static_cast<int>(views.minus.values.extent(0)), static_cast<int>(views.minus.values.extent(1)), {}};
  map.values.values.assign(views.minus.values.values().begin(), views.minus.values.values().end());
  map.rows = a.map.rows;
  map.columns = namesOf(a.map, b.map, views.minus);
  map.title = QStringLiteral("%1 − %2").arg(nameA, nameB);
  views.difference.maps = {std::move(map)};
  const double limit = views.minus.limit > 0.0 ? views.minus.limit : 1.0;
  views.difference.scale = {.map = ColourMap::Diverging, .minimum = -limit, .maximum = limit};
  views.difference.scaleLabel = QStringLiteral("%1 − %2, %3").arg(nameA, nameB, views.scaleLabel);
  views.difference.xTitle = views.xTitle;
  views.difference.yTitle = views.yTitle;
}

void addCurves(const ComparedRuns& runs, std::vector<ComparePart>& parts, const CompareKind& kind,
               CompareViews& views) {
  views.hasDepths = std::ranges::any_of(parts, [&](const ComparePart& part) { return part.layers != parts[0].layers; });
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Curve curve = std::move(parts[i].curve);
    const auto deep = [&](std::vector<double>& places) {
      for (double& x : places)
        if (views.hasDepths) x = relativeDepth(x - kind.firstLayer, parts[i].layers);
    };
    deep(parts[i].rowX);
    views.rowX.push_back(std::move(parts[i].rowX));
    if (curve.y.empty()) continue;
    if (curve.x.empty())
      for (std::size_t layer = 0; layer < curve.y.size(); ++layer) curve.x.push_back(static_cast<double>(layer));
    deep(curve.x);
    curve.name = compareName(runs, static_cast<int>(i));
    curve.role = curveRole(i);
    curve.line.reset();
    curve.marked = curve.size() <= kMostMarked;
    views.curves.data.curves.push_back(std::move(curve));
  }
  views.curves.data.x.title = views.hasDepths ? kind.depthTitle : kind.curveX;
  views.curves.data.y = kind.curveY;
}

}  // namespace

CompareViews compareViews(const ComparedRuns& runs, const CompareLook& look) {
  CompareViews views;
  if (!runs.isAlike()) {
    views.minus.note = runs.runs.front().content.index() == 0
                           ? "The views of such runs do not lie beside each other; their settings and numbers do."
                           : "The runs are of different kinds: only their settings and numbers lie beside each other.";
    return views;
  }
  const CompareKind kind = compareKind(runs, look);
  std::vector<ComparePart> parts;
  for (const ComparedRun& run : runs.runs) parts.push_back(comparePart(run, look));
  views.ofHeads = kind.ofHeads;
  views.scaleLabel = kind.scaleLabel;
  views.xTitle = kind.xTitle;
  views.yTitle = kind.yTitle;
  addDifference(parts, look, views);
  addCurves(runs, parts, kind, views);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    LayerMapData& map = parts[i].map;
    map.title = map.title.isEmpty() ? compareName(runs, static_cast<int>(i))
                                    : QStringLiteral("%1 · %2").arg(compareName(runs, static_cast<int>(i)), map.title);
    views.maps.push_back(std::move(map));
  }
  if (!views.ofHeads) views.scale = changeScale(largestOf(views.maps), look.logarithmic);
  views.curves.conventions = views.difference.conventions = compareConventions(runs, look);
  return views;
}

QString compareLetter(int run) {
  return QString(QChar('A' + run));
}

QString compareName(const ComparedRuns& runs, int run) {
  return QStringLiteral("%1 %2").arg(compareLetter(run),
                                     QString::fromStdString(runs.runs[static_cast<std::size_t>(run)].name()));
}

QString compareCaption(const ComparedRun& run) {
  const RunSummary& summary = run.card.summary;
  QStringList words;
  if (!summary.model.empty()) words << QString::fromStdString(summary.model);
  if (summary.bos == "with") words << QObject::tr("with <bos>");
  if (summary.bos == "without") words << QObject::tr("without <bos>");
  if (summary.tokens > 0) words << QObject::tr("T %1").arg(summary.tokens);
  if (summary.prompts > 1) words << QObject::tr("%1 prompts").arg(summary.prompts);
  if (!summary.text.empty()) words << QString::fromStdString(summary.text.substr(0, summary.text.find('\n')));
  return words.join(QStringLiteral(" · "));
}

std::vector<NamedTraining> comparedTrainings(const ComparedRuns& runs) {
  std::vector<NamedTraining> trainings;
  for (std::size_t i = 0; i < runs.runs.size() && runs.isAlike(); ++i)
    if (const auto* log = std::get_if<TrainingLogPtr>(&runs.runs[i].content))
      trainings.push_back({compareName(runs, static_cast<int>(i)), *log});
  return trainings;
}

QString compareConventions(const ComparedRuns& runs, const CompareLook& look) {
  QStringList words;
  if (runs.isAlike() && compareKind(runs, look).hasEpsilon)
    words << QObject::tr("ε %1 · query 0 %2")
                 .arg(look.epsilon, 0, 'g', 3)
                 .arg(look.includeQuery0 ? QObject::tr("included") : QObject::tr("left out"));
  for (std::size_t i = 0; i < runs.runs.size(); ++i) {
    const RunSummary& summary = runs.runs[i].card.summary;
    QString run = compareLetter(static_cast<int>(i)) + QStringLiteral(": ") + QString::fromStdString(summary.model);
    if (summary.tokens > 0) run += QObject::tr(", T %1").arg(summary.tokens);
    if (summary.bos == "with" || summary.bos == "without")
      run += QObject::tr(", %1 <bos>").arg(QString::fromStdString(summary.bos));
    words << run;
  }
  return words.join(QStringLiteral(" · "));
}

}  // namespace sinkscope
