#include "app/robustness_figures.h"

#include "app/change_figures.h"
#include "app/figure_origin.h"

#include <QObject>
#include <cmath>
#include <utility>

namespace sinkscope {
namespace {

constexpr std::size_t kBins = 8;

QString text(const std::string& words) {
  return QString::fromStdString(words);
}

CurveFigure curvesOf(const RobustnessResult& result, std::vector<double> RobustnessOutcome::*values,
                     const QString& title) {
  CurveFigure figure;
  for (std::size_t i = 0; i < result.outcomes.size(); ++i) {
    const RobustnessOutcome& outcome = result.outcomes[i];
    Curve curve{.name = text(conditionTitle(outcome.condition, result.bosText)),
                .role = roleOf(outcome.condition, i),
                .marked = true};
    for (const PositionBin& bin : binned(result, outcome.*values, kBins)) {
      curve.x.push_back(static_cast<double>(bin.begin + bin.end - 1) / 2.0);
      curve.y.push_back(bin.mean);
      curve.lower.push_back(bin.mean - bin.standardError);
      curve.upper.push_back(bin.mean + bin.standardError);
    }
    figure.data.curves.push_back(std::move(curve));
  }
  figure.data.x.title = QObject::tr("position of the swapped token");
  figure.data.y.title = title;
  figure.conventions = robustnessConventions(result);
  return figure;
}

}  // namespace

CurveFigure divergenceCurves(const RobustnessResult& result) {
  return curvesOf(result, &RobustnessOutcome::divergence, QObject::tr("KL of the predictions, nats a token"));
}

CurveFigure lossChangeCurves(const RobustnessResult& result) {
  return curvesOf(result, &RobustnessOutcome::lossChange, QObject::tr("change of the loss, nats a token"));
}

QString robustnessConventions(const RobustnessResult& result) {
  return QObject::tr("%1 swaps in %2 prompts · T %3 · bands: one standard error · %4")
      .arg(result.swaps.size())
      .arg(result.request.prompts.size())
      .arg(result.request.tokenLimit)
      .arg(text(result.model.name));
}

std::vector<PageFigure> robustnessFigures(const RobustnessResult& result) {
  const auto page = [&](const QString& name, const QString& title, const CurveFigure& figure) {
    return pageFigure(name, title, QObject::tr("Model %1. %2").arg(text(result.model.name), figure.conventions),
                      figure);
  };
  return withOrigin(
      {page(QStringLiteral("robustness-kl"), QObject::tr("Predictions behind a swapped token"),
            divergenceCurves(result)),
       page(QStringLiteral("robustness-loss"), QObject::tr("Loss behind a swapped token"), lossChangeCurves(result))},
      "robustness", result);
}

}  // namespace sinkscope
