#include <QPalette>
#include <QTest>
#include <limits>
#include <set>

#include "widgets/plot_data.h"
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

}  // namespace

class TestPlotData : public QObject {
  Q_OBJECT

 private slots:
  void scalesHoldWhatIsDrawn();
  void scalePositions();
  void drawingOrder();
  void rolesStayApart();
  void scatterScales();
  void diagonal();
};

void TestPlotData::scalesHoldWhatIsDrawn() {
  Curves data = two();
  AxisScale y = data.yScale();
  QVERIFY(!y.logarithmic);
  QCOMPARE(y.low, 0.8);  // 5 % of 1..5 on either side
  QCOMPARE(y.high, 5.2);
  QCOMPARE(data.xScale().low, -0.08);
  data.curves[0].lower = {-2, 1, 2, 3, 4};
  data.curves[0].upper = {2, 3, 4, 5, 7};
  y = data.yScale();
  QVERIFY(y.low < -2 && y.high > 7);
  data.levels = {{11, QStringLiteral("far"), false}, {kNone, QString(), false}};
  QVERIFY(data.yScale().high > 11);
  data.y.minimum = 0;
  data.y.maximum = 3;
  QCOMPARE(data.yScale().high, 3.0);
  // One point has room around it, none has the unit square.
  Curves point;
  point.curves = {{QStringLiteral("a"), {4}}};
  QCOMPARE(point.yScale().low, 3.5);
  QCOMPARE(Curves().yScale().high, 1.0);
}

void TestPlotData::scalePositions() {
  const AxisScale linear{2, 4, false};
  QCOMPARE(linear.position(3), 0.5);
  QCOMPARE(linear.valueAt(0.5), 3.0);
  const AxisScale logarithmic{0.01, 100, true};
  QCOMPARE(logarithmic.position(1), 0.5);
  QCOMPARE(logarithmic.valueAt(0.25), 0.1);
}

void TestPlotData::drawingOrder() {
  Curves data;
  for (ColourRole role : {ColourRole::Sink, ColourRole::Faint, ColourRole::Strong, ColourRole::First}) {
    data.curves.push_back({QStringLiteral("a"), {1, 2}, role});
  }
  QCOMPARE(data.drawingOrder(), (std::vector<std::size_t>{1, 3, 2, 0}));
  QCOMPARE(data.legend(), (std::vector<std::size_t>{0, 2, 3}));  // the faint ones are read by pointing at them
}

void TestPlotData::rolesStayApart() {
  const std::vector<ColourRole> roles = {ColourRole::Sink,  ColourRole::First,  ColourRole::Second,
                                         ColourRole::Third, ColourRole::Fourth, ColourRole::Fifth,
                                         ColourRole::Sixth, ColourRole::Muted,  ColourRole::Strong};
  for (bool dark : {false, true}) {
    const QColor ground = stylePalette(dark).color(QPalette::Base);
    std::set<QRgb> colours;
    std::set<std::vector<qreal>> dashes;
    for (ColourRole role : roles) {
      const QPen pen = curvePen(role, dark);
      colours.insert(pen.color().rgb());
      const QList<qreal> pattern = pen.dashPattern();
      dashes.insert(std::vector<qreal>(pattern.begin(), pattern.end()));
      if (role != ColourRole::Sink) QVERIFY(contrastRatio(pen.color(), ground) >= 3);
    }
    QCOMPARE(colours.size(), roles.size());
    QCOMPARE(dashes.size(), roles.size() - 2);  // sink, first and strong are unbroken: amber, blue, black
  }
  std::set<double> shapes;
  for (ColourRole role : {ColourRole::First, ColourRole::Second, ColourRole::Third, ColourRole::Fourth,
                          ColourRole::Fifth, ColourRole::Sixth}) {
    const QPainterPath path = markerPath(role);
    QVERIFY(QRectF(-1.001, -1.001, 2.002, 2.002).contains(path.boundingRect()));
    shapes.insert(path.elementCount() * 10 + path.boundingRect().top());
  }
  QCOMPARE(shapes.size(), std::size_t(6));
}

void TestPlotData::scatterScales() {
  const Scatter data = four();
  QCOMPARE(data.xScale().low, -0.1);
  QCOMPARE(data.yScale().high, 10.5);  // the point without x counts on neither axis
  QVERIFY(!data.shows(3));
  QCOMPARE(data.roleOf(1), ColourRole::First);
  QCOMPARE(Scatter().xScale().high, 1.0);
}

void TestPlotData::diagonal() {
  Scatter data = four();
  QVERIFY(!data.diagonalEnds());
  data.diagonal = true;
  const auto ends = data.diagonalEnds();
  QVERIFY(ends);
  QCOMPARE(ends->first, -0.1);  // x begins there, y earlier
  QCOMPARE(ends->second, 2.1);
  data.yAxis.minimum = 50;  // y = x lies beside the plot
  data.yAxis.maximum = 60;
  QVERIFY(!data.diagonalEnds());
}

QTEST_MAIN(TestPlotData)
#include "tst_plot_data.moc"
