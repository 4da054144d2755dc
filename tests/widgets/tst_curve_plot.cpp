#include <qcustomplot.h>

#include <QApplication>
#include <QSignalSpy>
#include <QTest>
#include <cmath>
#include <limits>

#include "tests/widgets/sample_data.h"
#include "widgets/curve_plot.h"
#include "widgets/theme.h"

using namespace sinkscope;

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

Curves two() {
  Curves data;
  data.curves = {{QStringLiteral("a"), {1, 2, 3, 4, 5}, ColourRole::First},
                 {QStringLiteral("b"), {5, 4, kNone, 2, 1}, ColourRole::Second}};
  data.x.title = QStringLiteral("layer");
  return data;
}

/** How many pixels have nearly this colour. */
int pixelsOf(const QImage &image, const QColor &colour) {
  int count = 0;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      const QColor pixel = image.pixelColor(x, y);
      count += std::abs(pixel.red() - colour.red()) + std::abs(pixel.green() - colour.green()) +
                   std::abs(pixel.blue() - colour.blue()) <
               12;
    }
  }
  return count;
}

QImage shot(CurvePlot &plot) {
  plot.plot()->replot();
  return plot.grab().toImage();
}

/** Where a point of the plot stands in its widget. */
QPoint at(CurvePlot &plot, double x, double y) {
  return QPointF(plot.plot()->xAxis->coordToPixel(x), plot.plot()->yAxis->coordToPixel(y)).toPoint();
}

}  // namespace

class TestCurvePlot : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { applyAppStyle(*qApp, false); }
  void logarithmicScaleLeavesOutZeros();
  void legend();
  void legendFollowsTheWidth();
  void pointsBetweenGapsAreSeen();
  void bands();
  void levelsOutsideAreNotDrawn();
  void manyCurvesAndOneLit();
  void hovering();
  void keyboard();
  void highlightIsSilentAndReads();
  void ticksAreThoseOfTheFigures();
  void emptyPlotIsQuiet();
};

void TestCurvePlot::logarithmicScaleLeavesOutZeros() {
  Curves data;
  data.curves = {{QStringLiteral("a"), {0, 1e-3, -5, 10}, ColourRole::First, {0, 1, 10, 100}}};
  data.x.logarithmic = data.y.logarithmic = true;
  const AxisScale y = data.yScale();
  QVERIFY(y.low > 1e-4 && y.low < 1e-3);
  QVERIFY(y.high > 10 && y.high < 100);
  const AxisScale x = data.xScale();
  QVERIFY(x.low > 0.5 && x.low < 1);
  data.y.minimum = -1;  // no end of a logarithmic axis
  data.y.maximum = 5;
  QVERIFY(data.yScale().low > 0);
  CurvePlot plot;
  plot.setCurves(data);
  QCPGraph *graph = plot.plot()->graph(0);
  QCOMPARE(graph->dataCount(), 4);
  QVERIFY(std::isnan(graph->dataMainValue(0)));
  QCOMPARE(graph->dataMainValue(1), 1e-3);
  QVERIFY(std::isnan(graph->dataMainValue(2)));
}

/// Entries of the legend; its last row may have empty places.
static int named(const CurvePlot &plot) {
  int count = 0;
  for (int i = 0; i < plot.plot()->legend->itemCount(); ++i) count += plot.plot()->legend->item(i) ? 1 : 0;
  return count;
}

void TestCurvePlot::legendFollowsTheWidth() {
  CurvePlot plot;
  plot.resize(240, 200);
  plot.setCurves(sample::curves(4, false));
  plot.show();
  QVERIFY(plot.plot()->legend->rowCount() > 1);
  plot.resize(1600, 200);
  QCOMPARE(plot.plot()->legend->rowCount(), 1);
  QCOMPARE(named(plot), 4);
  plot.resize(240, 200);
  QVERIFY(plot.plot()->legend->rowCount() > 1);
}

void TestCurvePlot::legend() {
  CurvePlot plot;
  plot.setCurves(sample::curves(1, false));
  QVERIFY(!plot.plot()->legend->visible());
  plot.setCurves(sample::curves(8, false));
  QVERIFY(plot.plot()->legend->visible());
  QCOMPARE(named(plot), 8);
  Curves many = sample::curves(8, false);
  many.curves.push_back({QStringLiteral("one more"), {1, 2}});
  plot.setCurves(many);
  QCOMPARE(named(plot), 0);  // too many to keep apart
  // Of a curve a token, the two that stand out are named.
  plot.setCurves(sample::linesOf(sample::spread(12, 40, 20, 0.2, true)));
  QCOMPARE(named(plot), 2);
}

