#include "core/analysis/waking.h"
#include "tests/compare.h"
#include "tests/slow_waking.h"

#include <QTest>

#include <random>

using namespace sinkscope;
using slow::Group, slow::groupOf, slow::Query;

namespace {

/// A scan of one head with these values of 1 - A[i,0] after each kind of token; the previous weight is half of it.
WakeScan scanOf(const std::vector<std::vector<double>>& values) {
  WakeScan scan;
  const auto table = [](std::size_t kinds) {
    const Array<double, 3> zeros({1, 1, kinds});
    return WakeTable{Array<std::int64_t, 2>({1, kinds}), zeros, zeros, zeros};
  };
  const auto put = [](WakeTable& to, std::size_t kind, const std::vector<double>& list) {
    std::vector<Query> queries;
    for (const double value : list) queries.push_back({{}, value, value / 2});
    const Group group = groupOf(queries, [](const Token&) { return true; });
    to.count(0, kind) = static_cast<std::int64_t>(group.count);
    to.awake(0, 0, kind) = group.awake;
    to.variance(0, 0, kind) = group.variance;
    to.previous(0, 0, kind) = group.previous;
  };
  scan.byToken = table(values.size());
  scan.overall = table(1);
  std::vector<double> all;
  for (std::size_t kind = 0; kind < values.size(); ++kind) {
    scan.tokens.push_back(
        {static_cast<std::int64_t>(kind), std::string(1, static_cast<char>('a' + kind)), 0, 0, false});
    put(scan.byToken, kind, values[kind]);
    all.insert(all.end(), values[kind].begin(), values[kind].end());
  }
  put(scan.overall, 0, all);
  return scan;
}

}  // namespace

/// What wakes heads, of scans with a known answer.
class TestWaking : public QObject {
  Q_OBJECT

 private slots:
  void wakersAgainstTheDefinition() {
    const std::vector<std::vector<double>> values = {
        {0.9, 0.8, 0.95, 0.7}, {0.1, 0.2, 0.05, 0.0, 0.1, 0.15}, {0.6, 0.8}, {0.9}, {0.3, 0.1, 0.6, 0.2, 0.4}};
    const WakeScan scan = scanOf(values);
    const std::vector<Waker> found = findWakers(scan, WakeKinds::Tokens, 0, 0, 2);
    QCOMPARE(found.size(), std::size_t{2});
    QCOMPARE(found[0].kind, std::size_t{0});
    QCOMPARE(found[1].kind, std::size_t{2});
    for (const Waker& waker : found) {
      std::vector<Query> those, others, all;
      for (std::size_t kind = 0; kind < values.size(); ++kind)
        for (const double value : values[kind]) {
          (kind == waker.kind ? those : others).push_back({{}, value, 0});
          all.push_back({{}, value, 0});
        }
      const auto any = [](const Token&) { return true; };
      const Group a = groupOf(those, any), b = groupOf(others, any), whole = groupOf(all, any);
      const double factor = 1 - a.count / whole.count;
      const double margin = 1.959964 * factor * std::sqrt(a.variance / a.count + b.variance / b.count);
      QCOMPARE(static_cast<double>(waker.count), a.count);
      COMPARE_NUMBERS(
          "waker",
          (std::vector{waker.awake, waker.mean, waker.difference, waker.low, waker.high, waker.previous,
                       waker.meanPrevious}),
          (std::vector{a.awake, whole.awake, factor * (a.awake - b.awake), factor * (a.awake - b.awake) - margin,
                       factor * (a.awake - b.awake) + margin, a.awake / 2, whole.awake / 2}),
          0, 1e-6);
    }
  }

  void rareKindsWakeNothing() {
    const WakeScan scan = scanOf({{0.9, 0.8, 0.95, 0.7}, {0.1, 0.2, 0.05, 0.0, 0.1, 0.15}, {0.5, 0.6}});
    QCOMPARE(findWakers(scan, WakeKinds::Tokens, 0, 0, 4).size(), std::size_t{1});
    QVERIFY(findWakers(scan, WakeKinds::Tokens, 0, 0, 5).empty());
    QCOMPARE(findWakers(scan, WakeKinds::Tokens, 0, 0, 0).size(), findWakers(scan, WakeKinds::Tokens, 0, 0, 2).size());
  }

  void nothingWakesAHeadThatIsAlwaysAlike() {
    QVERIFY(findWakers(scanOf({{0.2, 0.2, 0.2}, {0.2, 0.2, 0.2, 0.2}}), WakeKinds::Tokens, 0, 0, 2).empty());
    QVERIFY(findWakers(scanOf({{0.2, 0.6, 0.3}}), WakeKinds::Tokens, 0, 0, 2).empty());  // there is no other kind
  }

  /// The interval holds the true difference in 95 of 100 draws.
  void intervalsCover() {
    std::mt19937 random(3);
    std::uniform_real_distribution<double> uniform;
    int covered = 0, draws = 2000;
    for (int draw = 0; draw < draws; ++draw) {
      std::vector<std::vector<double>> values(2);
      for (int i = 0; i < 40; ++i) values[0].push_back(0.5 + 0.5 * uniform(random));  // mean 0.75
      for (int i = 0; i < 160; ++i) values[1].push_back(0.4 * uniform(random));       // mean 0.2
      const Waker waker = findWakers(scanOf(values), WakeKinds::Tokens, 0, 0, 2).front();
      const double truth = 0.8 * (0.75 - 0.2);
      covered += waker.low <= truth && truth <= waker.high;
    }
    QVERIFY2(covered > 0.93 * draws && covered < 0.97 * draws, qPrintable(QString::number(covered)));
  }

  void ifElseHeads() {
    Waker waker;
    waker.mean = 0.2;
    waker.previous = 0.8;
    waker.meanPrevious = 0.1;
    QVERIFY(isIfElse(waker) && isIfElse(waker, 0.79) && !isIfElse(waker, 0.81));
    const auto without = [&](auto change) {
      Waker other = waker;
      change(other);
      return isIfElse(other);
    };
    QVERIFY(!without([](Waker& w) { w.mean = 0.71; }));          // does not rest
    QVERIFY(!without([](Waker& w) { w.previous = 0.4; }));       // looks elsewhere
    QVERIFY(!without([](Waker& w) { w.meanPrevious = 0.45; }));  // a previous-token head anyway
    Waker asleep = waker;
    asleep.previous = 0.4;
    Waker second = waker;
    second.kind = 1;
    const std::vector<Waker> found = ifElseOf({waker, asleep, second});
    QCOMPARE(found.size(), std::size_t{2});
    QCOMPARE(found[1].kind, std::size_t{1});
  }
};

QTEST_GUILESS_MAIN(TestWaking)
#include "tst_waking.moc"
