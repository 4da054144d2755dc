#include "core/catalogue/run_pair.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace sinkscope;

namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();

RunMap mapOf(std::size_t rows, std::size_t columns, std::vector<float> values, std::vector<std::string> tokens = {}) {
  RunMap map;
  map.layers = rows;
  map.values = Array<float, 2>({rows, columns});
  std::copy(values.begin(), values.end(), map.values.data());
  map.tokens = std::move(tokens);
  return map;
}

QString noteOf(const RunMap& a, const RunMap& b) {
  const MapDifference found = difference(a, b, "A", "B");
  return found.values.empty() ? QString::fromStdString(found.note) : QStringLiteral("there is one");
}

}  // namespace

class RunPairTest : public QObject {
  Q_OBJECT

 private slots:
  void depthsRunFromTheFirstLayerToTheLast() {
    QCOMPARE(relativeDepth(0, 18), 0.0);
    QCOMPARE(relativeDepth(17, 18), 1.0);
    QCOMPARE(relativeDepth(5, 11), 0.5);
    QCOMPARE(relativeDepth(-1, 5), -0.25);  // the embedding
    QCOMPARE(relativeDepth(18, 18), 18.0 / 17.0);
    QCOMPARE(relativeDepth(0, 1), 0.0);
    QCOMPARE(relativeDepth(3, 0), 0.0);
  }

  void rowsOfTheSameDepthGoTogether() {
    for (std::size_t row = 0; row < 7; ++row) QCOMPARE(pairedRow(row, 7, 7), row);
    QCOMPARE(pairedRow(0, 18, 30), std::size_t{0});
    QCOMPARE(pairedRow(17, 18, 30), std::size_t{29});
    QCOMPARE(pairedRow(1, 3, 7), std::size_t{3});
    QCOMPARE(pairedRow(29, 30, 18), std::size_t{17});
    QCOMPARE(pairedRow(2, 5, 1), std::size_t{0});
    QCOMPARE(pairedRow(0, 1, 5), std::size_t{0});
    QCOMPARE(pairedRow(2, 5, 0), std::size_t{2});
  }

  void theDifferenceIsTakenCellByCell() {
    const RunMap a = mapOf(2, 3, {0.5f, 0.25f, 1.0f, kNaN, 0.0f, kInfinity}),
                 b = mapOf(2, 3, {0.25f, 1.0f, 1.0f, 1.0f, 0.0f, kInfinity});
    const MapDifference found = difference(a, b, "A", "B");
    const std::vector<float> wanted{0.25f, -0.75f, 0.0f, kNaN, 0.0f, kNaN};
    QCOMPARE(found.values.shape(), (Array<float, 2>::Shape{2, 3}));
    for (std::size_t i = 0; i < wanted.size(); ++i)
      QVERIFY(found.values.values()[i] == wanted[i] || (std::isnan(wanted[i]) && std::isnan(found.values.values()[i])));
    QCOMPARE(found.limit, 0.75);
    QCOMPARE(found.row, std::size_t{0});
    QCOMPARE(found.column, std::size_t{1});
    QVERIFY(found.note.empty());
    QCOMPARE(difference(b, a, "B", "A").values(0, 1), 0.75f);
    // One infinity leaves the scale to the others.
    const MapDifference endless = difference(mapOf(1, 2, {kInfinity, 1.0f}), mapOf(1, 2, {0.0f, 0.5f}), "A", "B");
    QVERIFY(std::isnan(endless.values(0, 0)));
    QCOMPARE(endless.limit, 0.5);
  }

  void likeMapsHaveNoDifference() {
    const RunMap a = mapOf(2, 1, {0.5f, kNaN});
    const MapDifference found = difference(a, a, "A", "B");
    QCOMPARE(found.limit, 0.0);
    QCOMPARE(found.values(0, 0), 0.0f);
  }

  /// With <bos> and without: the tokens that both end with.
  void promptsThatEndAlike() {
    const RunMap with = mapOf(1, 3, {9.0f, 1.0f, 2.0f}, {"<bos>", "The", " river"}),
                 without = mapOf(1, 2, {0.5f, 0.25f}, {"The", " river"});
    const MapDifference found = difference(with, without, "A", "B");
    QCOMPARE(found.values.shape(), (Array<float, 2>::Shape{1, 2}));
    QCOMPARE(found.values(0, 0), 0.5f);
    QCOMPARE(found.values(0, 1), 1.75f);
    QCOMPARE(found.columnA, std::size_t{1});
    QCOMPARE(found.columnB, std::size_t{0});
    QCOMPARE(found.limit, 1.75);
    QCOMPARE(found.note, std::string("Of the 2 tokens that both end with."));
    QCOMPARE(difference(without, with, "A", "B").values(0, 1), -1.75f);
    // As many tokens, but others: place by place.
    const RunMap other = mapOf(1, 2, {1.0f, 1.0f}, {"A", " hill"});
    QCOMPARE(difference(other, without, "A", "B").values(0, 1), 0.75f);
  }

  void thereIsNone() {
    const RunMap map = mapOf(2, 3, {0, 0, 0, 0, 0, 0}, {"a", "b", "c"});
    QCOMPARE(noteOf(map, mapOf(3, 3, std::vector<float>(9))),
             QString("There is no difference map: A has 2 layers, B has 3."));
    QCOMPARE(noteOf(mapOf(1, 4, std::vector<float>(4)), mapOf(1, 9, std::vector<float>(9))),
             QString("There is no difference map: A has 4 heads in a layer, B has 9."));
    QCOMPARE(noteOf(map, mapOf(2, 2, std::vector<float>(4), {"b", "x"})),
             QString("There is no difference map: A has 3 tokens, B has 2, and they do not end alike."));
    QCOMPARE(noteOf(map, RunMap()), QString("There is no difference map: B has no map of this."));
    RunMap fewer = mapOf(1, 3, {0, 0, 0}, {"a", "b", "c"});
    fewer.layers = 2;  // influence from a later layer on
    QCOMPARE(noteOf(map, fewer), QString("There is no difference map: A has 2 rows, B has 1."));
  }
};

QTEST_GUILESS_MAIN(RunPairTest)
#include "tst_run_pair.moc"