void TestCurvePlot::pointsBetweenGapsAreSeen() {
  CurvePlot plot;
  plot.resize(420, 240);
  Curves data;
  data.curves = {{QStringLiteral("a"), {kNone, 2, kNone, kNone}, ColourRole::First}};
  plot.setCurves(data);
  const QColor blue = curvePen(ColourRole::First, false).color();
  const int lone = pixelsOf(shot(plot), blue);
  QVERIFY(lone > 8 && lone < 60);  // one disc
  data.curves[0].y[2] = 2;
  plot.setCurves(data);
  QVERIFY(pixelsOf(shot(plot), blue) > 2 * lone);  // now a line
}

void TestCurvePlot::bands() {
  CurvePlot plot;
  plot.resize(420, 240);
  Curves data = two();
  plot.setCurves(data);
  QCOMPARE(plot.plot()->graphCount(), 2);
  data.curves[0].lower = {0, 1, 2, 3, 4};
  data.curves[0].upper = {2, 3, 4, kNone, 6};
  data.y.logarithmic = true;
  plot.setCurves(data);
  QCOMPARE(plot.plot()->graphCount(), 4);
  const QCPGraph *lower = plot.plot()->graph(0);
  const QCPGraph *upper = plot.plot()->graph(1);
  QCOMPARE(upper->channelFillGraph(), lower);
  QCOMPARE(lower->dataMainValue(0), plot.plot()->yAxis->range().lower);  // runs off the lower end
  QCOMPARE(lower->dataMainValue(1), 1.0);
  QVERIFY(std::isnan(lower->dataMainValue(3)));
  QVERIFY(shot(plot).size() == QSize(420, 240));
}

void TestCurvePlot::levelsOutsideAreNotDrawn() {
  CurvePlot plot;
  Curves data = two();
  data.levels = {{2, QStringLiteral("in"), false}};
  plot.setCurves(data);
  QCOMPARE(plot.plot()->itemCount(), 2);
  data.y.minimum = 3;
  data.y.maximum = 6;
  plot.setCurves(data);
  QCOMPARE(plot.plot()->itemCount(), 0);
}

void TestCurvePlot::manyCurvesAndOneLit() {
  CurvePlot plot;
  plot.resize(520, 300);
  const LayerMapData map = sample::spread(30, 64, 20, 0.3, true);
  plot.setCurves(sample::linesOf(map));
  QCOMPARE(plot.plot()->graphCount(), 64);
  const QColor strong = themeFor(&plot).selection;
  const int before = pixelsOf(shot(plot), strong);
  plot.highlight(40);
  QCOMPARE(plot.readout(), map.columnLabel(40));
  QVERIFY(pixelsOf(shot(plot), strong) > before + 300);
  plot.highlightX(30);
  const QString value = QString::number(map.values.at(30, 40), 'g', 3);
  QCOMPARE(plot.readout(), QStringLiteral("layer 30\n%1: %2").arg(map.columnLabel(40), value));
  // The sink's curve, all 0 here, still lies upon the others.
  QVERIFY(pixelsOf(shot(plot), curvePen(ColourRole::Sink, false).color()) > 300);
}

