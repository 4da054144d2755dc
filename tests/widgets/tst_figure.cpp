#include <QPainter>
#include <QSvgRenderer>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <limits>

#include "tests/widgets/figure_checks.h"
#include "tests/widgets/sample_figures.h"
#include "widgets/figure.h"

using namespace sinkscope;
using namespace sinkscope::sample;

namespace {

/** Pixels that are the sink's amber. */
int amberOf(const QImage &image) {
  int count = 0;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) count += image.pixel(x, y) == qRgb(0xe8, 0x95, 0x0a);
  }
  return count;
}

}  // namespace

class TestFigure : public QObject {
  Q_OBJECT

 private slots:
  void sizes();
  void textsStayApart_data();
  void textsStayApart();
  void pdfHasRealText_data();
  void pdfHasRealText();
  void svgHasTextAndOneImage();
  void svgLooksLikeThePreview();
  void cellsAreExact();
  void amberFramesFollowEps();
  void pngCarriesItsResolution();
  void sameInputSamePicture();
  void failuresNameTheFile();
  void tables();

 private:
  QTemporaryDir folder_;
  QString path(const char *name) const { return folder_.filePath(QLatin1String(name)); }
};

void TestFigure::sizes() {
  FigureStyle style;
  style.aspect = 0.5;
  const QSizeF size = figureSize(drawing(profileFigure()), style);
  QVERIFY(std::abs(size.width() - 396) < 1e-9);  // 139.7 mm are 5.5 inches
  QVERIFY(std::abs(size.height() - 198) < 1e-9);
  style.aspect = 0;
  style.conventions = false;
  const FigureDrawing drawn = drawing(profileFigure());
  QVERIFY(std::abs(figureSize(drawn, style).height() - drawn.height(style, 396)) < 1e-9);
  style.conventions = true;
  QVERIFY(figureSize(drawn, style).height() > drawn.height(style, 396) + style.fontPt);
  const auto &widths = columnWidths();
  const auto named = [&](const char *name) {
    for (const auto &[key, width] : widths) {
      if (key == QLatin1String(name)) return width;
    }
    return 0.0;
  };
  QCOMPARE(named("NeurIPS"), 139.7);
  QCOMPARE(named("ICLR"), 139.7);
  QCOMPARE(named("ICML column"), 82.6);
  QCOMPARE(named("ICML page"), 171.5);
  QCOMPARE(named("ACL column"), 77.0);
  QCOMPARE(named("ACL page"), 160.0);
}

void TestFigure::textsStayApart_data() {
  QTest::addColumn<int>("kind");
  QTest::addColumn<double>("width");
  QTest::addColumn<double>("points");
  const char *kinds[] = {"grid 18 x 4", "grid 80 x 128", "head of 6", "head of 30", "head of 512", "profile"};
  for (int kind = 0; kind < 6; ++kind) {
    for (double width : {77.0, 139.7}) {
      for (double points : {6.0, 8.0, 10.0}) {
        QTest::addRow("%s, %g mm, %g pt", kinds[kind], width, points) << kind << width << points;
      }
    }
  }
}

void TestFigure::textsStayApart() {
  QFETCH(int, kind);
  QFETCH(double, width);
  QFETCH(double, points);
  const FigureDrawing figures[] = {drawing(gridFigure(18, 4)), drawing(gridFigure(80, 128)), drawing(headFigure(6)),
                                   drawing(headFigure(30)),    drawing(headFigure(512)),     drawing(profileFigure())};
  FigureStyle style;
  style.widthMm = width;
  style.fontPt = points;
  style.title = QStringLiteral("A title");
  const std::vector<DrawnText> texts = textsOf(figures[kind], style);
  QVERIFY(texts.size() > 8);
  const QString clash = clashOf(texts, figureSize(figures[kind], style));
  QVERIFY2(clash.isEmpty(), qPrintable(clash));
}

void TestFigure::pdfHasRealText_data() {
  QTest::addColumn<int>("kind");
  QTest::newRow("grid") << 0;
  QTest::newRow("head") << 1;
  QTest::newRow("profile") << 2;
}

