#include "core/analysis/sink_metric.h"
#include "tests/compare.h"
#include "tests/slow_attention.h"

#include <QTest>

#include <random>
#include <set>

using namespace sinkscope;

namespace {

constexpr std::size_t kLayers = 3, kHeads = 4;
constexpr Tolerance kTight{1e-6, 1e-7};  // shares are float32

/// Random causal attention of a whole model; some heads rest on key 0, some on key 3. Layer 1 has a window of 6.
struct Prompt {
  std::vector<slow::Map> maps;  ///< layer after layer, head after head
  PromptShares shares;
  std::size_t tokens() const { return maps.front().extent(0); }
  const slow::Map& map(std::size_t layer, std::size_t head) const { return maps[layer * kHeads + head]; }
  std::size_t seeing(std::size_t layer) const { return slow::lastSeeing(0, tokens(), shares.windows[layer]); }
};

Prompt randomPrompt(std::size_t tokens, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(0.05, 1.0);
  Prompt prompt{{}, {Array<float, 3>({kLayers, kHeads, tokens}), {0, 6, 0}}};
  for (std::size_t l = 0; l < kLayers; ++l) {
    for (std::size_t h = 0; h < kHeads; ++h) {
      const double sink = 12 * uniform(random), second = h == 2 ? 20 : 1;
      const auto window = static_cast<std::size_t>(prompt.shares.windows[l]);
      slow::Map map({tokens, tokens});
      for (std::size_t i = 0; i < tokens; ++i) {
        double sum = 0;
        for (std::size_t j = window && i >= window ? i - window + 1 : 0; j <= i; ++j)
          sum += map(i, j) = uniform(random) * (j == 0 ? sink : j == 3 ? second : 1.0);
        for (std::size_t j = 0; j <= i; ++j) map(i, j) /= sum;
      }
      const std::vector<double> shares = slow::shares(map, prompt.shares.windows[l]);
      std::copy(shares.begin(), shares.end(), prompt.shares.shares.row(l, h).begin());
      prompt.maps.push_back(map);
    }
  }
  return prompt;
}

/// alpha_key straight from the matrix.
double slowShare(const Prompt& prompt, std::size_t layer, std::size_t head, std::size_t key, bool includeQuery0) {
  const std::size_t end = slow::lastSeeing(key, prompt.tokens(), prompt.shares.windows[layer]);
  double sum = 0, count = 0;
  for (std::size_t i = key; i < end; ++i) {
    if (i == 0 && !includeQuery0) continue;
    sum += prompt.map(layer, head)(i, key);
    ++count;
  }
  return sum / count;
}

struct Slow {
  double rate = 0, mean = 0;
  std::vector<double> rateByLayer = std::vector<double>(kLayers), meanByLayer = std::vector<double>(kLayers);
  Array<double, 2> heads{{kLayers, kHeads}};
};

Slow slowMetric(const std::vector<Prompt>& prompts, double epsilon, std::size_t key, bool includeQuery0) {
  Slow result;
  const auto count = static_cast<double>(prompts.size());
  for (const Prompt& prompt : prompts) {
    for (std::size_t l = 0; l < kLayers; ++l) {
      for (std::size_t h = 0; h < kHeads; ++h) {
        const double share = slowShare(prompt, l, h, key, includeQuery0);
        const double above = share > epsilon ? 1 : 0;
        result.rate += above / (count * kLayers * kHeads);
        result.mean += share / (count * kLayers * kHeads);
        result.rateByLayer[l] += above / (count * kHeads);
        result.meanByLayer[l] += share / (count * kHeads);
        result.heads(l, h) += share / count;
      }
    }
  }
  return result;
}

std::vector<Prompt> somePrompts() {
  return {randomPrompt(16, 1), randomPrompt(9, 2), randomPrompt(33, 3)};
}

std::vector<PromptShares> sharesOf(const std::vector<Prompt>& prompts) {
  std::vector<PromptShares> result;
  for (const Prompt& prompt : prompts) result.push_back(prompt.shares);
  return result;
}

/// One layer whose heads have these shares on every key of three.
PromptShares constantShares(const std::vector<float>& heads) {
  PromptShares prompt{Array<float, 3>({1, heads.size(), 3}), {0}};
  for (std::size_t h = 0; h < heads.size(); ++h)
    for (float& share : prompt.shares.row(0, h)) share = heads[h];
  return prompt;
}

}  // namespace

class TestSinkMetric : public QObject {
  Q_OBJECT

