#include <QImageReader>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "tests/widgets/figure_checks.h"
#include "tests/widgets/sample_figures.h"
#include "widgets/animation.h"

using namespace sinkscope;
using namespace sinkscope::sample;

namespace {

/** What another decoder makes of a file: Qt's. */
struct Decoded {
  std::vector<QImage> frames;
  std::vector<int> delays;
  int loops = 0;
};

Decoded decoded(const QString &path) {
  Decoded result;
  QImageReader reader(path, "gif");
  QImage frame;
  while (reader.read(&frame)) {
    result.frames.push_back(frame.convertToFormat(QImage::Format_RGB32));
    result.delays.push_back(reader.nextImageDelay());
  }
  result.loops = reader.loopCount();
  return result;
}

QImage stripes(int count, int shift) {
  QImage image(count, 5, QImage::Format_RGB32);
  for (int x = 0; x < count; ++x) {
    for (int y = 0; y < 5; ++y) image.setPixel(x, y, qRgb(x, 255 - x, (x * 7 + shift) % 256));
  }
  return image;
}

}  // namespace

class TestAnimation : public QObject {
  Q_OBJECT

 private slots:
  void framesComeBackAsTheyWere() {
    QTemporaryDir folder;
    const QString path = folder.filePath("frames.gif");
    const std::vector<QImage> frames{stripes(256, 0), stripes(256, 40), stripes(256, 80)};
    writeGif(path, frames);
    const Decoded read = decoded(path);
    QCOMPARE(read.frames.size(), frames.size());
    for (std::size_t i = 0; i < frames.size(); ++i) QCOMPARE(read.frames[i], frames[i]);
    QCOMPARE(read.delays, (std::vector<int>{kFrameMs, kFrameMs, kLastFrameMs}));
    QCOMPARE(read.loops, -1);  // for ever
  }

  void oneColourIsEnough() {
    QTemporaryDir folder;
    QImage image(3, 2, QImage::Format_RGB32);
    image.fill(qRgb(1, 2, 3));
    writeGif(folder.filePath("one.gif"), {image});
    QCOMPARE(decoded(folder.filePath("one.gif")).frames.front(), image);
  }

  /** More colours than a frame may have: the frequent ones stay, the rest is near. */
  void manyColoursBecomeTheNearest() {
    QTemporaryDir folder;
    QImage image(64, 64, QImage::Format_RGB32);
    for (int y = 0; y < 64; ++y) {
      for (int x = 0; x < 64; ++x) image.setPixel(x, y, y < 32 ? qRgb(200, 10, 10) : qRgb(4 * x, 4 * x, 4 * (y - 32)));
    }
    writeGif(folder.filePath("many.gif"), {image});
    const QImage read = decoded(folder.filePath("many.gif")).frames.front();
    QCOMPARE(read.pixel(5, 5), qRgb(200, 10, 10));
    double sum = 0;
    for (int y = 32; y < 64; ++y) {
      for (int x = 0; x < 64; ++x) {
        const QRgb a = read.pixel(x, y), b = image.pixel(x, y);
        sum += std::hypot(qRed(a) - qRed(b), qGreen(a) - qGreen(b), qBlue(a) - qBlue(b));
      }
    }
    QVERIFY2(sum / (32 * 64) < 60, qPrintable(QString::number(sum / (32 * 64))));
  }

  void figuresMove() {
    QTemporaryDir folder;
    std::vector<FigureDrawing> frames;
    for (int frame : {0, 5, 11}) {
      TokenFramesFigure one = sampleFrames(20);
      one.shown = {frame};
      frames.push_back(drawing(one));
    }
    const QString path = folder.filePath("spread.gif");
    exportAnimation(frames, FigureStyle(), path);
    const Decoded read = decoded(path);
    QCOMPARE(read.frames.size(), std::size_t{3});
    QVERIFY(read.frames[0] != read.frames[1] && read.frames[1] != read.frames[2]);
    QCOMPARE(read.frames[0].width(), qRound(139.7 / 25.4 * 144));
    // Each is the figure itself, but for colours that had to give way.
    const QImage drawn = renderFigure(frames[1], FigureStyle(), 144);
    int same = 0;
    for (int y = 0; y < drawn.height(); ++y) {
      for (int x = 0; x < drawn.width(); ++x) same += drawn.pixel(x, y) == read.frames[1].pixel(x, y);
    }
    const double share = same / (1.0 * drawn.width() * drawn.height());
    QVERIFY2(share > 0.95, qPrintable(QString::number(share)));
  }

  void whatCannotBeWrittenIsNamed() {
    try {
      writeGif(QStringLiteral("/nowhere/a.gif"), {stripes(4, 0)});
      QFAIL("it was written");
    } catch (const std::runtime_error &error) {
      QVERIFY2(QString::fromUtf8(error.what()).startsWith("/nowhere/a.gif"), error.what());
    }
  }

  void framesFitThePage_data() {
    QTest::addColumn<int>("tokens");
    QTest::addColumn<double>("widthMm");
    QTest::newRow("short") << 6 << 139.7;
    QTest::newRow("column") << 20 << 77.0;
    QTest::newRow("long") << 64 << 139.7;
  }
  void framesFitThePage() {
    QFETCH(int, tokens);
    QFETCH(double, widthMm);
    FigureStyle style;
    style.widthMm = widthMm;
    TokenFramesFigure figure = sampleFrames(tokens);
    figure.shown = {0, 5, 11};
    const FigureDrawing made = drawing(figure);
    const std::vector<DrawnText> texts = textsOf(made, style);
    const QString clash = clashOf(texts, figureSize(made, style));
    QVERIFY2(clash.isEmpty(), qPrintable(clash));
    QVERIFY(std::any_of(texts.begin(), texts.end(), [](const DrawnText &text) { return text.text == "layer 5"; }));
    style.aspect = 0.2;  // less than it needs: it becomes smaller
    QVERIFY2(clashOf(textsOf(made, style), figureSize(made, style)).isEmpty(), "on a low page");
  }
};

QTEST_MAIN(TestAnimation)
#include "tst_animation.moc"
