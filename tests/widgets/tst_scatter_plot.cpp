#include <qcustomplot.h>

#include <QApplication>
#include <QSignalSpy>
#include <QTest>
#include <cmath>
#include <limits>

#include "tests/widgets/sample_data.h"
#include "widgets/scatter_plot.h"
#include "widgets/theme.h"

using namespace sinkscope;

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

Scatter four() {
  Scatter data;
  data.x = {0, 1, 2, kNone};
  data.y = {0, 10, 5, 3};
  data.classOf = {0, 1, 0, 1};
  data.classes = {{QStringLiteral("no-op"), ColourRole::Sink}, {QStringLiteral("working"), ColourRole::First}};
  data.labels = {QStringLiteral("p"), QStringLiteral("q"), QStringLiteral("r"), QStringLiteral("s")};
  data.xAxis.title = QStringLiteral("rest");
  data.yAxis.title = QStringLiteral("drain");
  return data;
}

QPoint at(ScatterPlot &plot, std::size_t point) {
  const Scatter &data = plot.scatter();
  return QPointF(plot.plot()->xAxis->coordToPixel(data.x[point]), plot.plot()->yAxis->coordToPixel(data.y[point]))
      .toPoint();
}

}  // namespace

class TestScatterPlot : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { applyAppStyle(*qApp, false); }
  void classesHaveTheirGraphs();
  void nearestPoint();
  void mouse();
  void keyboard();
  void activation();
  void boundsAreLines();
  void selectionStaysWhereItCan();
  void logarithmicLeavesOutZeros();
  void followsThePalette();
};

void TestScatterPlot::classesHaveTheirGraphs() {
  ScatterPlot plot;
  plot.setScatter(four());
  QCOMPARE(plot.plot()->graph(0)->dataCount(), 2);
  QCOMPARE(plot.plot()->graph(1)->dataCount(), 1);  // the other has no x
  QCOMPARE(plot.plot()->graph(0)->scatterStyle().brush().color(), curvePen(ColourRole::Sink, false).color());
  QVERIFY(plot.plot()->legend->visible());
  QCOMPARE(plot.plot()->legend->itemCount(), 2);
  Scatter plain = four();
  plain.classOf.clear();
  plain.classes.clear();
  plot.setScatter(plain);
  QCOMPARE(plot.plot()->graph(0)->dataCount(), 3);
  QVERIFY(!plot.plot()->legend->visible());
}

void TestScatterPlot::nearestPoint() {
  ScatterPlot plot;
  plot.resize(480, 360);
  plot.setScatter(sample::heads(200, true));
  plot.show();
  plot.plot()->replot();
  const Scatter &data = plot.scatter();
  // Every point is found at its own place, but for those that share it with another.
  for (std::size_t point = 0; point < data.size(); point += 7) {
    const QPointF place(plot.plot()->xAxis->coordToPixel(data.x[point]),
                        plot.plot()->yAxis->coordToPixel(data.y[point]));
    QCOMPARE(plot.pointAt(place), static_cast<int>(point));
  }
  QCOMPARE(plot.pointAt({-20, -20}), -1);
  const QPointF corner(plot.plot()->axisRect()->topLeft());
  QCOMPARE(plot.pointAt(corner + QPointF(8, 8)), -1);  // far from the diagonal band
}

void TestScatterPlot::mouse() {
  ScatterPlot plot;
  plot.resize(480, 360);
  plot.setScatter(four());
  plot.show();
  plot.plot()->replot();
  QSignalSpy hovered(&plot, &ScatterPlot::hovered);
  QSignalSpy clicked(&plot, &ScatterPlot::clicked);
  QTest::mouseMove(plot.plot(), at(plot, 1) + QPoint(3, -2));
  QCOMPARE(hovered.takeLast(), QVariantList{1});
  QCOMPARE(plot.readout(), QStringLiteral("q\nrest: 1\ndrain: 10"));
  QTest::mouseMove(plot.plot(), at(plot, 1) + QPoint(40, 40));
  QCOMPARE(hovered.takeLast(), QVariantList{-1});
  QVERIFY(plot.readout().isEmpty());
  QTest::mouseClick(plot.plot(), Qt::LeftButton, {}, at(plot, 2));
  QCOMPARE(clicked.takeLast(), QVariantList{2});
  QCOMPARE(plot.selected(), 2);
  QTest::mouseClick(plot.plot(), Qt::LeftButton, {}, at(plot, 1) + QPoint(40, 40));
  QCOMPARE(clicked.size(), 0);
  QCOMPARE(plot.selected(), 2);
}