 private slots:
  void medians() {
    const double none = std::nan("");
    QCOMPARE(median({3, none, 1, 2}), 2.0);
    QCOMPARE(median({4, 1, 3, 2}), 2.5);
    QCOMPARE(median({7}), 7.0);
    QVERIFY(std::isnan(median({none})) && std::isnan(median({})));
  }
  void againstTheMatrices_data() {
    QTest::addColumn<double>("epsilon");
    QTest::addColumn<int>("key");
    QTest::addColumn<bool>("includeQuery0");
    for (const double epsilon : {0.0, 0.2, 0.3, 0.5, 0.8})
      for (const int key : {0, 1, 3})
        for (const bool include : {true, false})
          QTest::addRow("eps %g, key %d, query 0 %s", epsilon, key, include ? "in" : "out")
              << epsilon << key << include;
  }
  void againstTheMatrices() {
    QFETCH(double, epsilon);
    QFETCH(int, key);
    QFETCH(bool, includeQuery0);
    const std::vector<Prompt> prompts = somePrompts();
    const std::vector<PromptShares> shares = sharesOf(prompts);
    const Slow expected = slowMetric(prompts, epsilon, key, includeQuery0);
    const auto one = [](double value) { return std::vector<double>{value}; };
    COMPARE_NUMBERS("rate", one(sinkRate(shares, epsilon, key, includeQuery0)), one(expected.rate), 0, 1e-12);
    COMPARE_NUMBERS("rate by layer", sinkRateByLayer(shares, epsilon, key, includeQuery0), expected.rateByLayer, 0,
                    1e-12);
    COMPARE_NUMBERS("mean", one(meanShare(shares, key, includeQuery0)), one(expected.mean), kTight);
    COMPARE_NUMBERS("mean by layer", meanShareByLayer(shares, key, includeQuery0), expected.meanByLayer, kTight);
    COMPARE_NUMBERS("heads", meanHeadShares(shares, key, includeQuery0), expected.heads, kTight);
    if (key != 0) return;
    // Key 0 alone says the same, and so do its shares in order.
    std::vector<PromptShares> first;
    for (const PromptShares& prompt : shares) first.push_back(firstKeyOf(prompt));
    COMPARE_NUMBERS("mean of key 0", one(meanShare(first, 0, includeQuery0)), one(expected.mean), kTight);
    COMPARE_NUMBERS("baseline", one(uniformBaseline(first, includeQuery0)), one(uniformBaseline(shares, includeQuery0)),
                    0, 0);
    const OrderedShares ordered(first, includeQuery0);
    COMPARE_NUMBERS("ordered rate", one(ordered.rate(epsilon)), one(expected.rate), 0, 1e-12);
    COMPARE_NUMBERS("ordered rate by layer", ordered.rateByLayer(epsilon), expected.rateByLayer, 0, 1e-12);
    QCOMPARE(static_cast<double>(ordered.above(epsilon)), std::round(ordered.rate(epsilon) * ordered.count()));
  }

  void sharesOfOneHead() {
    const Prompt prompt = randomPrompt(16, 7);
    QCOMPARE(prompt.seeing(1), std::size_t{6});
    for (std::size_t l = 0; l < kLayers; ++l)
      for (std::size_t key = 0; key < 16; ++key)
        for (const bool include : {true, false})
          if (const double expected = slowShare(prompt, l, 2, key, include);
              std::abs(share(prompt.shares, l, 2, key, include) - expected) > 1e-6)
            QFAIL(qPrintable(QString("layer %1, key %2: %3").arg(l).arg(key).arg(expected)));
  }

  void firstQueryCountsAsOne() {
    // Query 0 rests on key 0 whatever the model does; queries 1 ... 4 give 0.25 each.
    PromptShares prompt{Array<float, 3>({1, 1, 5}), {0}};
    prompt.shares(0, 0, 0) = (1.0F + 4 * 0.25F) / 5;
    QVERIFY(std::abs(share(prompt, 0, 0) - 0.4) < 1e-7);
    QVERIFY(std::abs(share(prompt, 0, 0, 0, false) - 0.25) < 1e-7);
    QCOMPARE(sinkRate(std::vector{prompt}, 0.3), 1.0);
    QCOMPARE(sinkRate(std::vector{prompt}, 0.3, 0, false), 0.0);
  }

  void aloneWithoutQueryZeroThereIsNoShare() {
    const PromptShares prompt{Array<float, 3>({1, 1, 1}, 1.0F), {0}};
    QCOMPARE(share(prompt, 0, 0), 1.0);
    QVERIFY(std::isnan(share(prompt, 0, 0, 0, false)));
    QVERIFY(std::isnan(sinkRate(std::vector{prompt}, 0.3, 0, false)));
    const std::vector<PromptShares> withAnother = {prompt, constantShares({1.0F})};
    QCOMPARE(sinkRate(withAnother, 0.3, 0, false), 1.0);
  }