void TestFigure::pdfHasRealText() {
  QFETCH(int, kind);
  const FigureDrawing figures[] = {drawing(gridFigure(18, 4)), drawing(headFigure(30)), drawing(profileFigure())};
  FigureStyle style;
  style.title = QStringLiteral("Sinks & <bos>");
  exportFigure(figures[kind], style, path("figure.pdf"));
  const QByteArray pdf = contentOf(path("figure.pdf"));
  QVERIFY(pdf.startsWith("%PDF-1."));
  QVERIFY(pdf.contains("/CIDFontType2"));  // embedded TrueType outlines
  QVERIFY(pdf.contains("/FontFile2"));
  QVERIFY(pdf.contains("/ToUnicode"));  // selectable, searchable
  QVERIFY(!pdf.contains("/Type3"));
  QVERIFY(!pdf.contains("/DCTDecode"));  // no cell bleeds into the next
  QVERIFY(pdf.contains("uniform baseline 0.074"));
  QVERIFY(pdf.contains("Sinks &amp; &lt;bos&gt;"));
  QVERIFY(pdf.contains("/MediaBox [0 0 396"));
  QCOMPARE(pdf.count("/Subtype /Image"), kind == 0 ? 1 : kind == 1 ? 2 : 0);  // the colour bar, the heatmap
}

void TestFigure::svgHasTextAndOneImage() {
  FigureStyle style;
  style.widthMm = 77;
  exportFigure(drawing(headFigure(30)), style, path("head.svg"));
  const Svg svg = parse(contentOf(path("head.svg")));
  QCOMPARE(svg.width, QStringLiteral("77.000mm"));
  QCOMPARE(svg.images.size(), std::size_t(2));
  for (const char *text : {"query", "key", "attention", "<bos>", "·heads", "0.2"}) {
    QVERIFY2(svg.texts.contains(QString::fromUtf8(text)), text);
  }
  QVERIFY(svg.texts.join(QLatin1Char(' ')).contains(QStringLiteral("uniform baseline 0.074")));
  style.conventions = false;
  exportFigure(drawing(headFigure(30)), style, path("bare.svg"));
  QVERIFY(!parse(contentOf(path("bare.svg"))).texts.join(QLatin1Char(' ')).contains(QStringLiteral("baseline")));
}

