#include "core/error.h"
#include "core/trace/attention.h"
#include "tests/compare.h"
#include "tests/slow_attention.h"

#include <QTest>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <stop_token>

using namespace sinkscope;

namespace {

constexpr double kRelative = 1e-5, kAbsolute = 1e-6;

/// Queries and keys of a layer, with the log-sum-exp worked out in double.
struct Layer {
  at::Tensor query, key, logSumExp;  ///< [head, token, d], [key head, token, d], [head, token]
  double scale = 0.3;
  std::int64_t window = 0;

  std::int64_t heads() const { return query.size(0); }
  std::int64_t tokens() const { return query.size(1); }
  bool sees(std::int64_t i, std::int64_t j) const { return j <= i && (window == 0 || i - j < window); }

  double score(std::int64_t h, std::int64_t i, std::int64_t j) const {
    const std::int64_t k = h / (heads() / key.size(0));
    return (query[h][i].to(at::kDouble) * key[k][j].to(at::kDouble)).sum().item<double>() * scale;
  }

  HeadAttention head(std::int64_t h) const {
    return {query[h], key[h / (heads() / key.size(0))], logSumExp[h], scale, window};
  }
};

slow::Map mapOf(const Layer& layer, std::int64_t head) {
  const auto count = static_cast<std::size_t>(layer.tokens());
  const at::Tensor query = layer.query[head].to(at::kDouble);
  const at::Tensor key = layer.key[head / (layer.heads() / layer.key.size(0))].to(at::kDouble);
  const Numbers scores = numbers(at::matmul(query, key.t()) * layer.scale);
  slow::Map map({count, count});
  for (std::size_t i = 0; i < count; ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < count; ++j)
      if (layer.sees(i, j)) sum += map(i, j) = std::exp(scores.values[i * count + j]);
    for (std::size_t j = 0; j < count; ++j) map(i, j) /= sum;
  }
  return map;
}

/// Fills in the log-sum-exp: `A[i,j] = exp(score - lse)`, so `lse = score - log A[i,j]` at any seen key; here key i.
Layer withLogSumExp(Layer layer) {
  layer.logSumExp = at::empty({layer.heads(), layer.tokens()});
  for (std::int64_t h = 0; h < layer.heads(); ++h) {
    const slow::Map map = mapOf(layer, h);
    for (std::int64_t i = 0; i < layer.tokens(); ++i)
      layer.logSumExp[h][i] = layer.score(h, i, i) - std::log(map(i, i));
  }
  return layer;
}

Layer randomLayer(std::int64_t tokens, std::int64_t window) {
  const at::Generator generator = at::detail::createCPUGenerator(20250402);
  Layer layer;
  layer.query = at::randn({4, tokens, 6}, generator) * 1.5;
  layer.key = at::randn({2, tokens, 6}, generator) * 1.5;
  layer.window = window;
  return withLogSumExp(layer);
}

/// Queries that score every key alike but key 0, which gets `share` of a row that sees all of `tokens`.
Layer sinkLayer(std::int64_t tokens, double share) {
  Layer layer;
  layer.scale = 1.0;
  layer.query = at::ones({1, tokens, 1});
  layer.key = at::zeros({1, tokens, 1});
  layer.key[0][0] = std::log(share / (1 - share) * static_cast<double>(tokens - 1));
  return withLogSumExp(layer);
}

Layer uniformLayer(std::int64_t tokens, std::int64_t window) {
  Layer layer;
  layer.query = at::zeros({1, tokens, 2});
  layer.key = at::ones({1, tokens, 2});
  layer.window = window;
  return withLogSumExp(layer);
}

AttentionStatistics statisticsOf(const Layer& layer) {
  return attentionStatistics({layer.query, layer.key, layer.logSumExp, layer.scale, layer.window});
}

}  // namespace

/// Attention on demand against the whole matrix worked out entry by entry, and against cases known by hand.
class TestAttention : public QObject {
  Q_OBJECT

 private slots:
  void uniform_data() { addWindows(); }
  void uniform() {
    QFETCH(int, window);
    const Layer layer = uniformLayer(40, window);
    const AttentionStatistics statistics = statisticsOf(layer);
    for (int i = 0; i < 40; ++i) {
      const double seen = window == 0 ? i + 1 : std::min(i + 1, window);
      QVERIFY(std::abs(statistics.rowEntropy(0, i) - std::log(seen)) < 1e-5);
      QVERIFY(std::abs(entry(layer.head(0), i, i) - 1 / seen) < 1e-6);
    }
    double harmonic = 0;
    const int last = window == 0 ? 40 : std::min(40, window);
    for (int i = 1; i <= last; ++i) harmonic += 1.0 / i;
    QVERIFY(std::abs(statistics.columnMean(0, 0) - harmonic / last) < 1e-6);
  }

