#include <QFile>
#include <QTest>
#include <cmath>
#include <limits>

#include "widgets/colour_map.h"

using namespace sinkscope;

class TestColourMap : public QObject {
  Q_OBJECT

 private slots:
  void agreesWithMatplotlib();
  void lightnessRises();
  void divergesFromNearWhite();
  void clampsAndLeavesGaps();
  void namesFindTheirMaps();
  void linearScale();
  void logarithmicScale();
  void drawsOnePixelACell();
  void luminanceOfKnownColours();
};

void TestColourMap::agreesWithMatplotlib() {
  QFile file(QStringLiteral(SINKSCOPE_TEST_DATA "/colours.csv"));
  QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(file.fileName()));
  file.readLine();  // the header
  int compared = 0;
  while (!file.atEnd()) {
    const QList<QByteArray> fields = file.readLine().trimmed().split(',');
    QCOMPARE(fields.size(), 5);
    const ColourMap map = colourMapNamed(QString::fromLatin1(fields[0]));
    QCOMPARE(colourMapName(map), QString::fromLatin1(fields[0]));
    const QRgb colour = colourAt(map, fields[1].toDouble());
    const int channels[] = {qRed(colour), qGreen(colour), qBlue(colour)};
    for (int i = 0; i < 3; ++i) {
      const int difference = std::abs(channels[i] - fields[2 + i].toInt());
      QVERIFY2(difference <= 1, qPrintable(QStringLiteral("%1 at %2, channel %3: %4, not %5")
                                               .arg(fields[0], fields[1])
                                               .arg(i)
                                               .arg(channels[i])
                                               .arg(fields[2 + i].toInt())));
    }
    ++compared;
  }
  QCOMPARE(compared, 4 * 65);
}

void TestColourMap::lightnessRises() {
  for (ColourMap map : {ColourMap::Viridis, ColourMap::Cividis, ColourMap::Magma}) {
    for (int i = 1; i < 64; ++i) QVERIFY(luminance(colourAt(map, i / 63.0)) > luminance(colourAt(map, (i - 1) / 63.0)));
  }
}

void TestColourMap::divergesFromNearWhite() {
  const QRgb low = colourAt(ColourMap::Diverging, 0);
  const QRgb high = colourAt(ColourMap::Diverging, 1);
  QVERIFY(qBlue(low) > 2 * qRed(low));
  QVERIFY(qRed(high) > 2 * qBlue(high));
  QVERIFY(luminance(colourAt(ColourMap::Diverging, 0.5)) > 0.9);
  for (int i = 1; i <= 32; ++i) {
    const auto at = [](int step) { return luminance(colourAt(ColourMap::Diverging, step / 64.0)); };
    QVERIFY(at(i) > at(i - 1));
    QVERIFY(at(64 - i) > at(65 - i));
  }
}

void TestColourMap::clampsAndLeavesGaps() {
  QCOMPARE(colourAt(ColourMap::Magma, -3), colourAt(ColourMap::Magma, 0));
  QCOMPARE(colourAt(ColourMap::Magma, 7), colourAt(ColourMap::Magma, 1));
  QCOMPARE(qAlpha(colourAt(ColourMap::Magma, 0.5)), 255);
  QCOMPARE(qAlpha(colourAt(ColourMap::Magma, std::numeric_limits<double>::quiet_NaN())), 0);
}

void TestColourMap::namesFindTheirMaps() {
  QCOMPARE(colourMapNames().size(), 4);
  QCOMPARE(colourMapNamed(QStringLiteral(" cIvidis")), ColourMap::Cividis);
  QCOMPARE(colourMapNamed(QStringLiteral("diverging")), ColourMap::Diverging);
  QCOMPARE(colourMapNamed(QStringLiteral("jet")), ColourMap::Viridis);
}

void TestColourMap::linearScale() {
  const ColourScale scale{ColourMap::Diverging, -2, 2};
  QCOMPARE(scale.position(-2), 0.0);
  QCOMPARE(scale.position(1), 0.75);
  QCOMPARE(scale.position(9), 1.0);
  QCOMPARE(scale.valueAt(0.75), 1.0);
  QVERIFY(std::isnan(scale.position(std::numeric_limits<double>::quiet_NaN())));
  QCOMPARE((ColourScale{ColourMap::Viridis, 1, 1}.position(1)), 0.0);
}

void TestColourMap::logarithmicScale() {
  ColourScale scale{ColourMap::Viridis, 0, 1, true};  // begins at its floor, 1e-4
  QCOMPARE(scale.position(0), 0.0);
  QCOMPARE(scale.position(1e-4), 0.0);
  QVERIFY(std::abs(scale.position(1e-2) - 0.5) < 1e-12);
  QVERIFY(std::abs(scale.valueAt(0.25) - 1e-3) < 1e-15);
  QCOMPARE(scale.position(1), 1.0);
  scale.minimum = 0.01;
  QVERIFY(std::abs(scale.position(0.1) - 0.5) < 1e-12);
}

void TestColourMap::drawsOnePixelACell() {
  const Matrix matrix{2, 3, {0, 0.5F, 1, std::numeric_limits<float>::quiet_NaN(), 0.25F, 0.75F}};
  const ColourScale scale;
  const QImage image = imageOf(matrix, scale);
  QCOMPARE(image.size(), QSize(3, 2));
  QCOMPARE(image.pixel(2, 0), scale.colour(1));
  QCOMPARE(image.pixel(1, 1), scale.colour(0.25));
  QCOMPARE(qAlpha(image.pixel(0, 1)), 0);
  QVERIFY(imageOf({}, scale).isNull());
  QVERIFY(imageOf({2, 2, {1, 2, 3}}, scale).isNull());  // a value short
}

void TestColourMap::luminanceOfKnownColours() {
  QCOMPARE(luminance(qRgb(0, 0, 0)), 0.0);
  QVERIFY(std::abs(luminance(qRgb(255, 255, 255)) - 1) < 1e-12);
  QVERIFY(std::abs(luminance(qRgb(255, 0, 0)) - 0.2126) < 1e-12);
  QVERIFY(std::abs(luminance(qRgb(119, 119, 119)) - 0.18448) < 1e-4);  // #777, 4.48:1 on white
}

QTEST_GUILESS_MAIN(TestColourMap)
#include "tst_colour_map.moc"
