#pragma once

#include <QStringList>
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "widgets/layer_map_data.h"
#include "widgets/matrix.h"
#include "widgets/plot_data.h"

namespace sinkscope::sample {

/** The tokens of a prompt of `count` tokens: <bos>, then words, some long, some of one letter, some not Latin. */
inline QStringList tokens(int count) {
  static const QStringList words = {
      QStringLiteral("The"),    QStringLiteral("·model"),   QStringLiteral("'s"),
      QStringLiteral("·heads"), QStringLiteral("·often"),   QStringLiteral("·rest"),
      QStringLiteral("·on"),    QStringLiteral("·the"),     QStringLiteral("·internationalization"),
      QStringLiteral("·,"),     QStringLiteral("·注意力"),  QStringLiteral("\\n"),
      QStringLiteral("·a"),     QStringLiteral("·value"),   QStringLiteral("·near"),
      QStringLiteral("·zero"),  QStringLiteral("."),        QStringLiteral("·It"),
      QStringLiteral("·mixes"), QStringLiteral("·nothing"), QStringLiteral("·then")};
  QStringList list;
  for (int i = 0; i < count; ++i) {
    list << (i == 0 ? QStringLiteral("<bos>") : words[(i - 1) % words.size()]);
  }
  return list;
}

/** Shares as a trained model has them: low in the first layers, high in the middle, a few heads without a sink. */
inline Matrix shares(int layers, int heads, unsigned seed = 7) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(0, 1);
  Matrix matrix{layers, heads, {}};
  for (int layer = 0; layer < layers; ++layer) {
    const double depth = layers > 1 ? static_cast<double>(layer) / (layers - 1) : 0.5;
    const double level = 0.05 + 0.85 * (1 - std::exp(-6 * depth)) * (1 - 0.35 * depth);
    for (int head = 0; head < heads; ++head) {
      const bool free = uniform(random) < 0.12;
      const double noise = 0.35 * (uniform(random) - 0.5);
      matrix.values.push_back(static_cast<float>(std::clamp(free ? 0.08 * uniform(random) : level + noise, 0.0, 1.0)));
    }
  }
  return matrix;
}

/** A causal attention map whose rows sum to 1, with `sink` of it on token 0; NaN above the diagonal. */
inline Matrix attention(int tokens, double sink, unsigned seed = 11) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  Matrix matrix{tokens, tokens, {}};
  matrix.values.assign(static_cast<std::size_t>(tokens) * tokens, std::numeric_limits<float>::quiet_NaN());
  for (int query = 0; query < tokens; ++query) {
    std::vector<double> row(static_cast<std::size_t>(query) + 1);
    double sum = 0;
    for (int key = 1; key <= query; ++key) {
      const double near = std::exp(-0.4 * (query - key));
      row[key] = (near + 0.02) * (0.2 + uniform(random));
      sum += row[key];
    }
    const double kept = query == 0 ? 1 : sink * (0.85 + 0.15 * uniform(random));
    for (int key = 1; key <= query; ++key) row[key] *= (1 - kept) / sum;
    row[0] = kept;
    for (int key = 0; key <= query; ++key) {
      matrix.values[static_cast<std::size_t>(query) * tokens + key] = static_cast<float>(row[key]);
    }
  }
  return matrix;
}

/** Norms of value vectors: next to nothing at the sink. */
inline std::vector<float> norms(int tokens, unsigned seed = 3) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(0.4F, 1);
  std::vector<float> bars(static_cast<std::size_t>(tokens));
  for (float &bar : bars) bar = 2.4F * uniform(random);
  if (!bars.empty()) bars[0] = 0.07F;
  return bars;
}

