#include "app/influence_figures.h"

#include "app/figure_origin.h"
#include "app/figures.h"
#include "core/analysis/condition.h"
#include "core/analysis/perturbation.h"

#include <QObject>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <utility>

namespace sinkscope {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// How far below its largest value a map still tells influences apart.
constexpr double kDepth = 1e-4;

struct MeasureTexts {
  const char* name;
  const char* title;
};

MeasureTexts textsOf(InfluenceMeasure measure) {
  switch (measure) {
    case InfluenceMeasure::Measured:
      return {"measured", QT_TR_NOOP("measured ‖∂vⱼ/∂vᵢ‖")};
    case InfluenceMeasure::Rollout:
      return {"rollout", QT_TR_NOOP("rollout, share of its row")};
    case InfluenceMeasure::Bound:
      return {"bound", QT_TR_NOOP("bound, share of its row")};
  }
  return {};
}

QString text(const std::string& words) {
  return QString::fromStdString(words);
}

Condition conditionOf(const InfluenceResult& result) {
  return result.request.bos ? Condition::Bos : Condition::NoBos;
}

QString conditionWords(const InfluenceResult& result) {
  return text(conditionTitle(conditionOf(result), result.bosText));
}

/// <bos> is the sink's amber on all pages.
ColourRole roleOf(const InfluenceResult& result) {
  return result.request.bos ? ColourRole::Sink : ColourRole::First;
}

QString placeWords(std::int64_t layersBefore) {
  return layersBefore == 0 ? QObject::tr("the embedding") : QObject::tr("layer %1").arg(layersBefore - 1);
}

QString tokenWords(const InfluenceResult& result, std::size_t token) {
  return QObject::tr("“%1”").arg(text(visibleText(result.tokens[token])));
}

QString rowName(const InfluenceResult& result, std::size_t row) {
  if (showsMatrix(result)) return text(visibleText(result.tokens[rowOf(result, row).query]));
  const std::vector<std::string> names = placeNames(static_cast<std::size_t>(result.model.config.layers) + 2);
  return text(names[static_cast<std::size_t>(result.from) + row]);
}

LayerMapData mapOf(const InfluenceResult& result, InfluenceMeasure measure) {
  const std::size_t rows = rowCount(result), tokens = result.tokens.size();
  LayerMapData data;
  data.values = {static_cast<int>(rows), static_cast<int>(tokens), std::vector<float>(rows * tokens, kNaN)};
  for (std::size_t row = 0; row < rows; ++row) {
    data.rows << rowName(result, row);
    const std::vector<double> values = rowOf(result, row).values(measure);
    std::ranges::copy(values, data.values.values.begin() + static_cast<std::ptrdiff_t>(row * tokens));
  }
  data.columns = tokenLabels(result.tokens);
  data.title = conditionWords(result);
  if (!showsMatrix(result)) data.marked = static_cast<int>(result.query);
  if (result.request.bos) data.sink = 0;
  return data;
}

Curve shareCurve(const QString& name, ColourRole role, std::vector<double> shares) {
  return {.name = name, .y = std::move(shares), .role = role, .marked = true};
}

Curve measuredCurve(const InfluenceRow& row) {
  const double sum = std::accumulate(row.measured.begin(), row.measured.end(), 0.0);
  Curve curve = shareCurve(QObject::tr("measured"), ColourRole::Strong, {});
  for (std::size_t token = 0; token <= row.query; ++token) {
    curve.y.push_back(row.measured[token] / sum);
    if (row.standardError.empty() || std::isnan(row.standardError[token])) continue;
    curve.lower.push_back(std::max(0.0, row.measured[token] - row.standardError[token]) / sum);
    curve.upper.push_back((row.measured[token] + row.standardError[token]) / sum);
  }
  return curve;
}

/// [start]: share of the measured influence on the query that is not token 0's.
std::vector<double> measuredLeft(const InfluenceResult& result) {
  std::vector<double> left;
  for (std::size_t start = 0; start < result.measured.extent(0); ++start) {
    const std::span<const double> row = result.measured.row(start);
    left.push_back(1.0 - row.front() / std::accumulate(row.begin(), row.end(), 0.0));
  }
  return left;
}

/// Of values [start], over the number of layers between: the last start is one layer away.
Curve depthCurve(const QString& name, ColourRole role, std::vector<double> values) {
  Curve curve{.name = name, .role = role};
  std::ranges::reverse(values);
  for (std::size_t i = 0; i < values.size(); ++i) curve.x.push_back(static_cast<double>(i) + 1.0);
  curve.y = std::move(values);
  return curve;
}

}  // namespace

