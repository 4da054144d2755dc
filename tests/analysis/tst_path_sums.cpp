#include "core/analysis/path_sums.h"
#include "core/error.h"
#include "tests/compare.h"
#include "tests/tiny_model.h"

#include <QTest>

#include <stop_token>

using namespace sinkscope;

namespace {

constexpr double kNothing = -HUGE_VAL;
// Weights are float32, sums of them double.
constexpr Tolerance kLogs{0, 3e-5};

InfluenceRows everyRow(const Trace& trace) {
  InfluenceRows rows;
  for (std::int64_t l = 0; l < trace.layers; ++l) rows.starts.push_back(l);
  for (std::int64_t t = 0; t < trace.tokens; ++t) rows.queries.push_back(t);
  rows.to = trace.layers;
  return rows;
}

InfluenceRows lastRow(const Trace& trace) {
  InfluenceRows rows = everyRow(trace);
  rows.queries = {trace.tokens - 1};
  return rows;
}

/// A layer's matrix in double precision from its queries and keys: weights by the scores, of the trace
/// only what they are divided by.
at::Tensor denseLayer(const Trace& trace, std::int64_t layer, bool rollout, bool sink) {
  const Trace::Layer& kept = trace.layer[layer];
  const std::int64_t tokens = trace.tokens, heads = trace.heads;
  at::Tensor sum = at::zeros({tokens, tokens}, at::kDouble);
  const at::Tensor distance = at::arange(tokens).unsqueeze(1) - at::arange(tokens);  // of the key before the query
  const at::Tensor hidden = (distance < 0).logical_or(distance >= (kept.window > 0 ? kept.window : tokens));
  for (std::int64_t h = 0; h < heads; ++h) {
    const at::Tensor query = kept.query[h].to(at::kDouble), key = kept.key[h * trace.keyHeads / heads].to(at::kDouble);
    at::Tensor scores = at::mm(query, key.t()) * trace.scale;
    if (trace.cap > 0.0) scores = at::tanh(scores / trace.cap) * trace.cap;
    scores = scores.masked_fill(hidden, kNothing);
    // A sink logit takes a part of what rows are divided by.
    sum += (scores - kept.logSumExp[h].to(at::kDouble).unsqueeze(1)).exp();
  }
  const at::Tensor identity = at::eye(tokens, at::kDouble);
  at::Tensor matrix =
      rollout ? (sum / static_cast<double>(heads) + identity) / 2.0 : sum + identity / static_cast<double>(heads);
  if (!sink) matrix.select(1, 0).zero_();
  return matrix;
}

/// log of (M^(L-1) ... M^(start)): [start, query, token].
at::Tensor denseLogs(const Trace& trace, bool rollout, bool sink = true) {
  at::Tensor product = at::eye(trace.tokens, at::kDouble);
  std::vector<at::Tensor> logs(trace.layers);
  for (std::int64_t l = trace.layers - 1; l >= 0; --l) {
    product = at::mm(product, denseLayer(trace, l, rollout, sink));
    logs[l] = product.log();
  }
  return at::stack(logs);
}

/// -inf has no difference to itself: replaced by a number that no path sum has.
Numbers comparable(Numbers numbers) {
  for (double& value : numbers.values)
    if (value == kNothing) value = -1e6;
  return numbers;
}

/// Attention that is written down: every query pays `share` to token 0 and the rest alike to tokens 1 ... itself.
Trace sinkTrace(std::int64_t layers, std::int64_t heads, std::int64_t tokens, double share) {
  Trace trace;
  trace.layers = layers;
  trace.heads = trace.keyHeads = heads;
  trace.tokens = tokens;
  at::Tensor query = at::zeros({heads, tokens, 2}), key = at::zeros({heads, tokens, 2});
  for (std::int64_t t = 1; t < tokens; ++t) {
    query.select(1, t).select(1, 0).fill_(std::log(share));
    query.select(1, t).select(1, 1).fill_(std::log((1.0 - share) / static_cast<double>(t)));
    key.select(1, t).select(1, 1).fill_(1.0);
  }
  key.select(1, 0).select(1, 0).fill_(1.0);
  Trace::Layer layer;
  layer.query = query;
  layer.key = key;
  layer.logSumExp = at::zeros({heads, tokens});
  trace.layer.assign(static_cast<std::size_t>(layers), layer);
  return trace;
}

Array<double, 2> ofQuery(const Array<double, 3>& rows, std::size_t query) {
  Array<double, 2> result({rows.extent(0), rows.extent(2)});
  for (std::size_t s = 0; s < rows.extent(0); ++s) std::ranges::copy(rows.row(s, query), result.row(s).begin());
  return result;
}

}  // namespace

