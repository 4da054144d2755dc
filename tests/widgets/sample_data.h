#pragma once

#include <QStringList>
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "widgets/matrix.h"

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

}  // namespace sinkscope::sample