/** How a swap at `swapped` spreads: 0 before it, 1 there, a wake behind it that grows with depth. */
inline LayerMapData spread(int layers, int tokens, int swapped, double reach, bool bos) {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> uniform(0.5, 1);
  LayerMapData map;
  map.values = {layers + 1, tokens, {}};
  map.columns = sample::tokens(tokens + (bos ? 0 : 1)).mid(bos ? 0 : 1);
  map.rows << QStringLiteral("embedding");
  for (int layer = 0; layer < layers; ++layer) map.rows << QString::number(layer);
  for (int layer = 0; layer <= layers; ++layer) {
    const double depth = static_cast<double>(layer) / layers;
    for (int token = 0; token < tokens; ++token) {
      double value = token < swapped ? 0 : 1;
      if (token > swapped) value = depth * reach * uniform(random) * std::exp(-0.03 * (token - swapped));
      map.values.values.push_back(static_cast<float>(value));
    }
  }
  map.marked = swapped;
  map.sink = bos ? 0 : -1;
  map.title = bos ? QStringLiteral("with <bos>") : QStringLiteral("without <bos>");
  return map;
}

/** The columns of a map as curves, one a token: faint but for the swapped one and the sink. */
inline Curves linesOf(const LayerMapData &map) {
  Curves data;
  for (int token = 0; token < map.values.columns; ++token) {
    Curve curve{map.columnLabel(token), {}, ColourRole::Faint};
    if (token == map.marked) curve.role = ColourRole::Strong;
    if (token == map.sink) curve.role = ColourRole::Sink;
    for (int layer = 0; layer < map.values.rows; ++layer) curve.y.push_back(map.values.at(layer, token));
    data.curves.push_back(curve);
  }
  data.x.title = QStringLiteral("layer");
  data.y.title = QStringLiteral("relative change");
  return data;
}

/** `count` named curves that fall from 1 over 20 points, the first with a band, the last with a gap. */
inline Curves curves(int count, bool logarithmic) {
  const ColourRole roles[] = {ColourRole::Sink,   ColourRole::First, ColourRole::Second, ColourRole::Third,
                              ColourRole::Fourth, ColourRole::Fifth, ColourRole::Sixth,  ColourRole::Strong};
  Curves data;
  for (int c = 0; c < count; ++c) {
    Curve curve{QStringLiteral("measure %1").arg(c + 1), {}, roles[c % 8]};
    for (int i = 0; i < 20; ++i) {
      curve.y.push_back(std::exp(-(0.05 + 0.06 * c) * i));
      if (c > 0) continue;
      curve.lower.push_back(curve.y.back() * 0.8);
      curve.upper.push_back(curve.y.back() * 1.2);
    }
    if (c == count - 1) curve.y[7] = curve.y[9] = std::numeric_limits<double>::quiet_NaN();
    data.curves.push_back(curve);
  }
  data.levels = {{0.0078125, QStringLiteral("bfloat16"), false}, {0.3, QStringLiteral("eps 0.3"), true}};
  data.x.title = QStringLiteral("layer");
  data.y.title = QStringLiteral("what is left of the change");
  data.y.logarithmic = logarithmic;
  return data;
}

/** Heads by rest and drain. */
inline Scatter heads(int count, bool logarithmic) {
  std::mt19937 random(9);
  std::uniform_real_distribution<double> uniform(0, 1);
  Scatter data;
  data.classes = {{QStringLiteral("no-op"), ColourRole::Sink},
                  {QStringLiteral("resting, but writing"), ColourRole::First},
                  {QStringLiteral("working"), ColourRole::Second}};
  for (int i = 0; i < count; ++i) {
    const double rest = uniform(random);
    const double drain = std::exp(-4 * rest) * (0.3 + uniform(random));
    data.x.push_back(logarithmic ? std::pow(10, 4 * rest - 4) : rest);
    data.y.push_back(logarithmic ? data.x.back() * std::exp(2 * uniform(random) - 1) : drain);
    data.classOf.push_back(rest < 0.5 ? 2 : drain > 0.1 ? 1 : 0);
    data.labels << QStringLiteral("layer %1, head %2").arg(i / 4).arg(i % 4);
  }
  data.xAxis = {logarithmic ? QStringLiteral("path sum, normalised") : QStringLiteral("rest: attention to the sink"),
                logarithmic};
  data.yAxis = {logarithmic ? QStringLiteral("measured sensitivity") : QStringLiteral("drain: what the sink writes"),
                logarithmic};
  data.diagonal = logarithmic;
  return data;
}

}  // namespace sinkscope::sample