QString influenceMeasureTitle(InfluenceMeasure measure) {
  return QObject::tr(textsOf(measure).title);
}

QString influenceMeasureName(InfluenceMeasure measure) {
  return QString::fromLatin1(textsOf(measure).name);
}

InfluenceMeasure influenceMeasureNamed(const QString& name) {
  const auto found = std::ranges::find(kInfluenceMeasures, name, influenceMeasureName);
  return found == kInfluenceMeasures.end() ? kInfluenceMeasures.front() : *found;
}

QString rowTitle(const InfluenceResult& result, std::size_t row) {
  const std::int64_t from = showsMatrix(result) ? result.from : result.from + static_cast<std::int64_t>(row);
  return QObject::tr("from %1 on %2").arg(placeWords(from), tokenWords(result, rowOf(result, row).query));
}

LayerMapFigure influenceMaps(const InfluenceRun& run, InfluenceMeasure measure) {
  LayerMapFigure figure;
  for (const InfluenceResult& result : run.results) {
    figure.maps.push_back(mapOf(result, measure));
    for (const float value : figure.maps.back().values.values)
      if (value > figure.scale.maximum) figure.scale.maximum = value;
  }
  figure.scale.logarithmic = true;
  figure.scale.minimum = kDepth * figure.scale.maximum;
  figure.scaleLabel = influenceMeasureTitle(measure);
  figure.yTitle = showsMatrix(run) ? QObject::tr("influenced token") : QObject::tr("from layer");
  figure.conventions = influenceConventions(run);
  return figure;
}

CurveFigure tokenCurves(const InfluenceResult& result, std::size_t row) {
  CurveFigure figure;
  const InfluenceRow shown = rowOf(result, row);
  std::vector<double> rest(shown.bound.begin(), shown.bound.end());
  rest.front() = -std::numeric_limits<double>::infinity();
  figure.data.curves = {measuredCurve(shown),
                        shareCurve(QObject::tr("rollout"), ColourRole::First, rowShares(shown.rollout)),
                        shareCurve(QObject::tr("bound"), ColourRole::Second, rowShares(shown.bound)),
                        shareCurve(QObject::tr("bound, no sink"), ColourRole::Third, rowShares(rest))};
  figure.data.x.title = QObject::tr("token");
  figure.data.y = {.title = QObject::tr("share of the row"), .logarithmic = true};
  figure.conventions =
      QStringLiteral("%1 · %2 · %3").arg(conditionWords(result), rowTitle(result, row), text(result.model.name));
  return figure;
}

ScatterFigure influenceScatter(const InfluenceRun& run, InfluenceMeasure sums, std::size_t row) {
  ScatterFigure figure;
  for (const InfluenceResult& result : run.results)
    figure.data.classes.push_back({conditionWords(result), roleOf(result)});
  for (const InfluencePoint& point : influencePoints(run, row)) {
    const InfluenceResult& result = run.results[point.condition];
    const InfluenceRow values = rowOf(result, point.row);
    figure.data.x.push_back(values.sums(sums)[point.token] / std::log(10.0));
    figure.data.y.push_back(values.measured[point.token]);
    figure.data.classOf.push_back(static_cast<int>(point.condition));
    figure.data.labels
        << QObject::tr("%1 on %2").arg(tokenWords(result, point.token), tokenWords(result, values.query));
  }
  figure.data.xAxis.title =
      sums == InfluenceMeasure::Bound ? QObject::tr("bound up to its constant, log₁₀") : QObject::tr("rollout, log₁₀");
  figure.data.yAxis = {.title = influenceMeasureTitle(InfluenceMeasure::Measured), .logarithmic = true};
  figure.conventions = correlationWords(run, sums, row) + QStringLiteral(" · ") + influenceConventions(run);
  return figure;
}