void TestScatterPlot::keyboard() {
  ScatterPlot plot;
  plot.setScatter(four());
  QSignalSpy clicked(&plot, &ScatterPlot::clicked);
  QTest::keyClick(&plot, Qt::Key_Right);
  QCOMPARE(plot.highlighted(), 0);
  QTest::keyClick(&plot, Qt::Key_Right);
  QTest::keyClick(&plot, Qt::Key_Right);
  QTest::keyClick(&plot, Qt::Key_Right);  // the last one is not shown
  QCOMPARE(plot.highlighted(), 2);
  QTest::keyClick(&plot, Qt::Key_Left);
  QCOMPARE(plot.highlighted(), 1);
  QTest::keyClick(&plot, Qt::Key_Return);
  QCOMPARE(clicked.takeLast(), QVariantList{1});
}

void TestScatterPlot::activation() {
  ScatterPlot plot;
  plot.resize(480, 360);
  plot.setScatter(four());
  plot.show();
  plot.plot()->replot();
  QSignalSpy activated(&plot, &ScatterPlot::activated);
  QTest::mouseClick(plot.plot(), Qt::LeftButton, {}, at(plot, 2));
  QCOMPARE(activated.size(), 0);
  QTest::mouseDClick(plot.plot(), Qt::LeftButton, {}, at(plot, 2));
  QCOMPARE(activated.takeLast(), QVariantList{2});
  QTest::mouseDClick(plot.plot(), Qt::LeftButton, {}, at(plot, 1) + QPoint(40, 40));
  QCOMPARE(activated.size(), 0);
  plot.highlight(1);
  QTest::keyClick(&plot, Qt::Key_Return);  // selects
  QCOMPARE(activated.size(), 0);
  QTest::keyClick(&plot, Qt::Key_Return);
  QCOMPARE(activated.takeLast(), QVariantList{1});
}

void TestScatterPlot::boundsAreLines() {
  Scatter data = four();
  data.xBounds = {3};
  data.yBounds = {-5, 2};
  QVERIFY(data.xScale().high > 3 && data.yScale().low < -5);  // there is room for them
  ScatterPlot plot;
  plot.setScatter(data);
  QCOMPARE(plot.plot()->itemCount(), 4);  // and the read-out
  const auto *across = qobject_cast<QCPItemStraightLine *>(plot.plot()->item(2));
  QVERIFY(across);
  QCOMPARE(across->point1->coords().y(), 2.0);
  QCOMPARE(across->point2->coords().y(), 2.0);
  const auto *up = qobject_cast<QCPItemStraightLine *>(plot.plot()->item(0));
  QVERIFY(up);
  QCOMPARE(up->point1->coords().x(), 3.0);
  QCOMPARE(up->point2->coords().x(), 3.0);
}

void TestScatterPlot::selectionStaysWhereItCan() {
  ScatterPlot plot;
  QSignalSpy clicked(&plot, &ScatterPlot::clicked);
  QSignalSpy hovered(&plot, &ScatterPlot::hovered);
  plot.setScatter(four());
  plot.setSelected(2);
  plot.highlight(1);
  plot.setScatter(four());
  QCOMPARE(plot.selected(), 2);
  Scatter fewer = four();
  fewer.x.resize(2);
  fewer.y.resize(2);
  plot.setScatter(fewer);
  QCOMPARE(plot.selected(), -1);
  QCOMPARE(plot.highlighted(), 1);
  plot.setSelected(9);
  QCOMPARE(plot.selected(), -1);
  QCOMPARE(clicked.size() + hovered.size(), 0);
}

void TestScatterPlot::logarithmicLeavesOutZeros() {
  Scatter data = four();
  data.xAxis.logarithmic = data.yAxis.logarithmic = true;
  QVERIFY(!data.shows(0));
  QVERIFY(data.xScale().low > 0 && data.xScale().low < 1);
  ScatterPlot plot;
  plot.resize(300, 200);
  plot.setScatter(data);
  QCOMPARE(plot.plot()->graph(0)->dataCount(), 1);
  plot.highlight(0);  // has no place: nothing is read
  QVERIFY(plot.readout().isEmpty());
  QVERIFY(!plot.grab().isNull());
}

void TestScatterPlot::followsThePalette() {
  ScatterPlot plot;
  plot.setScatter(four());
  plot.setPalette(stylePalette(true));
  QCOMPARE(plot.plot()->graph(1)->scatterStyle().brush().color(), curvePen(ColourRole::First, true).color());
}

QTEST_MAIN(TestScatterPlot)
#include "tst_scatter_plot.moc"
