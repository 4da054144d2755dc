#pragma once

#include "app/page_figure.h"
#include "core/analysis/toy.h"
#include "widgets/figure.h"

#include <QString>
#include <cstddef>
#include <vector>

namespace sinkscope {

/// The linear toy without a sink and with one, from the same settings.
struct ToyPair {
  std::size_t perturbed = 2;
  double sinkShare = 0.8;
  ToyChange without, with;

  /// How many times less the change reaches the tokens behind it, on average after the last layer: infinite when
  /// nothing passes the sink, NaN when no token is behind.
  double reduction() const;
};

/// Both; the sink's share is that of `with`. Throws as `toyChange` does.
ToyPair toyPair(std::size_t tokens, std::size_t layers, std::size_t perturbed, double sinkShare);

/// Layer by token, the change over what a change of that very token grows to; two maps on one scale.
LayerMapFigure toyMaps(const ToyPair& pair);

/// Its mean over the tokens behind the perturbed one, over the layers.
CurveFigure toyCurves(const ToyPair& pair);

/// "After 4 layers the change of token 2 reaches the tokens behind it 4.4 times less."
QString toyWords(const ToyPair& pair);

std::vector<PageFigure> toyFigures(const ToyPair& pair);

}  // namespace sinkscope