  void totalVariationOfRows_data() { addWindows(); }
  void totalVariationOfRows() {
    QFETCH(int, window);
    const Layer one = randomLayer(90, window), other = randomLayer(93, window), same = randomLayer(90, window);
    // Keys 10 and 11 became five others; rows from 12 on are compared with those from 15 on.
    const slow::Map a = mapOf(one, 1), b = mapOf(other, 2);
    std::vector<double> expected;
    for (std::size_t i = 12; i < 90; ++i) {
      double sum = 0;
      for (std::size_t j = 0; j < 10; ++j) sum += std::abs(a(i, j) - b(i + 3, j));
      for (std::size_t j = 12; j < 90; ++j) sum += std::abs(a(i, j) - b(i + 3, j + 3));
      for (std::size_t j = 10; j < 12; ++j) sum += a(i, j);
      for (std::size_t j = 10; j < 15; ++j) sum += b(i + 3, j);
      expected.push_back(sum / 2);
    }
    COMPARE_NUMBERS("total variation", totalVariation(one.head(1), 12, other.head(2), 15, {10, 12, 15}), expected, 1e-4,
                    1e-5);
    const slow::Map c = mapOf(same, 3);
    expected.clear();
    for (std::size_t i = 10; i < 90; ++i) {
      double sum = 0;
      for (std::size_t j = 0; j < 90; ++j) sum += std::abs(a(i, j) - c(i, j));
      expected.push_back(sum / 2);
    }
    COMPARE_NUMBERS("as many tokens", totalVariation(one.head(1), 10, same.head(3), 10, {10, 12, 12}), expected, 1e-4,
                    1e-5);
  }

  void hiddenFirstKey_data() { addWindows(); }
  void hiddenFirstKey() {
    QFETCH(int, window);
    const Layer layer = randomLayer(40, window);
    const slow::Map left = slow::withoutSink(mapOf(layer, 2));
    HeadAttention head = layer.head(2);
    head.hidesFirstKey = true;
    at::Tensor scores = at::mm(head.query, head.key.t()) * head.scale;
    for (std::int64_t i = 0; i < 40; ++i)
      for (std::int64_t j = 0; j < 40; ++j)
        if (!head.sees(i, j)) scores[i][j] = -HUGE_VAL;
    head.logSumExp = scores.logsumexp(-1);
    QCOMPARE(entry(head, 0, 0), 1.0);
    for (int i = 1; i < 40; ++i) {
      const std::span<const double> expected = left.row(i);
      COMPARE_NUMBERS("row", row(head, i), std::vector(expected.begin(), expected.end()), kRelative, kAbsolute);
      QVERIFY(entry(head, i, 0) == 0.0);
    }
    const std::vector<float> first = column(head, 0);
    QVERIFY(std::count(first.begin(), first.end(), 0.0f) == 39);
  }

  void views_data() { addWindows(); }
  void views() {
    QFETCH(int, window);
    const Layer layer = randomLayer(40, window);
    for (int h = 0; h < 4; ++h) {
      const HeadAttention head = layer.head(h);
      const slow::Map map = mapOf(layer, h);
      for (int i = 0; i < 40; ++i) {
        std::vector<double> keys, queries, entries;
        for (int j = 0; j < 40; ++j) {
          keys.push_back(map(i, j));
          queries.push_back(map(j, i));
          entries.push_back(entry(head, i, j));
        }
        COMPARE_NUMBERS("entry", entries, keys, kRelative, kAbsolute);
        COMPARE_NUMBERS("row", row(head, i), keys, kRelative, kAbsolute);
        COMPARE_NUMBERS("column", column(head, i), queries, kRelative, kAbsolute);
      }
    }
  }

  void tiles_data() { addRegions(); }
  void tiles() {
    QFETCH(int, window);
    QFETCH(QList<int>, region);
    const auto [q0, q1, k0, k1] = std::tie(region[0], region[1], region[2], region[3]);
    const Layer layer = randomLayer(70, window);
    const slow::Map map = mapOf(layer, 3);
    COMPARE_NUMBERS("tile", tile(layer.head(3), q0, q1, k0, k1), slow::part(map, q0, q1, k0, k1), kRelative, kAbsolute);
    COMPARE_NUMBERS("tile without the sink", tile(layer.head(3), q0, q1, k0, k1, SinkColumn::HiddenAndRenormalised),
                    slow::part(slow::withoutSink(map), q0, q1, k0, k1), 1e-4, kAbsolute);
  }

