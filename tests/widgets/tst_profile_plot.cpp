#include <qcustomplot.h>

#include <QApplication>
#include <QSignalSpy>
#include <QTest>
#include <cmath>
#include <limits>

#include "widgets/profile_plot.h"
#include "widgets/theme.h"

using namespace sinkscope;

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

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

QImage shot(ProfilePlot &plot) {
  plot.plot()->replot();
  return plot.grab().toImage();
}

}  // namespace

class TestProfilePlot : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { applyAppStyle(*qApp, false); }
  void seriesAreReplacedByName();
  void rangesFollowTheValues();
  void logarithmicRangeIgnoresZeros();
  void pairsAreCutToTheShorter();
  void onlyTheSinkIsAmber();
  void levels();
  void hovering();
  void legendOnlyForSeveral();
  void followsThePalette();
};

void TestProfilePlot::seriesAreReplacedByName() {
  ProfilePlot plot;
  plot.setSeries(QStringLiteral("a"), {1, 2, 3}, ColourRole::First);
  plot.setSeries(QStringLiteral("b"), {1, 2}, ColourRole::Second);
  plot.setSeries(QStringLiteral("a"), {5, 6}, ColourRole::First);
  QCOMPARE(plot.seriesNames(), (QStringList{QStringLiteral("a"), QStringLiteral("b")}));
  QCOMPARE(plot.plot()->graph(0)->dataCount(), 2);
  QCOMPARE(plot.plot()->graph(0)->dataMainValue(1), 6.0);
  plot.removeSeries(QStringLiteral("a"));
  QCOMPARE(plot.seriesNames(), QStringList{QStringLiteral("b")});
  plot.clearSeries();
  QCOMPARE(plot.plot()->graphCount(), 0);
}

void TestProfilePlot::rangesFollowTheValues() {
  ProfilePlot plot;
  plot.setSeries(QStringLiteral("a"), {2, kNone, 4}, ColourRole::First);
  QCOMPARE(plot.plot()->yAxis->range().lower, 1.9);
  QCOMPARE(plot.plot()->yAxis->range().upper, 4.1);
  QVERIFY(plot.plot()->xAxis->range().contains(0) && plot.plot()->xAxis->range().contains(2));
  plot.setThreshold(8);
  QVERIFY(plot.plot()->yAxis->range().contains(8));
  plot.setRange(0, 1);
  QCOMPARE(plot.plot()->yAxis->range().upper, 1.0);
  plot.setRange(0, 0);
  QVERIFY(plot.plot()->yAxis->range().contains(8));
}

void TestProfilePlot::logarithmicRangeIgnoresZeros() {
  ProfilePlot plot;
  plot.setLogScale(true);
  plot.setSeries(QStringLiteral("a"), {0, 1e-3, 10}, ColourRole::First);
  const QCPRange range = plot.plot()->yAxis->range();
  QVERIFY(range.lower > 1e-4 && range.lower < 1e-3);
  QVERIFY(range.upper > 10 && range.upper < 100);
}

void TestProfilePlot::pairsAreCutToTheShorter() {
  ProfilePlot plot;
  plot.setSeries(QStringLiteral("a"), {0, 10, 20, 30}, {1, 2, 3}, ColourRole::First);
  QCOMPARE(plot.plot()->graph(0)->dataCount(), 3);
  QCOMPARE(plot.plot()->graph(0)->dataMainKey(2), 20.0);
}

void TestProfilePlot::onlyTheSinkIsAmber() {
  ProfilePlot plot;
  plot.resize(420, 240);
  plot.setSeries(QStringLiteral("rate"), {0.2, 0.6, 0.4}, ColourRole::First);
  const QColor amber = curvePen(ColourRole::Sink, false).color();
  QCOMPARE(pixelsOf(shot(plot), amber), 0);
  QVERIFY(pixelsOf(shot(plot), curvePen(ColourRole::First, false).color()) > 200);
  plot.setSeries(QStringLiteral("share"), {0.1, 0.3, 0.9}, ColourRole::Sink);
  QVERIFY(pixelsOf(shot(plot), amber) > 200);
  // Colours apart from each other, and dashes apart in print.
  for (ColourRole role : {ColourRole::First, ColourRole::Second, ColourRole::Third, ColourRole::Muted}) {
    QVERIFY(contrastRatio(curvePen(role, false).color(), Qt::white) >= 3);
    QVERIFY(curvePen(role, false).color() != amber);
  }
  QVERIFY(curvePen(ColourRole::First, false).style() != curvePen(ColourRole::Second, false).style());
}

void TestProfilePlot::levels() {
  ProfilePlot plot;
  plot.setSeries(QStringLiteral("a"), {0, 1}, ColourRole::First);
  QCOMPARE(plot.plot()->itemCount(), 0);
  plot.setBaseline(0.1, QStringLiteral("uniform"));
  QCOMPARE(plot.plot()->itemCount(), 2);  // the line and its name
  plot.setThreshold(0.3);
  QCOMPARE(plot.plot()->itemCount(), 4);
  plot.setBaseline(kNone, QString());
  plot.setThreshold(kNone);
  QCOMPARE(plot.plot()->itemCount(), 0);
}

void TestProfilePlot::hovering() {
  ProfilePlot plot;
  plot.resize(420, 240);
  plot.setSeries(QStringLiteral("a"), {0, 1, 2, 3, 4}, ColourRole::First);
  plot.show();
  plot.plot()->replot();
  QSignalSpy hovered(&plot, &ProfilePlot::pointHovered);
  const auto at = [&](double x) {
    return QPoint(qRound(plot.plot()->xAxis->coordToPixel(x)), plot.plot()->axisRect()->center().y());
  };
  QTest::mouseMove(plot.plot(), at(3.3));
  QCOMPARE(hovered.takeLast(), QVariantList{3});
  QTest::mouseMove(plot.plot(), at(0.6));
  QCOMPARE(hovered.takeLast(), QVariantList{1});
  plot.setSeries(QStringLiteral("a"), {5, 6}, ColourRole::First);  // while the pointer is there
  QTest::mouseMove(plot.plot(), at(0.1));
  QCOMPARE(hovered.takeLast(), QVariantList{0});
  QEvent leave(QEvent::Leave);
  QApplication::sendEvent(plot.plot(), &leave);
  QCOMPARE(hovered.takeLast(), QVariantList{-1});
}

void TestProfilePlot::legendOnlyForSeveral() {
  ProfilePlot plot;
  plot.setSeries(QStringLiteral("a"), {0, 1}, ColourRole::First);
  QVERIFY(!plot.plot()->legend->visible());
  plot.setSeries(QStringLiteral("b"), {1, 0}, ColourRole::Sink);
  QVERIFY(plot.plot()->legend->visible());
  QCOMPARE(plot.plot()->legend->itemCount(), 2);
}

void TestProfilePlot::followsThePalette() {
  ProfilePlot plot;
  plot.setSeries(QStringLiteral("a"), {0, 1}, ColourRole::First);
  QCOMPARE(plot.plot()->graph(0)->pen().color(), curvePen(ColourRole::First, false).color());
  plot.setPalette(stylePalette(true));
  QCOMPARE(plot.plot()->graph(0)->pen().color(), curvePen(ColourRole::First, true).color());
  QCOMPARE(plot.plot()->xAxis->tickLabelColor(), themeFor(&plot).mutedText);
}

QTEST_MAIN(TestProfilePlot)
#include "tst_profile_plot.moc"
