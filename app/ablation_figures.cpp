#include "app/ablation_figures.h"

#include "app/change_figures.h"
#include "app/figure_origin.h"
#include "app/figures.h"

#include <QObject>
#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

namespace sinkscope {
namespace {

// Positions are gathered into so many means: one token's loss says little.
constexpr std::size_t kMeans = 16;

QString text(const std::string& words) {
  return QString::fromStdString(words);
}

ColourRole roleOf(std::size_t outcome) {
  return outcome == 0 ? ColourRole::Strong : curveRole(outcome - 1);
}

/// What a legend has room for: the notation.
QString shortName(const AblationResult& result, std::size_t outcome) {
  return outcome == 0 ? QObject::tr("untouched") : text(toString(result.request.interventions[outcome - 1]));
}

std::size_t outcomes(const AblationResult& result) {
  return 1 + result.changed.size();
}

QString promptText(const AblationResult& result) {
  return result.prompts.size() == 1 ? text(result.prompts.front().prompt)
                                    : QObject::tr("%1 prompts").arg(result.prompts.size());
}

QString modelAndPrompts(const AblationResult& result) {
  return QObject::tr("%1 · T %2 · %3")
      .arg(result.prompts.size() == 1 ? QObject::tr("1 prompt") : QObject::tr("%1 prompts").arg(result.prompts.size()))
      .arg(std::ranges::max(result.prompts, {}, [](const auto& prompt) { return prompt.tokens.size(); }).tokens.size())
      .arg(text(result.model.name));
}

}  // namespace

QStringList outcomeTitles(const AblationResult& result) {
  QStringList titles{QObject::tr("untouched")};
  for (const Intervention& one : result.request.interventions) titles << text(interventionTitle(one, result.bosText));
  return titles;
}

const AblationOutcome& outcomeOf(const AblationResult& result, std::size_t index) {
  return index == 0 ? result.untouched : result.changed[index - 1];
}

CurveFigure lossCurves(const AblationResult& result) {
  CurveFigure figure;
  for (std::size_t i = 0; i < outcomes(result); ++i) {
    const std::span<const double> losses = outcomeOf(result, i).lossAt;
    const std::size_t step = std::max<std::size_t>(1, (losses.size() + kMeans - 1) / kMeans);
    Curve curve{.name = shortName(result, i), .role = roleOf(i), .marked = true};
    for (std::size_t begin = 0; begin < losses.size(); begin += step) {
      const std::size_t count = std::min(step, losses.size() - begin);
      curve.x.push_back(static_cast<double>(begin) + static_cast<double>(count - 1) / 2.0);
      curve.y.push_back(meanOf(losses.subspan(begin, count)));
    }
    figure.data.curves.push_back(std::move(curve));
  }
  figure.data.x.title = QObject::tr("position in the text");
  figure.data.y.title = QObject::tr("loss in nats a token");
  figure.conventions = modelAndPrompts(result);
  return figure;
}

CurveFigure changeCurves(const AblationResult& result) {
  CurveFigure figure;
  for (std::size_t i = 0; i < outcomes(result); ++i) {
    const std::vector<double> change = meanOverPrompts(outcomeOf(result, i).change);
    figure.data.curves.push_back(
        {.name = shortName(result, i), .y = change, .role = roleOf(i), .x = layerAxis(change.size()), .marked = true});
  }
  figure.data.x.title = QObject::tr("layer");
  figure.data.y.title = QObject::tr("mean relative change behind a swap");
  figure.conventions = modelAndPrompts(result) + layerNote(result.untouched.change.extent(1));
  return figure;
}

LayerMapFigure shareMaps(const AblationResult& result, const std::vector<std::size_t>& which) {
  LayerMapFigure figure;
  const QStringList titles = outcomeTitles(result);
  for (const std::size_t outcome : which) {
    LayerMapData data;
    data.values = matrixOf(meanHeadShares(outcomeOf(result, outcome).share));
    data.title = titles[static_cast<int>(outcome)];
    figure.maps.push_back(std::move(data));
  }
  figure.scale.maximum = 1.0;
  figure.scaleLabel = QObject::tr("attention to the first token, α₀");
  figure.xTitle = QObject::tr("head");
  figure.conventions = modelAndPrompts(result);
  return figure;
}

QString ablationConventions(const AblationResult& result, double epsilon) {
  return text(describe(result.conventions(epsilon))) + QStringLiteral(" · ") + text(result.model.name);
}

std::vector<PageFigure> ablationFigures(const AblationResult& result, double epsilon) {
  const auto page = [&](const QString& name, const QString& title, const auto& figure) {
    return pageFigure(name, title,
                      QObject::tr("Model %1. Prompts: %2. %3")
                          .arg(text(result.model.name), promptText(result), ablationConventions(result, epsilon)),
                      figure);
  };
  std::vector<PageFigure> figures{
      page(QStringLiteral("loss"), QObject::tr("Loss against position"), lossCurves(result)),
      page(QStringLiteral("change"), QObject::tr("Spread of a swapped token"), changeCurves(result))};
  const QStringList titles = outcomeTitles(result);
  for (std::size_t i = 1; i < outcomes(result); ++i)
    figures.push_back(page(QStringLiteral("shares-%1").arg(i),
                           QObject::tr("Attention to the first token, %1").arg(titles[static_cast<int>(i)]),
                           shareMaps(result, {0, i})));
  if (outcomes(result) == 1)
    figures.push_back(
        page(QStringLiteral("shares"), QObject::tr("Attention to the first token"), shareMaps(result, {0})));
  return withOrigin(std::move(figures), "ablate", result);
}

}  // namespace sinkscope