  void images_data() { addRegions(); }
  void images() {
    QFETCH(int, window);
    QFETCH(QList<int>, region);
    const auto [q0, q1, k0, k1] = std::tie(region[0], region[1], region[2], region[3]);
    const Layer layer = randomLayer(70, window);
    const slow::Map map = mapOf(layer, 1), hidden = slow::withoutSink(map);
    for (const auto& [rows, columns] : {std::pair{1, 1}, {7, 11}, {16, 16}, {40, 3}, {200, 200}}) {
      const PooledImage shown = pooled(layer.head(1), q0, q1, k0, k1, rows, columns);
      const slow::Pooled expected = slow::pooled(slow::part(map, q0, q1, k0, k1), rows, columns);
      COMPARE_NUMBERS("mean", shown.mean, expected.mean, kRelative, kAbsolute);
      COMPARE_NUMBERS("max", shown.max, expected.max, kRelative, kAbsolute);
      const PooledImage rest = pooled(layer.head(1), q0, q1, k0, k1, rows, columns, SinkColumn::HiddenAndRenormalised);
      const slow::Pooled expectedRest = slow::pooled(slow::part(hidden, q0, q1, k0, k1), rows, columns);
      COMPARE_NUMBERS("mean without the sink", rest.mean, expectedRest.mean, 1e-4, kAbsolute);
      COMPARE_NUMBERS("max without the sink", rest.max, expectedRest.max, 1e-4, kAbsolute);
    }
  }

  void hiddenSinkRowsSumToOne_data() {
    QTest::addColumn<double>("share");
    for (const double share : {0.1, 0.9, 0.999}) QTest::addRow("share %g", share) << share;
  }
  void hiddenSinkRowsSumToOne() {
    QFETCH(double, share);
    const Layer layer = sinkLayer(50, share);
    QVERIFY(std::abs(entry(layer.head(0), 49, 0) - share) < 1e-5);
    const auto rows = tile(layer.head(0), 0, 50, 0, 50, SinkColumn::HiddenAndRenormalised);
    for (int i = 0; i < 50; ++i) {
      double sum = 0;
      for (const float weight : rows.row(i)) sum += weight;
      QCOMPARE(rows(i, 0), 0.0F);
      QVERIFY2(std::abs(sum - (i > 0)) < 1e-3, qPrintable(QString("row %1 sums to %2").arg(i).arg(sum)));
    }
  }

  void statistics_data() {
    QTest::addColumn<int>("tokens");
    QTest::addColumn<int>("window");
    for (const int tokens : {1, 2, 63, 64, 65, 300})
      for (const int window : {0, 1, 3, 64, 1000})
        QTest::addRow("%d tokens, window %d", tokens, window) << tokens << window;
  }
  void statistics() {
    QFETCH(int, tokens);
    QFETCH(int, window);
    const Layer layer = randomLayer(tokens, window);
    const AttentionStatistics statistics = statisticsOf(layer);
    QCOMPARE(statistics.columnMean.extent(0), std::size_t{4});
    for (int h = 0; h < 4; ++h) {
      const slow::Map map = mapOf(layer, h);
      const auto mean = statistics.columnMean.row(h);
      const auto entropy = statistics.rowEntropy.row(h);
      COMPARE_NUMBERS("column mean", std::vector<double>(mean.begin(), mean.end()), slow::shares(map, window),
                      kRelative, kAbsolute);
      COMPARE_NUMBERS("row entropy", std::vector<float>(entropy.begin(), entropy.end()), slow::rowEntropy(map),
                      kRelative, 1e-5);
    }
  }

  void stops() {
    const Layer layer = randomLayer(70, 0);
    std::stop_source source;
    source.request_stop();
    const Job job(source.get_token());
    QVERIFY_THROWS_EXCEPTION(
        Stopped, attentionStatistics({layer.query, layer.key, layer.logSumExp, layer.scale, layer.window}, job));
    QVERIFY_THROWS_EXCEPTION(Stopped, pooled(layer.head(0), 0, 70, 0, 70, 8, 8, SinkColumn::Shown, job));
  }

 private:
  static void addWindows() {
    QTest::addColumn<int>("window");
    for (const int window : {0, 1, 2, 5, 39, 40, 100}) QTest::addRow("window %d", window) << window;
  }
  static void addRegions() {
    QTest::addColumn<int>("window");
    QTest::addColumn<QList<int>>("region");
    for (const int window : {0, 9}) {
      QTest::addRow("all, window %d", window) << window << QList<int>{0, 70, 0, 70};
      QTest::addRow("without the first key, window %d", window) << window << QList<int>{3, 68, 1, 50};
      QTest::addRow("below the diagonal, window %d", window) << window << QList<int>{41, 64, 0, 33};
      QTest::addRow("above the diagonal, window %d", window) << window << QList<int>{0, 10, 20, 37};
      QTest::addRow("one entry, window %d", window) << window << QList<int>{12, 13, 7, 8};
    }
  }
};

QTEST_GUILESS_MAIN(TestAttention)
#include "tst_attention.moc"
