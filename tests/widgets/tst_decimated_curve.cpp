#include "widgets/decimated_curve.h"

#include <qcustomplot.h>

#include <QApplication>
#include <QElapsedTimer>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>

#include "widgets/curve_plot.h"
#include "widgets/theme.h"

using namespace sinkscope;

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/** A noisy curve that falls, as a loss does. */
Curve noisy(std::size_t points) {
  std::mt19937 random(7);
  std::normal_distribution<double> noise(0, 0.1);
  Curve curve;
  curve.name = QStringLiteral("loss");
  for (std::size_t i = 0; i < points; ++i) {
    curve.x.push_back(static_cast<double>(i + 1));
    curve.y.push_back(2 + 4 * std::exp(-static_cast<double>(i) / 9000) + noise(random));
  }
  return curve;
}

struct Extremes {
  double first = kNone, low = INFINITY, high = -INFINITY, last = kNone;
  bool gap = false;

  bool operator==(const Extremes &) const = default;
};

/** What each column of pixels holds of a curve, found the slow way. */
std::map<int, Extremes> columnsOf(const Curve &curve, const PlotAxis &x, const PlotAxis &y, const AxisScale &scale,
                                  int columns) {
  std::map<int, Extremes> found;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    if (!x.shows(curve.xAt(i))) continue;
    Extremes &column = found[static_cast<int>(std::floor(scale.position(curve.xAt(i)) * columns))];
    if (!y.shows(curve.y[i])) {
      column.gap = true;
      continue;
    }
    if (std::isnan(column.first)) column.first = curve.y[i];
    column.low = std::min(column.low, curve.y[i]);
    column.high = std::max(column.high, curve.y[i]);
    column.last = curve.y[i];
  }
  return found;
}

bool same(const std::map<int, Extremes> &a, const std::map<int, Extremes> &b) {
  const auto equal = [](double u, double v) { return u == v || (std::isnan(u) && std::isnan(v)); };
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [&](const auto &one, const auto &other) {
           const Extremes &p = one.second;
           const Extremes &q = other.second;
           return one.first == other.first && equal(p.first, q.first) && p.low == q.low && p.high == q.high &&
                  equal(p.last, q.last) && p.gap == q.gap;
         });
}

}  // namespace

class TestDecimatedCurve : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { applyAppStyle(*qApp, false); }

  void columnsKeepTheirExtremes_data() {
    QTest::addColumn<bool>("logarithmic");
    QTest::newRow("linear") << false;
    QTest::newRow("logarithmic") << true;
  }
  void columnsKeepTheirExtremes() {
    QFETCH(bool, logarithmic);
    Curves data;
    data.curves = {noisy(100000)};
    Curve &curve = data.curves.front();
    curve.x[0] = 0;        // no place on a logarithmic axis
    curve.y[70000] = 40;   // a peak of one point
    curve.y[70001] = -3;   // likewise, and none on a logarithmic axis
    curve.y[500] = kNone;  // a gap within a column
    for (std::size_t i = 20000; i < 21000; ++i) curve.y[i] = kNone;
    data.x.logarithmic = data.y.logarithmic = logarithmic;
    const AxisScale x = data.xScale();
    const Curve seen = decimated(curve, data.x, data.y, x, 300);
    QVERIFY2(seen.size() <= 5 * 301, qPrintable(QString::number(seen.size())));
    QVERIFY(std::is_sorted(seen.x.begin(), seen.x.end()));
    QCOMPARE(seen.name, curve.name);
    QVERIFY(same(columnsOf(seen, data.x, data.y, x, 300), columnsOf(curve, data.x, data.y, x, 300)));
    for (std::size_t i = 0; i < seen.size(); ++i) {
      const auto at = static_cast<std::size_t>(std::max(0.0, seen.x[i] - 1));
      QVERIFY(std::isnan(seen.y[i]) || seen.y[i] == curve.y[at]);
    }
  }

  void shortCurvesAndBandsStay() {
    Curves data;
    data.curves = {noisy(1000)};
    QCOMPARE(decimated(data.curves[0], data.x, data.y, data.xScale(), 200), data.curves[0]);
    Curve banded = noisy(10000);
    banded.lower = banded.upper = banded.y;
    data.curves = {banded};
    QCOMPARE(decimated(banded, data.x, data.y, data.xScale(), 200), banded);
  }

  void aCurveWithoutXIsCounted() {
    Curves data;
    data.curves = {noisy(5000)};
    data.curves[0].x.clear();
    const Curve seen = decimated(data.curves[0], data.x, data.y, data.xScale(), 10);
    QVERIFY(seen.size() <= 55);
    for (std::size_t i = 0; i < seen.size(); ++i) {
      QCOMPARE(seen.y[i], data.curves[0].y[static_cast<std::size_t>(seen.x[i])]);
    }
  }

  /** Sixty pictures a second leave 16 ms for one. The best of several: the machine may have other work. */
  void aHundredThousandPointsAreDrawnInAFrame_data() {
    QTest::addColumn<int>("role");
    QTest::newRow("faint") << static_cast<int>(ColourRole::Faint);
    QTest::newRow("solid") << static_cast<int>(ColourRole::First);
    QTest::newRow("dashed") << static_cast<int>(ColourRole::Fifth);
  }
  void aHundredThousandPointsAreDrawnInAFrame() {
    QFETCH(int, role);
    CurvePlot plot;
    plot.resize(800, 300);
    plot.show();
    QVERIFY(QTest::qWaitForWindowExposed(&plot));
    Curves data;
    data.curves = {noisy(100000)};
    data.curves[0].role = static_cast<ColourRole>(role);
    data.x.title = QStringLiteral("step");
    QImage picture(plot.size(), QImage::Format_ARGB32_Premultiplied);
    qint64 build = std::numeric_limits<qint64>::max();
    qint64 paint = build;
    for (int i = 0; i < 20; ++i) {
      QElapsedTimer clock;
      clock.start();
      plot.setCurves(data);
      build = std::min(build, clock.nsecsElapsed());
      clock.restart();
      plot.plot()->replot();
      plot.render(&picture);
      paint = std::min(paint, clock.nsecsElapsed());
    }
    qInfo("100,000 points: %.2f ms to build, %.2f ms to paint", 1e-6 * static_cast<double>(build),
          1e-6 * static_cast<double>(paint));
    QVERIFY(build + paint < 16000000);
  }

  void aLongCurveIsReadAtItsPoints() {
    CurvePlot plot;
    plot.resize(400, 200);
    Curves data;
    data.curves = {noisy(50000)};
    data.curves.push_back(data.curves[0]);
    data.curves[1].name = QStringLiteral("other");
    for (double &y : data.curves[1].y) y = -y;  // other points of it are drawn
    data.x.title = QStringLiteral("step");
    plot.setCurves(data);
    plot.highlightX(25000);
    const QString value = QString::number(data.curves[0].y[24999], 'g', 3);
    QCOMPARE(plot.readout(), QStringLiteral("step 25000\nloss: %1\nother: -%1").arg(value));
  }
};

QTEST_MAIN(TestDecimatedCurve)
#include "tst_decimated_curve.moc"
