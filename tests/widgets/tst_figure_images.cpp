#include <QDir>
#include <QFontDatabase>
#include <QTest>
#include <algorithm>
#include <cmath>

#include "tests/widgets/sample_figures.h"

using namespace sinkscope;
using namespace sinkscope::sample;

namespace {

constexpr double kDpi = 110;
constexpr int kSeen = 48;            // of 255: a difference of a channel that an eye sees
constexpr double kMostSeen = 0.004;  // of the pixels: letters are drawn a little differently by each FreeType
constexpr double kMostMean = 0.6;    // of 255, over all channels

struct Difference {
  double seen = 0;
  double mean = 0;
};

Difference differenceOf(const QImage &a, const QImage &b) {
  Difference difference;
  for (int y = 0; y < a.height(); ++y) {
    for (int x = 0; x < a.width(); ++x) {
      const QRgb p = a.pixel(x, y), q = b.pixel(x, y);
      const int channels[] = {std::abs(qRed(p) - qRed(q)), std::abs(qGreen(p) - qGreen(q)),
                              std::abs(qBlue(p) - qBlue(q))};
      difference.seen += *std::max_element(std::begin(channels), std::end(channels)) > kSeen;
      difference.mean += (channels[0] + channels[1] + channels[2]) / 3.0;
    }
  }
  const double pixels = static_cast<double>(a.width()) * a.height();
  return {difference.seen / pixels, difference.mean / pixels};
}

/** The tokens that DejaVu Sans has: another machine has another font for the rest. */
void keepLatin(QStringList &tokens) {
  tokens.replaceInStrings(QStringLiteral("注意力"), QStringLiteral("attention"));
}

FigureDrawing figureOf(const QString &name) {
  if (name == QLatin1String("grid")) return drawing(gridFigure(18, 4));
  if (name == QLatin1String("grid-many")) return drawing(gridFigure(80, 128));
  if (name == QLatin1String("head") || name == QLatin1String("head-few")) {
    HeadFigure figure = headFigure(name == QLatin1String("head") ? 30 : 9);
    keepLatin(figure.tokens);
    return drawing(figure);
  }
  if (name == QLatin1String("profile")) return drawing(profileFigure());
  if (name == QLatin1String("curves")) return drawing(CurveFigure{sample::curves(5, true), kConventions});
  if (name == QLatin1String("scatter")) return drawing(ScatterFigure{sample::heads(72, false), kConventions});
  if (name == QLatin1String("maps")) {
    LayerMapFigure figure = layerMaps(18, 20, 2);
    for (LayerMapData &map : figure.maps) keepLatin(map.columns);
    return drawing(figure);
  }
  TokenFramesFigure frames = sampleFrames(20);
  keepLatin(frames.strips.front().tokens);
  frames.shown = {0, 6, 12};
  return drawing(frames);
}

}  // namespace

/**
 * Every type of figure against a picture that a person has approved: in tests/data/figures, drawn in DejaVu Sans. To
 * approve new ones, look at them, then run this test with SINKSCOPE_APPROVE=1.
 */
class TestFigureImages : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    QVERIFY2(QFontDatabase::families().contains("DejaVu Sans"), "DejaVu Sans (fonts-dejavu-core) is not here.");
  }

  void figures_data() {
    QTest::addColumn<bool>("styled");
    for (const char *name : {"grid", "grid-many", "head", "head-few", "profile", "curves", "scatter", "maps", "frames"})
      QTest::newRow(name) << false;
    for (const char *name : {"curves", "maps"}) QTest::newRow(qPrintable(QString(name) + "-styled")) << true;
  }
  void figures() {
    QFETCH(bool, styled);
    const QString name = QTest::currentDataTag();
    FigureStyle style;
    style.family = QStringLiteral("DejaVu Sans");
    if (styled) {
      style.widthMm = 84;
      style.fontPt = 7;
      style.linePt = 0.8;
      style.colourMap = ColourMap::Cividis;
      style.legend = LegendPlace::Right;
      style.panel = QStringLiteral("b");
      style.conventions = false;
      style.crop = {{2, 9}, {}, {6, 15}};
    }
    const QImage image = renderFigure(figureOf(QString(name).remove("-styled")), style, kDpi);
    const QString approved = QDir(SINKSCOPE_TEST_DATA).filePath("figures/" + name + ".png");
    if (qEnvironmentVariableIsSet("SINKSCOPE_APPROVE")) QVERIFY(image.save(approved));
    const QImage expected(approved);
    QVERIFY2(!expected.isNull(), qPrintable(approved + " is not there"));
    QCOMPARE(image.size(), expected.size());
    const Difference difference = differenceOf(image, expected);
    if (difference.seen > kMostSeen || difference.mean > kMostMean) {
      const QString other = QDir::temp().filePath("sinkscope-" + name + ".png");
      image.save(other);
      QFAIL(qPrintable(QStringLiteral("%1 of the pixels differ, %2 on average; see %3 beside %4")
                           .arg(difference.seen)
                           .arg(difference.mean)
                           .arg(other, approved)));
    }
  }
};

QTEST_MAIN(TestFigureImages)
#include "tst_figure_images.moc"