QString correlationWords(const InfluenceRun& run, InfluenceMeasure sums, std::size_t row) {
  QStringList words;
  for (const InfluenceResult& result : run.results)
    words << QObject::tr("%1 %2").arg(rankCorrelation(result, sums, row), 0, 'f', 2).arg(conditionWords(result));
  return QObject::tr("rank correlation %1").arg(words.join(QStringLiteral(", ")));
}

CurveFigure depthCurves(const InfluenceRun& run) {
  CurveFigure figure;
  for (const InfluenceResult& result : run.results) {
    const bool bos = result.request.bos;
    std::vector<double> left;
    for (const double log : result.sinkLogRatio) left.push_back(std::exp(log));
    Curve bound =
        depthCurve(bos ? QObject::tr("bound, with") : QObject::tr("bound, without"), roleOf(result), std::move(left));
    bound.line = Qt::SolidLine;
    bound.marked = true;
    Curve measured = depthCurve(bos ? QObject::tr("measured, with") : QObject::tr("measured, without"), roleOf(result),
                                measuredLeft(result));
    measured.line = Qt::DashLine;
    figure.data.curves.push_back(std::move(bound));
    figure.data.curves.push_back(std::move(measured));
  }
  figure.data.x.title = QObject::tr("layers between");
  figure.data.y = {.title = QObject::tr("left without token 0"), .logarithmic = true};
  figure.conventions = influenceConventions(run);
  return figure;
}

QString influenceConventions(const InfluenceRun& run) {
  const InfluenceResult& first = run.results.front();
  QStringList conditions;
  for (const InfluenceResult& result : run.results)
    conditions << QObject::tr("T %1 %2").arg(result.tokens.size()).arg(conditionWords(result));
  const QString to = first.request.finalNorm ? QObject::tr("the final norm") : placeWords(first.to);
  const QString how = first.exact()
                          ? QObject::tr("exact")
                          : QObject::tr("%1 probes, seed %2").arg(first.request.probes).arg(first.request.seed);
  const QString on = showsMatrix(first) ? QObject::tr("every token")
                                        : QObject::tr("%1 at %2")
                                              .arg(tokenWords(first, static_cast<std::size_t>(first.query)),
                                                   QString::number(first.query));
  return QObject::tr("%1 → %2 on %3 · %4 · %5 · %6")
      .arg(placeWords(first.from), to, on, how, conditions.join(QStringLiteral(" · ")), text(run.model.name));
}

std::vector<PageFigure> influenceFigures(const InfluenceRun& run, InfluenceMeasure map, InfluenceMeasure sums,
                                         std::size_t row) {
  const auto page = [&](const QString& name, const QString& title, const auto& figure) {
    return pageFigure(name, title,
                      QObject::tr("Model %1. Prompt: %2. %3")
                          .arg(text(run.model.name), text(run.results.front().request.prompt), figure.conventions),
                      figure);
  };
  const auto mapped = [&](InfluenceMeasure measure) {
    return page(QStringLiteral("influence-") + influenceMeasureName(measure), influenceMeasureTitle(measure),
                influenceMaps(run, measure));
  };
  std::vector<PageFigure> figures{mapped(map)};
  for (const InfluenceResult& result : run.results)
    figures.push_back(page(QStringLiteral("influence-tokens-") + text(std::string(conditionName(conditionOf(result)))),
                           QObject::tr("Influence %1, %2").arg(rowTitle(result, row), conditionWords(result)),
                           tokenCurves(result, row)));
  figures.push_back(page(QStringLiteral("influence-scatter"), QObject::tr("Path sums against the measurement"),
                         influenceScatter(run, sums, row)));
  figures.push_back(page(QStringLiteral("influence-depth"), QObject::tr("What the sink leaves"), depthCurves(run)));
  for (const InfluenceMeasure measure : kInfluenceMeasures)
    if (measure != map) figures.push_back(mapped(measure));
  return withOrigin(std::move(figures), "influence", run);
}

}  // namespace sinkscope
