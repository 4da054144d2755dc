#pragma once

#include "tests/widgets/sample_data.h"
#include "widgets/figure.h"

namespace sinkscope::sample {

inline const QString kConventions = QStringLiteral(
    "gemma-3-270m, float32; T = 64, with <bos>; alpha: mean over the queries from 1; sink: alpha_0 > eps = 0.3; "
    "uniform baseline 0.074");

inline GridFigure gridFigure(int layers, int heads) {
  GridFigure figure;
  figure.shares = shares(layers, heads);
  figure.conventions = kConventions;
  return figure;
}

inline HeadFigure headFigure(int tokens) {
  HeadFigure figure;
  figure.image = attention(tokens, 0.7);
  figure.tokens = sample::tokens(tokens);
  figure.bars = norms(tokens);
  figure.conventions = kConventions;
  return figure;
}

inline ProfileFigure profileFigure() {
  ProfileFigure figure;
  figure.curves = {{QStringLiteral("mean share"), {0.1, 0.4, 0.7, 0.6}, ColourRole::Sink, {}},
                   {QStringLiteral("sink rate"), {0, 0.5, 1, 0.75}, ColourRole::First, {}}};
  figure.yTitle = QStringLiteral("share");
  figure.baseline = 0.074;
  figure.baselineName = QStringLiteral("uniform");
  figure.threshold = 0.3;
  figure.maximum = 1;
  figure.conventions = kConventions;
  return figure;
}

inline LayerMapFigure layerMaps(int layers, int tokens, int count) {
  LayerMapFigure figure;
  figure.maps = {spread(layers, tokens, tokens / 2, 0.15, true)};
  if (count > 1) figure.maps.push_back(spread(layers, tokens - 1, tokens / 2 - 1, 0.4, false));
  figure.scaleLabel = QStringLiteral("relative change");
  figure.conventions = kConventions;
  return figure;
}

inline TokenFramesFigure sampleFrames(int tokens) {
  const LayerMapData map = spread(12, tokens, tokens / 2, 0.3, true);
  TokenFramesFigure figure;
  figure.strips.push_back({map.title, map.columns, map.values, map.marked, map.sink});
  for (int layer = 0; layer < map.values.rows; ++layer) figure.frames << QStringLiteral("layer %1").arg(layer);
  figure.scaleLabel = QStringLiteral("relative change");
  figure.conventions = QStringLiteral("T 20 · tiny");
  return figure;
}

}  // namespace sinkscope::sample
