#include "app/collapse_figures.h"

#include "app/figure_origin.h"
#include "app/head_scatter.h"
#include "core/analysis/condition.h"

#include <QObject>
#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

namespace sinkscope {
namespace {

struct MeasureTexts {
  const char* name;
  const char* title;
  bool logarithmic;
};

MeasureTexts textsOf(CollapseMeasure measure) {
  switch (measure) {
    case CollapseMeasure::RelativeResidual:
      return {"relative-residual", QT_TR_NOOP("relative residual ‖V − 1mᵀ‖ / ‖V‖"), false};
    case CollapseMeasure::Residual:
      return {"residual", QT_TR_NOOP("residual ‖V − 1mᵀ‖"), true};
    case CollapseMeasure::DongResidual:
      return {"dong-residual", QT_TR_NOOP("Dong's residual ratio"), false};
    case CollapseMeasure::EffectiveRank:
      return {"effective-rank", QT_TR_NOOP("effective rank"), false};
    case CollapseMeasure::MatrixEntropy:
      return {"matrix-entropy", QT_TR_NOOP("matrix entropy in nats"), false};
    case CollapseMeasure::MeanCosine:
      return {"mean-cosine", QT_TR_NOOP("mean cosine of two tokens"), false};
    case CollapseMeasure::LastDistance:
      return {"last-distance", QT_TR_NOOP("distance of the last two tokens"), true};
    case CollapseMeasure::FirstNormRatio:
      return {"first-norm-ratio", QT_TR_NOOP("‖v₀‖ / median ‖v‖"), true};
    case CollapseMeasure::RowEntropy:
      return {"row-entropy", QT_TR_NOOP("row entropy in nats"), false};
    case CollapseMeasure::SinkRate:
      return {"sink-rate", QT_TR_NOOP("sink rate, heads above eps"), false};
  }
  return {};
}

QString text(const std::string& words) {
  return QString::fromStdString(words);
}

/// The measure as one of the curves of all tokens and of all but the first; null for the others.
std::vector<double> RankCurves::*rankCurve(CollapseMeasure measure) {
  switch (measure) {
    case CollapseMeasure::RelativeResidual:
      return &RankCurves::relativeResidual;
    case CollapseMeasure::Residual:
      return &RankCurves::residual;
    case CollapseMeasure::DongResidual:
      return &RankCurves::dongResidual;
    case CollapseMeasure::EffectiveRank:
      return &RankCurves::effectiveRank;
    case CollapseMeasure::MatrixEntropy:
      return &RankCurves::matrixEntropy;
    case CollapseMeasure::MeanCosine:
      return &RankCurves::meanCosine;
    default:
      return nullptr;
  }
}

std::vector<double> sinkRates(const CollapseResult& result, const SinkSettings& settings) {
  return sinkRateByLayer(std::span(&result.shares, 1), settings.epsilon, 0, settings.includeQuery0);
}

std::vector<double> otherCurve(const CollapseResult& result, CollapseMeasure measure, const SinkSettings& settings) {
  if (measure == CollapseMeasure::LastDistance) return result.lastDistance;
  if (measure == CollapseMeasure::FirstNormRatio) return result.firstNormRatio;
  if (measure == CollapseMeasure::RowEntropy) return result.rowEntropyByLayer();
  return sinkRates(result, settings);
}

/// The layers that the last values of a curve belong to: one value a place begins at -1, the embedding.
std::vector<double> layerAxis(const CollapseResult& result, std::size_t values) {
  const std::size_t layers = result.rowEntropy.extent(0);
  std::vector<double> x(values);
  for (std::size_t i = 0; i < values; ++i) x[i] = static_cast<double>(i) + static_cast<double>(layers) - values;
  return x;
}

QString conditionWords(const CollapseResult& result) {
  return text(conditionTitle(result.request.bos ? Condition::Bos : Condition::NoBos, result.bosText));
}

/// <bos> is the sink's amber on all pages.
ColourRole roleOf(const CollapseResult& result) {
  return result.request.bos ? ColourRole::Sink : ColourRole::First;
}

/// Over its largest value; the name says which that was.
Curve overMaximum(const CollapseResult& result, const QString& name, std::vector<double> values, ColourRole role) {
  double most = 0.0;
  for (const double value : values)
    if (value > most) most = value;
  Curve curve{.name = QObject::tr("%1, at most %2").arg(name).arg(most, 0, 'g', 3), .role = role};
  curve.x = layerAxis(result, values.size());
  for (double& value : values) value = most > 0.0 ? value / most : value;
  curve.y = std::move(values);
  return curve;
}

QString layerNote() {
  return QObject::tr(" · layer −1: embedding");
}

QString settingsWords(const SinkSettings& settings) {
  return QObject::tr("ε %1 · query 0 %2")
      .arg(settings.epsilon, 0, 'g', 3)
      .arg(settings.includeQuery0 ? QObject::tr("included") : QObject::tr("left out"));
}

Array<double, 2> restOf(const CollapseResult& result, const SinkSettings& settings) {
  return meanHeadShares(std::span(&result.shares, 1), 0, settings.includeQuery0);
}

}  // namespace

QString collapseMeasureTitle(CollapseMeasure measure) {
  return QObject::tr(textsOf(measure).title);
}

QString collapseMeasureName(CollapseMeasure measure) {
  return QString::fromLatin1(textsOf(measure).name);
}

CollapseMeasure collapseMeasureNamed(const QString& name) {
  const auto found = std::ranges::find(kCollapseMeasures, name, collapseMeasureName);
  return found == kCollapseMeasures.end() ? kCollapseMeasures.front() : *found;
}

CurveFigure measureCurves(const CollapseRun& run, CollapseMeasure measure, const SinkSettings& settings) {
  CurveFigure figure;
  const auto rank = rankCurve(measure);
  for (const CollapseResult& result : run.results) {
    Curve curve{.name = conditionWords(result), .role = roleOf(result), .line = Qt::SolidLine, .marked = true};
    curve.y = rank ? result.all.*rank : otherCurve(result, measure, settings);
    curve.x = layerAxis(result, curve.y.size());
    if (rank) {
      Curve rest = curve;
      rest.name = result.request.bos ? QObject::tr("with, no token 0") : QObject::tr("without, no token 0");
      rest.y = result.withoutFirst.*rank;
      rest.line = Qt::DashLine;
      rest.marked = false;
      figure.data.curves.push_back(std::move(curve));
      figure.data.curves.push_back(std::move(rest));
    } else {
      figure.data.curves.push_back(std::move(curve));
    }
  }
  figure.data.x.title = QObject::tr("layer");
  figure.data.y = {.title = collapseMeasureTitle(measure), .logarithmic = textsOf(measure).logarithmic};
  if (measure == CollapseMeasure::SinkRate) figure.data.y.maximum = 1.04;  // room for the marks at 1
  figure.conventions = collapseConventions(run, settings) + layerNote();
  return figure;
}

CurveFigure valleyCurves(const CollapseResult& result, const SinkSettings& settings) {
  CurveFigure figure;
  figure.data.curves = {
      overMaximum(result, QObject::tr("matrix entropy"), result.all.matrixEntropy, ColourRole::First),
      overMaximum(result, QObject::tr("heads above eps"), sinkRates(result, settings), ColourRole::Sink),
      overMaximum(result, QObject::tr("‖v₀‖ / median ‖v‖"), result.firstNormRatio, ColourRole::Second)};
  figure.data.x.title = QObject::tr("layer");
  figure.data.y = {.title = QObject::tr("fraction of the maximum"), .minimum = 0.0, .maximum = 1.04};
  figure.conventions = collapseConventions(result, settings) + layerNote();
  return figure;
}

ScatterFigure headScatter(const CollapseResult& result, const SinkSettings& settings) {
  return {headScatter(restOf(result, settings), result.drain, headBounds(settings.epsilon)),
          collapseConventions(result, settings)};
}

QString headLine(const CollapseResult& result, std::size_t layer, std::size_t head, const SinkSettings& settings) {
  return headLine(layer, head, share(result.shares, layer, head, 0, settings.includeQuery0), result.drain(layer, head),
                  headBounds(settings.epsilon));
}

const CollapseResult& conditionOf(const CollapseRun& run, bool bos) {
  const auto found =
      std::ranges::find(run.results, bos, [](const CollapseResult& result) { return result.request.bos; });
  return found == run.results.end() ? run.results.front() : *found;
}

QString collapseConventions(const CollapseResult& result, const SinkSettings& settings) {
  return QObject::tr("%1 · T %2 · %3 · %4")
      .arg(settingsWords(settings))
      .arg(result.tokens.size())
      .arg(conditionWords(result), text(result.model.name));
}

QString collapseConventions(const CollapseRun& run, const SinkSettings& settings) {
  QStringList conditions;
  for (const CollapseResult& result : run.results)
    conditions << QObject::tr("T %1 %2").arg(result.tokens.size()).arg(conditionWords(result));
  return QObject::tr("%1 · %2 · %3")
      .arg(settingsWords(settings), conditions.join(QStringLiteral(" · ")), text(run.model.name));
}

std::vector<PageFigure> collapseFigures(const CollapseRun& run, CollapseMeasure shown, const SinkSettings& settings) {
  const auto page = [&](const QString& name, const QString& title, const auto& figure) {
    return pageFigure(name, title,
                      QObject::tr("Model %1. Prompt: %2. %3")
                          .arg(text(run.model.name), text(run.results.front().request.prompt), figure.conventions),
                      figure);
  };
  const auto measured = [&](CollapseMeasure measure) {
    return page(collapseMeasureName(measure), collapseMeasureTitle(measure), measureCurves(run, measure, settings));
  };
  std::vector<PageFigure> figures{measured(shown)};
  for (const CollapseResult& result : run.results) {
    const QString condition = text(std::string(conditionName(result.request.bos ? Condition::Bos : Condition::NoBos)));
    figures.push_back(page(QStringLiteral("valley-") + condition,
                           QObject::tr("Compression valley, %1").arg(conditionWords(result)),
                           valleyCurves(result, settings)));
    figures.push_back(page(QStringLiteral("heads-") + condition,
                           QObject::tr("Rest and drain of the heads, %1").arg(conditionWords(result)),
                           headScatter(result, settings)));
  }
  for (const CollapseMeasure measure : kCollapseMeasures)
    if (measure != shown) figures.push_back(measured(measure));
  return withOrigin(std::move(figures), "collapse", run);
}

}  // namespace sinkscope