  void thresholdIsStrictAndPerPrompt() {
    const std::vector<PromptShares> prompts = {constantShares({0.5F, 1.0F}), constantShares({0.5F, 0.25F})};
    QCOMPARE(sinkRate(prompts, 0.5), 0.25);  // the head means 0.5 and 0.625 would give one half
    QCOMPARE(sinkRate(prompts, 0.25), 0.75);
    QCOMPARE(sinkRate(prompts, 0.0), 1.0);
    QCOMPARE(sinkRate(prompts, 1.0), 0.0);
    QCOMPARE(meanShare(prompts), 0.5625);
    const OrderedShares ordered(prompts);
    QCOMPARE(ordered.count(), std::size_t{4});
    QCOMPARE(ordered.above(0.5), std::size_t{1});
    QCOMPARE(ordered.above(0.25), std::size_t{3});
    QVERIFY(std::isnan(OrderedShares().rate(0.3)));
  }

  void uniformBaselineIsHarmonic() {
    for (const auto& [tokens, printed] : {std::pair{16, 0.2113}, {64, 0.0741}, {512, 0.0133}}) {
      double sum = 0;
      for (int i = 1; i <= tokens; ++i) sum += 1.0 / i;
      QVERIFY(std::abs(uniformBaseline(tokens) - printed) < 5e-5);
      QVERIFY(std::abs(uniformBaseline(tokens) - sum / tokens) < 1e-12);
      QVERIFY(std::abs(uniformBaseline(tokens, false) - (sum - 1) / (tokens - 1)) < 1e-12);
    }
    QCOMPARE(uniformBaseline(1), 1.0);
  }

  void secondarySinksAreFound() {
    const Prompt prompt = randomPrompt(33, 11);
    for (const double epsilon : {0.1, 0.2, 0.4}) {
      std::set<std::size_t> found;
      double previous = 1.0;
      for (const SecondarySink& sink : secondarySinks(prompt.shares, epsilon)) {
        const Slow expected = slowMetric({prompt}, epsilon, sink.key, true);
        QVERIFY(std::abs(sink.rate - expected.rate) < 1e-12 && std::abs(sink.meanShare - expected.mean) < 1e-6);
        QVERIFY2(sink.rate <= previous, "not most heads first");
        previous = sink.rate;
        QVERIFY2(found.insert(sink.key).second, "a key occurs twice");
      }
      for (std::size_t key = 0; key < 33; ++key)
        QCOMPARE(found.contains(key), key > 0 && key < 33 - 8 && slowMetric({prompt}, epsilon, key, true).rate > 0);
    }
    QCOMPARE(secondarySinks(prompt.shares, 0.2).front().key, std::size_t{3});
    QVERIFY(secondarySinks(prompt.shares, 0.2, 100).empty());
  }

  void valueDrainIsOverTheMedian() {
    Array<float, 3> norms({2, 1, 6});
    const std::vector<float> drained = {0.5F, 4, 1, 100, 2, 3}, plain = {6, 1, 1, 3, 3, 3};
    std::copy(drained.begin(), drained.end(), norms.row(0, 0).begin());
    std::copy(plain.begin(), plain.end(), norms.row(1, 0).begin());
    const Array<double, 2> drain = valueDrain(norms);
    QVERIFY(std::abs(drain(0, 0) - 0.5 / 3) < 1e-7);
    QVERIFY(std::abs(drain(1, 0) - 2.0) < 1e-7);
    Array<float, 3> even({1, 1, 5}, 1.0F);
    even(0, 0, 1) = even(0, 0, 2) = 4.0F;  // 4 4 1 1: the median lies between
    QVERIFY(std::abs(valueDrain(even)(0, 0) - 0.4) < 1e-7);
  }

  void conventionsAreAllPrinted() {
    const SinkConventions table{0.8, 64, 64, 170, true, "<bos>", false, true};
    QCOMPARE(describe({0.3, 64, 64, 170, true, "<bos>", false, true}),
             std::string("ε 0.3 · T 64 · 170 prompts · <bos> added · query 0 included"));
    std::set<std::string> texts{describe(table)};
    SinkConventions other = table;
    other.epsilon = 0.3;
    texts.insert(describe(other));
    (other = table).tokensMin = 12;
    texts.insert(describe(other));
    (other = table).prompts = 1;
    texts.insert(describe(other));
    (other = table).bos = false;
    texts.insert(describe(other));
    (other = table).includesQuery0 = false;
    texts.insert(describe(other));
    QCOMPARE(texts.size(), std::size_t{6});
  }
};

QTEST_GUILESS_MAIN(TestSinkMetric)
#include "tst_sink_metric.moc"
