#include "app/sweep_figures.h"

#include "app/change_figures.h"
#include "app/figure_origin.h"
#include "app/figures.h"
#include "app/model_names.h"

#include <QObject>
#include <algorithm>
#include <cmath>

namespace sinkscope {
namespace {

QString text(const std::string& words) {
  return QString::fromStdString(words);
}

/// Of all places and conditions, so that the pictures of two places can be compared.
double largestChange(const SweepResult& result, ChangeNorm norm) {
  double most = 0.0;
  for (const SweepMap& map : result.maps)
    for (std::size_t place = 0; place < map.places(); ++place) {
      const Array<float, 2> change = changes(map, norm, place);
      for (const float value : change.values())
        if (value > most) most = value;
    }
  return most > 0.0 ? most : 1.0;
}

}  // namespace

LayerMapFigure sweepMaps(const SweepResult& result, ChangeNorm norm, bool logarithmic, std::size_t place) {
  LayerMapFigure figure;
  for (const SweepMap& map : result.maps) {
    LayerMapData data;
    data.values = matrixOf(changes(map, norm, place));
    data.columns = tokenLabels(map.tokens);
    data.rows = data.columns.mid(static_cast<qsizetype>(map.tokenOf(0)));
    data.title = text(conditionTitle(map.condition, result.bosText));
    if (map.tokens.front().special) data.sink = 0;
    figure.maps.push_back(std::move(data));
  }
  figure.scale = changeScale(largestChange(result, norm), logarithmic);
  figure.scaleLabel = changeNormTitle(norm);
  figure.yTitle = QObject::tr("swapped token");
  figure.conventions =
      placeWords(place, result.maps.front().places()) + QStringLiteral(" · ") + sweepConventions(result, norm);
  return figure;
}

CurveFigure reachCurves(const SweepResult& result, ChangeNorm norm, bool logarithmic, std::size_t place) {
  CurveFigure figure;
  double least = 0.0, most = 0.0;  // above 0, over all places
  for (std::size_t i = 0; i < result.maps.size(); ++i) {
    const SweepMap& map = result.maps[i];
    const Array<double, 2> far = reach(map, norm);
    Curve curve{.name = text(conditionTitle(map.condition, result.bosText)), .role = roleOf(map.condition, i)};
    for (std::size_t distance = 0; distance < map.positions(); ++distance) {
      curve.x.push_back(static_cast<double>(distance));
      curve.y.push_back(far(place, distance));
    }
    curve.marked = curve.size() <= kMostMarked;
    for (std::size_t p = 1; p < map.places(); ++p)
      for (const double value : far.row(p))
        if (value > 0.0) {
          least = least == 0.0 ? value : std::min(least, value);
          most = std::max(most, value);
        }
    figure.data.curves.push_back(std::move(curve));
  }
  figure.data.x.title = QObject::tr("distance behind the swapped token");
  figure.data.y = {.title = QObject::tr("mean %1").arg(changeNormTitle(norm)), .logarithmic = logarithmic};
  if (most > least) {
    figure.data.y.minimum = logarithmic ? least : 0.0;
    figure.data.y.maximum = logarithmic ? most : 1.04 * most;
  }
  figure.conventions =
      placeWords(place, result.maps.front().places()) + QStringLiteral(" · ") + sweepConventions(result, norm);
  return figure;
}

CurveFigure sweepSpreadCurves(const SweepResult& result, ChangeNorm norm) {
  CurveFigure figure;
  const std::size_t places = result.maps.front().places();
  for (std::size_t i = 0; i < result.maps.size(); ++i) {
    const SweepMap& map = result.maps[i];
    figure.data.curves.push_back({.name = text(conditionTitle(map.condition, result.bosText)),
                                  .y = spread(map, norm),
                                  .role = roleOf(map.condition, i),
                                  .x = layerAxis(places),
                                  .marked = true});
  }
  figure.data.x.title = QObject::tr("layer");
  figure.data.y = {.title = QObject::tr("mean spread S")};
  figure.conventions = sweepConventions(result, norm) + layerNote(places);
  return figure;
}

QString partialNote(const SweepResult& result) {
  if (!result.partial()) return {};
  return QObject::tr("partial: %1 of %2 positions").arg(result.positionsDone()).arg(result.positions());
}

QString sweepConventions(const SweepResult& result, ChangeNorm norm) {
  QString line = QObject::tr("%1 · mean of %2 replacements a position, seed %3 · T %4 · %5")
                     .arg(changeNormTitle(norm))
                     .arg(result.request.draws)
                     .arg(result.request.seed)
                     .arg(result.maps.front().tokens.size())
                     .arg(text(result.model.name));
  if (result.partial()) line += QStringLiteral(" · ") + partialNote(result);
  return line;
}

QString sweepDoneLine(const SweepResult& result) {
  return QObject::tr("%1: %2 of %3 positions swapped under %4 conditions in %5 s")
      .arg(modelTitle(text(result.request.model)))
      .arg(result.positionsDone())
      .arg(result.positions())
      .arg(result.maps.size())
      .arg(result.seconds, 0, 'f', 2);
}

QString sweepNumbers(const SweepResult& result, ChangeNorm norm) {
  QString lines = sweepConventions(result, norm) + QLatin1Char('\n');
  for (const SweepMap& map : result.maps) {
    const std::size_t last = map.places() - 2;  // the residual stream after the last layer
    const Array<double, 2> far = reach(map, norm);
    lines += QObject::tr("%1: mean spread after the last layer %2, reach at distance")
                 .arg(text(conditionTitle(map.condition, result.bosText)))
                 .arg(spread(map, norm)[last], 0, 'g', 4);
    for (std::size_t distance = 1; distance < map.positions(); distance *= 2)
      lines += QObject::tr(" %1: %2").arg(distance).arg(far(last, distance), 0, 'g', 4);
    lines += QLatin1Char('\n');
  }
  return lines;
}

std::vector<PageFigure> sweepFigures(const SweepResult& result, ChangeNorm norm, bool logarithmic, std::size_t place) {
  const auto page = [&](const QString& name, const QString& title, const auto& figure) {
    return pageFigure(name, title,
                      QObject::tr("Model %1. Prompt: %2. %3")
                          .arg(text(result.model.name), text(result.request.prompt), figure.conventions),
                      figure);
  };
  return withOrigin(
      {page(QStringLiteral("sweep"), QObject::tr("Change by swapped token and token"),
            sweepMaps(result, norm, logarithmic, place)),
       page(QStringLiteral("reach"), QObject::tr("Reach of a change"), reachCurves(result, norm, logarithmic, place)),
       page(QStringLiteral("sweep-spread"), QObject::tr("Mean spread of a change"), sweepSpreadCurves(result, norm))},
      "sweep", result);
}

}  // namespace sinkscope