void TestFigure::svgLooksLikeThePreview() {
  const FigureStyle style;
  for (const FigureDrawing &figure : {drawing(gridFigure(12, 12)), drawing(headFigure(20)), drawing(profileFigure())}) {
    exportFigure(figure, style, path("look.svg"));
    const QImage preview = renderFigure(figure, style, 72);
    QImage image(preview.size(), QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    QSvgRenderer renderer(contentOf(path("look.svg")));
    QVERIFY(renderer.isValid());
    renderer.render(&painter, image.rect());
    painter.end();
    double difference = 0;
    for (int y = 0; y < image.height(); ++y) {
      for (int x = 0; x < image.width(); ++x) {
        difference += std::abs(qGreen(image.pixel(x, y)) - qGreen(preview.pixel(x, y)));
      }
    }
    QVERIFY(difference / (image.width() * image.height()) < 4);  // of 255: only edges of lines and letters
  }
}

void TestFigure::cellsAreExact() {
  // The drawing says in its SVG where the image stands; the PNG must have each cell's colour there.
  constexpr int kTokens = 25;
  const HeadFigure figure = headFigure(kTokens);
  FigureStyle style;
  style.conventions = false;
  exportFigure(drawing(figure), style, path("cells.svg"));
  const QRectF plot = parse(contentOf(path("cells.svg"))).images.at(0);
  QVERIFY(std::abs(plot.width() - plot.height()) < 1e-3);
  constexpr double kDpi = 288;
  const QImage image = renderFigure(drawing(figure), style, kDpi);
  for (int query = 0; query < kTokens; ++query) {
    for (int key = 0; key < kTokens; ++key) {
      const float value = figure.image.at(query, key);
      const QRgb wanted = std::isnan(value) ? qRgb(255, 255, 255) : colourAt(ColourMap::Viridis, value);
      for (double part : {0.15, 0.5, 0.85}) {
        const QPointF at = plot.topLeft() + QPointF(key + part, query + part) * plot.width() / kTokens;
        QCOMPARE(image.pixel((at * kDpi / 72).toPoint()), wanted);
      }
    }
  }
}

void TestFigure::amberFramesFollowEps() {
  FigureStyle style;
  style.conventions = false;
  GridFigure figure = gridFigure(12, 12);
  figure.eps = 0.3;
  const int many = amberOf(renderFigure(drawing(figure), style, 144));
  figure.eps = 0.8;
  const int few = amberOf(renderFigure(drawing(figure), style, 144));
  figure.eps = 1.5;  // above everything, and off the colour bar
  const int none = amberOf(renderFigure(drawing(figure), style, 144));
  QVERIFY(many > 5 * few);
  QVERIFY(few > 100);
  QCOMPARE(none, 0);
}

void TestFigure::pngCarriesItsResolution() {
  FigureStyle style;
  style.widthMm = 25.4;
  style.aspect = 1;
  exportFigure(drawing(profileFigure()), style, path("figure.png"), 300);
  const QImage image(path("figure.png"));
  QCOMPARE(image.size(), QSize(300, 300));
  QCOMPARE(image.dotsPerMeterX(), 11811);
  QVERIFY(image.text(QStringLiteral("Description")).contains(QStringLiteral("baseline 0.074")));
  QCOMPARE(image.text(QStringLiteral("Title")), QStringLiteral("share by layer"));
}

void TestFigure::sameInputSamePicture() {
  const FigureStyle style;
  exportFigure(drawing(headFigure(30)), style, path("first.svg"));
  exportFigure(drawing(headFigure(30)), style, path("second.svg"));
  QVERIFY(!contentOf(path("first.svg")).isEmpty());
  QCOMPARE(contentOf(path("first.svg")), contentOf(path("second.svg")));
  for (const FigureDrawing &empty : {drawing(GridFigure()), drawing(HeadFigure()), drawing(ProfileFigure())}) {
    QVERIFY(!renderFigure(empty, style, 72).isNull());  // nothing to draw is no crash
  }
}

void TestFigure::failuresNameTheFile() {
  const FigureDrawing figure = drawing(profileFigure());
  const auto failure = [](const auto &action) {
    try {
      action();
    } catch (const std::runtime_error &error) {
      return QString::fromUtf8(error.what());
    }
    return QString();
  };
  const QString missing = folder_.filePath(QStringLiteral("missing/figure.pdf"));
  QVERIFY(failure([&] { exportFigure(figure, {}, missing); }).startsWith(missing));
  QVERIFY(failure([&] {
            exportFigure(figure, {}, path("figure.bmp"));
          }).contains(QStringLiteral("ends in .pdf, .svg, .png, .tiff or .tex")));
  QVERIFY(failure([&] { writeCsv(missing, {QStringLiteral("a")}, {}); }).startsWith(missing));
}

void TestFigure::tables() {
  const double none = std::numeric_limits<double>::quiet_NaN();
  writeCsv(path("t.csv"), {QStringLiteral("a"), QStringLiteral("b, \"c\"")}, {{1, none}, {0.1, 123456789.5}});
  QCOMPARE(contentOf(path("t.csv")), QByteArray("a,\"b, \"\"c\"\"\"\n1,\n0.1,123456790\n"));
  GridFigure grid;
  grid.shares = {2, 2, {0.5F, 0.25F, 1, std::nanf("")}};
  writeCsv(path("grid.csv"), grid);
  QCOMPARE(contentOf(path("grid.csv")), QByteArray("layer,head,share\n0,0,0.5\n0,1,0.25\n1,0,1\n1,1,\n"));
  HeadFigure head;
  head.image = {1, 2, {0.5F, 0.125F}};
  head.tokenCount = 8;  // four tokens a cell
  head.firstKey = 16;
  head.firstQuery = 40;
  writeCsv(path("head.csv"), head);
  QCOMPARE(contentOf(path("head.csv")), QByteArray("query,key,attention\n40,16,0.5\n40,20,0.125\n"));
  ProfileFigure profile;
  profile.curves = {{QStringLiteral("a"), {1, 2}, ColourRole::First, {}},
                    {QStringLiteral("b"), {3, 4}, ColourRole::Second, {1, 2}}};
  writeCsv(path("profile.csv"), curveFigure(profile));
  QCOMPARE(contentOf(path("profile.csv")), QByteArray("layer,a,b\n0,1,\n1,2,3\n2,,4\n"));
}

QTEST_MAIN(TestFigure)
#include "tst_figure.moc"