void TestCurvePlot::hovering() {
  CurvePlot plot;
  plot.resize(420, 240);
  plot.setCurves(two());
  plot.show();
  plot.plot()->replot();
  QSignalSpy hovered(&plot, &CurvePlot::hovered);
  QSignalSpy clicked(&plot, &CurvePlot::clicked);
  QTest::mouseMove(plot.plot(), at(plot, 3.8, 4.8));
  QCOMPARE(hovered.takeLast(), (QVariantList{0, 4.0}));
  QTest::mouseMove(plot.plot(), at(plot, 0.2, 4.8));
  QCOMPARE(hovered.takeLast(), (QVariantList{1, 0.0}));
  QCOMPARE(plot.highlighted(), 1);
  QCOMPARE(plot.readout(), QStringLiteral("layer 0\na: 1\nb: 5"));
  QTest::mouseMove(plot.plot(), at(plot, 2, 3.6));  // in the gap of b
  QCOMPARE(hovered.takeLast()[1].toDouble(), 2.0);
  QVERIFY(plot.readout().endsWith(QStringLiteral("b: –")));
  QTest::mouseMove(plot.plot(), at(plot, 0, 3));  // far from both
  QCOMPARE(hovered.takeLast(), (QVariantList{-1, 0.0}));
  QTest::mouseClick(plot.plot(), Qt::LeftButton, {}, at(plot, 4, 1.1));
  QCOMPARE(clicked.takeLast(), (QVariantList{1, 4.0}));
  QEvent leave(QEvent::Leave);
  QApplication::sendEvent(plot.plot(), &leave);
  QCOMPARE(hovered.takeLast()[0].toInt(), -1);
  QVERIFY(std::isnan(plot.highlightedX()));
  QVERIFY(plot.readout().isEmpty());
}

void TestCurvePlot::keyboard() {
  CurvePlot plot;
  plot.setCurves(two());
  QSignalSpy hovered(&plot, &CurvePlot::hovered);
  const auto press = [&](Qt::Key key, int curve, double x) {
    QTest::keyClick(&plot, key);
    return plot.highlighted() == curve && plot.highlightedX() == x;
  };
  QVERIFY(press(Qt::Key_Right, 0, 0));  // nothing was lit
  QVERIFY(press(Qt::Key_Right, 0, 1));
  QVERIFY(press(Qt::Key_Down, 1, 1));
  QVERIFY(press(Qt::Key_Down, 1, 1));
  QVERIFY(press(Qt::Key_Left, 1, 0));
  QVERIFY(press(Qt::Key_Up, 0, 0));
  QCOMPARE(hovered.size(), 5);  // none for what stayed
}

void TestCurvePlot::highlightIsSilentAndReads() {
  CurvePlot plot;
  plot.setCurves(two());
  QSignalSpy hovered(&plot, &CurvePlot::hovered);
  plot.highlight(1);
  plot.highlightX(3);
  QCOMPARE(plot.readout(), QStringLiteral("layer 3\na: 4\nb: 2"));
  Curves data = two();
  data.curves.pop_back();
  plot.setCurves(data);  // a newer answer with one curve less
  QCOMPARE(plot.highlighted(), -1);
  QCOMPARE(plot.highlightedX(), 3.0);
  plot.highlight(7);  // none of that index
  QCOMPARE(plot.highlighted(), -1);
  QCOMPARE(hovered.size(), 0);
}

void TestCurvePlot::ticksAreThoseOfTheFigures() {
  CurvePlot plot;
  plot.resize(520, 300);
  plot.setCurves(sample::curves(2, true));
  QCPAxis *axis = plot.plot()->yAxis;
  shot(plot);
  QVERIFY(axis->tickVectorLabels().contains(QStringLiteral("0.1")));
  QVERIFY(axis->tickVectorLabels().contains(QStringLiteral("1")));
  Curves narrow;  // less than a decade
  narrow.curves = {{QStringLiteral("a"), {0.3, 0.9}}};
  narrow.y.logarithmic = true;
  plot.setCurves(narrow);
  shot(plot);
  QVERIFY(axis->tickVector().size() >= 2);
  // Layers are whole numbers, and only those are named.
  Curves three;
  three.curves = {{QStringLiteral("a"), {1, 2, 3}}};
  plot.setCurves(three);
  shot(plot);
  QCOMPARE(plot.plot()->xAxis->tickVectorLabels().join(QLatin1Char(' ')), QStringLiteral("0 1 2"));
}

void TestCurvePlot::emptyPlotIsQuiet() {
  CurvePlot plot;
  plot.resize(300, 200);
  QSignalSpy hovered(&plot, &CurvePlot::hovered);
  QTest::keyClick(&plot, Qt::Key_Right);
  plot.highlight(0);
  QVERIFY(!shot(plot).isNull());
  Curves data;
  data.curves = {{QStringLiteral("empty"), {}}, {QStringLiteral("nothing"), {kNone}}};
  data.y.logarithmic = true;
  plot.setCurves(data);
  QVERIFY(!shot(plot).isNull());
  QCOMPARE(hovered.size(), 0);
}

QTEST_MAIN(TestCurvePlot)
#include "tst_curve_plot.moc"
