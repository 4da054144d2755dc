#include "app/toy_figures.h"

#include "app/change_figures.h"
#include "app/figures.h"

#include <QObject>
#include <algorithm>
#include <cmath>

namespace sinkscope {
namespace {

std::size_t layersOf(const ToyPair& pair) {
  return pair.without.relative.extent(0) - 1;
}

LayerMapData mapOf(const ToyChange& change, std::size_t perturbed, const QString& title) {
  LayerMapData data{.values = matrixOf(change.relative), .title = title, .marked = static_cast<int>(perturbed)};
  data.rows << QObject::tr("before");
  for (std::size_t layer = 0; layer + 1 < change.relative.extent(0); ++layer) data.rows << QString::number(layer);
  return data;
}

QString conventions(const ToyPair& pair) {
  return QObject::tr("h ← h + A h · %1 tokens · %2 layers · token %3 changed by 1 · sink's share %4")
      .arg(pair.without.relative.extent(1))
      .arg(layersOf(pair))
      .arg(pair.perturbed)
      .arg(pair.sinkShare, 0, 'f', 2);
}

}  // namespace

double ToyPair::reduction() const {
  return meanToyChange(without, perturbed) / meanToyChange(with, perturbed);
}

ToyPair toyPair(std::size_t tokens, std::size_t layers, std::size_t perturbed, double sinkShare) {
  return {perturbed, sinkShare, toyChange({tokens, layers, perturbed, {}}),
          toyChange({tokens, layers, perturbed, sinkShare})};
}

LayerMapFigure toyMaps(const ToyPair& pair) {
  LayerMapFigure figure;
  figure.maps = {mapOf(pair.without, pair.perturbed, QObject::tr("without a sink")),
                 mapOf(pair.with, pair.perturbed, QObject::tr("with a sink"))};
  figure.maps[1].sink = 0;
  // Without a sink the change grows with every layer: on a linear scale all but the last ones would look alike.
  figure.scale = changeScale(std::max(1.0, largestOf(figure.maps)), true);
  figure.scaleLabel = QObject::tr("change over a token's own");
  figure.conventions = conventions(pair);
  return figure;
}

CurveFigure toyCurves(const ToyPair& pair) {
  CurveFigure figure;
  std::vector<double> x(layersOf(pair) + 1);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i);
  figure.data.curves = {{.name = QObject::tr("without a sink"),
                         .y = meanToyChanges(pair.without, pair.perturbed),
                         .role = ColourRole::First,
                         .x = x,
                         .marked = true},
                        {.name = QObject::tr("with a sink"),
                         .y = meanToyChanges(pair.with, pair.perturbed),
                         .role = ColourRole::Sink,
                         .x = x,
                         .marked = true}};
  figure.data.x.title = QObject::tr("layers passed");
  figure.data.y.title = QObject::tr("mean change behind");
  figure.conventions = conventions(pair);
  return figure;
}

QString toyWords(const ToyPair& pair) {
  const double reduction = pair.reduction();
  if (std::isnan(reduction)) return QObject::tr("No token stands behind token %1.").arg(pair.perturbed);
  if (std::isinf(reduction)) return QObject::tr("All attention rests on the sink: the change stays where it is.");
  return QObject::tr("After %1 layers the change of token %2 reaches the tokens behind it %3 times %4 with the sink.")
      .arg(layersOf(pair))
      .arg(pair.perturbed)
      .arg(std::max(reduction, 1.0 / reduction), 0, 'g', 3)
      .arg(reduction < 1.0 ? QObject::tr("more") : QObject::tr("less"));
}

std::vector<PageFigure> toyFigures(const ToyPair& pair) {
  const QString description = QObject::tr("A linear toy without training. %1").arg(conventions(pair));
  return {pageFigure(QStringLiteral("toy-maps"), QObject::tr("The linear toy by layer and token"), description,
                     toyMaps(pair)),
          pageFigure(QStringLiteral("toy-curves"), QObject::tr("The linear toy over the layers"), description,
                     toyCurves(pair))};
}

}  // namespace sinkscope