/// Path sums against dense products of the softmax matrices in double precision, and on cases known by hand.
class TestPathSums : public QObject {
  Q_OBJECT

 private slots:
  void equalDenseProducts_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<int>("tokens");
    for (const std::string& name : someTinyModelNames())
      for (const int tokens : {1, 17, 150})
        if (fitting(tinyConfig(name), tokens) == tokens)
          QTest::addRow("%s %d", name.c_str(), tokens) << QString::fromStdString(name) << tokens;
    QTest::newRow("two blocks of targets") << "gemma3-tied" << 300;
  }
  void equalDenseProducts() {
    QFETCH(QString, model);
    QFETCH(int, tokens);
    const TinyModel tiny(model.toStdString());
    const Trace trace =
        capture(*tiny.model, drawnIds(tiny.model->config(), tokens), {Keep::Attention, false, false}, {});
    const PathSums sums = pathSums(trace, everyRow(trace), {});
    COMPARE_NUMBERS("bound", comparable(numbers(sums.bound)), comparable(numbers(denseLogs(trace, false))), 0, 3e-5);
    COMPARE_NUMBERS("rollout", comparable(numbers(sums.rollout)), comparable(numbers(denseLogs(trace, true))), 0, 3e-5);
    // Without the sink's column in every matrix, and the ratio of the sums.
    const at::Tensor whole = denseLogs(trace, false), rest = denseLogs(trace, false, false);
    for (std::int64_t query = 0; query < tokens; query += 7) {
      const Array<double, 2> bound = ofQuery(sums.bound, static_cast<std::size_t>(query));
      COMPARE_NUMBERS("without sink", comparable(numbers(withoutSink(bound))),
                      comparable(numbers(rest.select(1, query))), 0, 3e-5);
      const at::Tensor ratio = rest.select(1, query).exp().sum(1).log() - whole.select(1, query).exp().sum(1).log();
      COMPARE_NUMBERS("ratio", comparable(numbers(sinkLogRatio(bound))), comparable(numbers(ratio)), 0, 3e-5);
    }
  }

  /// A part of the layers and of the queries is that part of the whole.
  void partsAreParts() {
    const TinyModel tiny("gemma3-tied");
    const Trace trace = capture(*tiny.model, tiny.ids(), {Keep::Attention, false, false}, {});
    const PathSums part = pathSums(trace, {{1, 2}, 3, {4, 9}}, {});
    Trace shorter = trace;
    shorter.layers = 3;
    shorter.layer.resize(3);
    const PathSums whole = pathSums(shorter, everyRow(shorter), {});
    for (std::size_t s = 0; s < 2; ++s)
      for (std::size_t q = 0; q < 2; ++q)
        for (std::int64_t t = 0; t < trace.tokens; ++t) {
          const double expected = whole.bound(s + 1, q == 0 ? 4 : 9, t), actual = part.bound(s, q, t);
          QVERIFY(actual == expected || std::abs(actual - expected) < 1e-5);
        }
  }

  void rowsOfTheRolloutSumToOne_data() { models(); }
  void rowsOfTheRolloutSumToOne() {
    QFETCH(QString, model);
    const TinyModel tiny(model.toStdString());
    const Trace trace = capture(*tiny.model, drawnIds(tiny.model->config(), 100), {Keep::Attention, false, false}, {});
    if (tiny.model->config().extraKey != ExtraKey::None) QSKIP("With a sink logit no row of attention sums to 1.");
    const PathSums sums = pathSums(trace, everyRow(trace), {});
    const double perLayer = static_cast<double>(trace.heads) + 1.0 / static_cast<double>(trace.heads);
    for (std::size_t start = 0; start < sums.rollout.extent(0); ++start)
      for (std::size_t query = 0; query < sums.rollout.extent(1); ++query) {
        double rollout = 0, bound = 0;
        for (std::size_t token = 0; token < sums.rollout.extent(2); ++token) {
          rollout += std::exp(sums.rollout(start, query, token));
          bound += std::exp(sums.bound(start, query, token));
          if (token > query) QCOMPARE(sums.bound(start, query, token), kNothing);
        }
        const double all = std::pow(perLayer, static_cast<double>(sums.bound.extent(0) - start));
        COMPARE_NUMBERS("row sums", (std::vector{rollout, bound}), (std::vector{1.0, all}), 1e-5);
      }
  }

  /// H = 4, share 0.8, 32 layers: a factor of 3.7e-20, and the same formula for other shapes.
  void aSinkRemovesItsShareFromThePaths_data() {
    QTest::addColumn<int>("layers");
    QTest::addColumn<int>("heads");
    QTest::addColumn<double>("share");
    QTest::newRow("the known example") << 32 << 4 << 0.8;
    QTest::newRow("LLaMa 3.1 405B's shape") << 126 << 128 << 0.9;
    QTest::newRow("beyond all exponents") << 4000 << 2 << 0.99;
  }
  void aSinkRemovesItsShareFromThePaths() {
    QFETCH(int, layers);
    QFETCH(int, heads);
    QFETCH(double, share);
    const Trace trace = sinkTrace(layers, heads, 7, share);
    const Array<double, 2> bound = ofQuery(pathSums(trace, lastRow(trace), {}).bound, 0);
    const std::vector<double> ratio = sinkLogRatio(bound);
    const double perLayer = std::log((heads * (1.0 - share) + 1.0 / heads) / (heads + 1.0 / heads));
    for (std::size_t start = 0; start < ratio.size(); ++start) {
      const double expected = perLayer * static_cast<double>(ratio.size() - start);
      QVERIFY2(std::abs(ratio[start] - expected) <= 1e-5 * std::abs(expected),
               qPrintable(QString("%1, expected %2").arg(ratio[start]).arg(expected)));
    }
    if (layers == 32) QVERIFY(std::abs(std::exp(ratio[0]) / 3.7e-20 - 1.0) < 0.01);
  }

  /// Of 126 layers of 128 heads, the paths that never leave a token and those that may do differ by more than a double
  /// holds. With (nearly) all weight on token 0, from each token only its own remains, times 1/H a layer.
  void smallPathsBesideHugeOnes() {
    constexpr std::int64_t kLayers = 252, kHeads = 128;
    Trace trace = sinkTrace(kLayers, kHeads, 3, 0.5);
    for (Trace::Layer& layer : trace.layer) {
      layer.query = at::zeros({kHeads, 3, 2});
      layer.query.select(2, 1).fill_(-1000.0);  // the score of every key but 0
    }
    const PathSums sums = pathSums(trace, lastRow(trace), {});
    const double own = -kLayers * std::log(static_cast<double>(kHeads));
    QVERIFY(std::abs(sums.bound(0, 0, 2) - own) < 1e-9 * std::abs(own));
    QCOMPARE(sums.bound(0, 0, 1), kNothing);
    // Everything else is at token 0: (H + 1/H)^L less the nothing above.
    const double all = kLayers * std::log(kHeads + 1.0 / kHeads);
    QVERIFY(std::abs(sums.bound(0, 0, 0) - all) < 1e-9 * all);
    QVERIFY(all - own > 2000.0);
  }

  void refusesWhatThereIsNot() {
    const TinyModel tiny("llama-gqa");
    const Trace trace = capture(*tiny.model, tiny.ids(), {Keep::Attention, false, false}, {});
    QVERIFY_THROWS_EXCEPTION(Error, pathSums(trace, {{0}, 4, {0}}, {}));
    QVERIFY_THROWS_EXCEPTION(Error, pathSums(trace, {{0}, 0, {0}}, {}));
    QVERIFY_THROWS_EXCEPTION(Error, pathSums(trace, {{2}, 2, {0}}, {}));
    QVERIFY_THROWS_EXCEPTION(Error, pathSums(trace, {{-1}, 2, {0}}, {}));
    QVERIFY_THROWS_EXCEPTION(Error, pathSums(trace, {{0}, 2, {13}}, {}));
    QVERIFY_THROWS_EXCEPTION(Error, pathSums(trace, {{0}, 2, {}}, {}));
    QVERIFY_THROWS_EXCEPTION(Error, pathSums(trace, {{1, 0}, 2, {0}}, {}));
    const Trace bare = capture(*tiny.model, tiny.ids(), {Keep::Statistics, false, false}, {});
    QVERIFY_THROWS_EXCEPTION(Error, pathSums(bare, {{0}, 2, {0}}, {}));
    std::stop_source stop;
    stop.request_stop();
    QVERIFY_THROWS_EXCEPTION(Stopped, pathSums(trace, {{0}, 2, {0}}, Job(stop.get_token())));
  }

 private:
  void models() {
    QTest::addColumn<QString>("model");
    for (const std::string& name : someTinyModelNames()) QTest::newRow(name.c_str()) << QString::fromStdString(name);
  }
};

QTEST_APPLESS_MAIN(TestPathSums)
#include "tst_path_sums.moc"
