#include "core/analysis/perturbation.h"
#include "core/error.h"

#include <QTest>

#include <cmath>

using namespace sinkscope;

using Ids = std::vector<std::int64_t>;

/// How two prompts lie beside each other, and the measures that are taken of a map.
class TestAlignment : public QObject {
  Q_OBJECT

 private slots:
  void aligns() {
    QCOMPARE(align({1, 2, 3, 4}, {1, 9, 3, 4}), (Alignment{1, 2, 2}));
    QCOMPARE(align({1, 2, 3, 4}, {1, 9, 8, 3, 4}), (Alignment{1, 2, 3}));
    QCOMPARE(align({1, 2, 3, 4}, {1, 4}), (Alignment{1, 3, 1}));
    QCOMPARE(align({1, 2}, {1, 2, 3}), (Alignment{2, 2, 3}));
    QCOMPARE(align({7}, {8}), (Alignment{0, 1, 1}));
    QCOMPARE(align({5, 5}, {5, 5, 5}), (Alignment{2, 2, 3}));  // the beginning goes first: nothing is counted twice
    QVERIFY_THROWS_EXCEPTION(Error, align({1, 2}, {1, 2}));
  }

  void measures() {
    PerturbMap map;
    map.before.resize(4);
    map.alignment = {1, 2, 2};
    map.l2 = Array<float, 2>({2, 4});
    map.norm = Array<float, 2>({2, 4}, 4.0f);
    const std::vector<float> changes{0, 8, 1, 3};
    for (std::size_t place : {0, 1}) std::ranges::copy(changes, map.l2.row(place).begin());
    QCOMPARE(meanChange(map, ChangeNorm::L2), (std::vector{2.0, 2.0}));
    QCOMPARE(meanChange(map, ChangeNorm::Relative), (std::vector{0.5, 0.5}));
    QCOMPARE(spread(map, ChangeNorm::L2), (std::vector{0.25, 0.25}));
    map.l2(1, 1) = NAN;
    QVERIFY(std::isnan(spread(map, ChangeNorm::L2)[1]));
    map.alignment.end = 4;
    QVERIFY(std::isnan(meanChange(map, ChangeNorm::L2)[0]));
  }

  void names() {
    QCOMPARE(placeNames(4), (std::vector<std::string>{"embedding", "0", "1", "final norm"}));
    for (const Condition condition : kConditions) QCOMPARE(conditionNamed(conditionName(condition)), condition);
    QVERIFY_THROWS_EXCEPTION(Error, conditionNamed("nothing"));
  }
};

QTEST_GUILESS_MAIN(TestAlignment)
#include "tst_alignment.moc"
