#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/widgets/figure_checks.h"
#include "tests/widgets/sample_figures.h"

using namespace sinkscope;
using namespace sinkscope::sample;

namespace {

FigureDrawing figureOf(int kind) {
  switch (kind) {
    case 0:
      return drawing(layerMaps(12, 9, 1));
    case 1:
      return drawing(layerMaps(18, 20, 2));
    case 2:
      return drawing(layerMaps(30, 64, 2));
    case 3:
      return drawing(CurveFigure{sample::curves(3, false), kConventions});
    case 4:
      return drawing(CurveFigure{sample::curves(8, true), kConventions});
    case 5:
      return drawing(CurveFigure{sample::linesOf(sample::spread(30, 64, 20, 0.3, true)), kConventions});
    case 6:
      return drawing(ScatterFigure{sample::heads(72, false), kConventions});
    default:
      return drawing(ScatterFigure{sample::heads(500, true), kConventions});
  }
}

constexpr int kKinds = 8;

bool nearly(QRgb a, QRgb b) {
  return std::abs(qRed(a) - qRed(b)) < 8 && std::abs(qGreen(a) - qGreen(b)) < 8 && std::abs(qBlue(a) - qBlue(b)) < 8;
}

int pixelsOf(const QImage &image, QRgb colour) {
  int count = 0;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) count += nearly(image.pixel(x, y), colour);
  }
  return count;
}

}  // namespace

class TestFigurePlots : public QObject {
  Q_OBJECT

 private slots:
  void textsStayApart_data();
  void textsStayApart();
  void exportsEverywhere_data();
  void exportsEverywhere();
  void mapsShareCellsAndScale();
  void fadedRowsAreFaded();
  void gapsAndZerosAreLeftOut();
  void pointsStandWhereTheyBelong();
  void emptyFiguresDraw();
  void tables();

 private:
  QTemporaryDir folder_;
  QString path(const char *name) const { return folder_.filePath(QLatin1String(name)); }
};

void TestFigurePlots::textsStayApart_data() {
  QTest::addColumn<int>("kind");
  QTest::addColumn<double>("width");
  QTest::addColumn<double>("points");
  for (int kind = 0; kind < kKinds; ++kind) {
    for (double width : {77.0, 139.7, 171.5}) {
      for (double points : {6.0, 8.0, 10.0}) {
        QTest::addRow("%d, %g mm, %g pt", kind, width, points) << kind << width << points;
      }
    }
  }
}

void TestFigurePlots::textsStayApart() {
  QFETCH(int, kind);
  QFETCH(double, width);
  QFETCH(double, points);
  const FigureDrawing figure = figureOf(kind);
  FigureStyle style;
  style.widthMm = width;
  style.fontPt = points;
  style.title = QStringLiteral("A title");
  const std::vector<DrawnText> texts = textsOf(figure, style);
  QVERIFY(texts.size() > 8);
  const QString clash = clashOf(texts, figureSize(figure, style));
  QVERIFY2(clash.isEmpty(), qPrintable(clash));
}

void TestFigurePlots::exportsEverywhere_data() {
  QTest::addColumn<int>("kind");
  for (int kind = 0; kind < kKinds; ++kind) QTest::addRow("%d", kind) << kind;
}

void TestFigurePlots::exportsEverywhere() {
  QFETCH(int, kind);
  const FigureDrawing figure = figureOf(kind);
  QVERIFY(!figure.title.isEmpty());
  exportFigure(figure, {}, path("figure.pdf"));
  const QByteArray pdf = contentOf(path("figure.pdf"));
  QVERIFY(pdf.startsWith("%PDF-1."));
  QVERIFY(pdf.contains("/FontFile2"));
  QVERIFY(!pdf.contains("/DCTDecode"));
  QCOMPARE(pdf.count("/SMask"), pdf.count("/SMask /None"));  // nothing transparent
  // The colour bar and each map are images, everything else is drawn.
  QCOMPARE(pdf.count("/Subtype /Image"), kind < 2 ? 1 : kind == 2 ? 3 : 0);
  exportFigure(figure, {}, path("figure.svg"));
  const Svg svg = parse(contentOf(path("figure.svg")));
  QCOMPARE(svg.width, QStringLiteral("139.700mm"));
  QVERIFY(svg.texts.join(QLatin1Char(' ')).contains(QStringLiteral("uniform baseline 0.074")));
  exportFigure(figure, {}, path("again.svg"));
  QCOMPARE(contentOf(path("again.svg")), contentOf(path("figure.svg")));
  exportFigure(figure, {}, path("figure.png"), 100);
  QCOMPARE(QImage(path("figure.png")).width(), 550);
}

void TestFigurePlots::mapsShareCellsAndScale() {
  LayerMapFigure figure = layerMaps(24, 20, 2);
  const float none = std::numeric_limits<float>::quiet_NaN();
  figure.maps[0].values.values[0] = none;
  figure.scale.maximum = 2;
  FigureStyle style;
  style.conventions = false;
  exportFigure(drawing(figure), style, path("maps.svg"));
  const std::vector<QRectF> images = parse(contentOf(path("maps.svg"))).images;
  QCOMPARE(images.size(), std::size_t(3));
  QVERIFY(std::abs(images[0].width() / 20 - images[1].width() / 19) < 1e-3);
  QCOMPARE(images[0].top(), images[1].top());
  QCOMPARE(images[0].height(), images[1].height());
  constexpr double kDpi = 288;
  const QImage page = renderFigure(drawing(figure), style, kDpi);
  for (std::size_t m = 0; m < 2; ++m) {
    const Matrix &values = figure.maps[m].values;
    for (int row = 0; row < values.rows; ++row) {
      for (int column = 0; column < values.columns; ++column) {
        const QPointF middle(images[m].left() + (column + 0.5) * images[m].width() / values.columns,
                             images[m].top() + (row + 0.5) * images[m].height() / values.rows);
        const float value = values.at(row, column);
        const QRgb wanted = std::isnan(value) ? qRgb(0xec, 0xec, 0xec) : colourAt(ColourMap::Viridis, value / 2);
        QCOMPARE(page.pixel((middle * kDpi / 72).toPoint()), wanted);
      }
    }
  }
}

void TestFigurePlots::fadedRowsAreFaded() {
  LayerMapFigure figure = layerMaps(3, 5, 1);
  const QRgb bright = colourAt(ColourMap::Viridis, 1);
  const int all = pixelsOf(renderFigure(drawing(figure), {}, 144), bright);
  figure.shownRows = 2;
  const int half = pixelsOf(renderFigure(drawing(figure), {}, 144), bright);
  figure.shownRows = 0;
  const int none = pixelsOf(renderFigure(drawing(figure), {}, 144), bright);
  QVERIFY(std::abs(2.0 * (half - none) / (all - none) - 1) < 0.05);  // two rows of four
  QVERIFY(none < all / 5);                                           // the colour bar's end
}

void TestFigurePlots::gapsAndZerosAreLeftOut() {
  // A curve that would cross the middle of the page there, but for a value that is not to be drawn.
  const QRgb blue = curvePen(ColourRole::First, false).color().rgb();
  const auto pixels = [&](std::vector<double> y, bool logarithmic) {
    CurveFigure figure;
    figure.data.curves = {{QStringLiteral("a"), std::move(y), ColourRole::First}};
    figure.data.y = {QStringLiteral("y"), logarithmic, 0.1, 10};
    return pixelsOf(renderFigure(drawing(figure), {}, 144), blue);
  };
  const double none = std::numeric_limits<double>::quiet_NaN();
  const int whole = pixels({1, 1, 1, 1, 1}, false);
  QVERIFY(whole > 500);
  const int broken = pixels({1, 1, none, 1, 1}, false);
  QVERIFY(broken > whole / 3 && broken < 0.65 * whole);
  QCOMPARE(pixels({1, 1, 0, 1, 1}, true), pixels({1, 1, none, 1, 1}, true));
  QCOMPARE(pixels({1, 1, -2, 1, 1}, true), pixels({1, 1, none, 1, 1}, true));
  const int lone = pixels({none, 1, none, none, none}, false);
  QVERIFY(lone > 10 && lone < 100);  // a disc
}

void TestFigurePlots::pointsStandWhereTheyBelong() {
  // Four points on the corners of the axes, one in the middle: as an image they are symmetrical.
  ScatterFigure figure;
  figure.data.x = {0.1, 0.1, 10, 10, 1};
  figure.data.y = {0.1, 10, 0.1, 10, 1};
  figure.data.xAxis = {QStringLiteral("x"), true, 0.01, 100};
  figure.data.yAxis = {QStringLiteral("y"), true, 0.01, 100};
  FigureStyle style;
  style.conventions = false;
  const QImage page = renderFigure(drawing(figure), style, 288);
  const QRgb blue = curvePen(ColourRole::First, false).color().rgb();
  QRect about;
  QPointF sum;
  int count = 0;
  for (int y = 0; y < page.height(); ++y) {
    for (int x = 0; x < page.width(); ++x) {
      if (!nearly(page.pixel(x, y), blue)) continue;
      about = about.united(QRect(x, y, 1, 1));
      sum += QPointF(x, y);
      ++count;
    }
  }
  QVERIFY(count > 5 * 100);
  QVERIFY(std::abs(sum.x() / count - about.center().x()) < 1.5);
  QVERIFY(std::abs(sum.y() / count - about.center().y()) < 1.5);
  QVERIFY(nearly(page.pixel(about.center()), blue));
  // The diagonal runs from corner to corner through the three on it.
  figure.data.diagonal = true;
  const auto ends = figure.data.diagonalEnds();
  QVERIFY(ends && ends->first == 0.01 && ends->second == 100);
}

void TestFigurePlots::emptyFiguresDraw() {
  const FigureStyle style;
  for (const FigureDrawing &empty : {drawing(CurveFigure()), drawing(ScatterFigure()), drawing(LayerMapFigure())}) {
    QVERIFY(!renderFigure(empty, style, 72).isNull());
  }
}

void TestFigurePlots::tables() {
  const double none = std::numeric_limits<double>::quiet_NaN();
  CurveFigure curves;
  curves.data.x.title = QStringLiteral("n");
  curves.data.curves = {{QStringLiteral("a"), {1, none}, ColourRole::First, {10, 20}, {}, false, {0.5, none}, {2, 3}},
                        {QStringLiteral("b"), {7}, ColourRole::Second, {20}}};
  writeCsv(path("curves.csv"), curves);
  QCOMPARE(contentOf(path("curves.csv")), QByteArray("n,a,\"a, lower\",\"a, upper\",b\n10,1,0.5,2,\n20,,,3,7\n"));
  ScatterFigure scatter;
  scatter.data.x = {1, 2};
  scatter.data.y = {0.5, none};
  scatter.data.classOf = {0, 1};
  scatter.data.classes = {{QStringLiteral("no-op")}, {QStringLiteral("working")}};
  scatter.data.labels = {QStringLiteral("layer 0, head 1")};
  scatter.data.xAxis.title = QStringLiteral("rest");
  scatter.data.yAxis.title = QStringLiteral("drain");
  writeCsv(path("scatter.csv"), scatter);
  QCOMPARE(contentOf(path("scatter.csv")),
           QByteArray("rest,drain,class,point\n1,0.5,no-op,\"layer 0, head 1\"\n2,,working,\n"));
  LayerMapFigure maps;
  LayerMapData map;
  map.values = {2, 2, {0, 0.5F, std::nanf(""), 1}};
  map.rows = {QStringLiteral("embedding"), QStringLiteral("0")};
  map.columns = {QStringLiteral("<bos>"), QStringLiteral("·,")};
  map.title = QStringLiteral("with");
  maps.maps = {map};
  maps.scaleLabel = QStringLiteral("change");
  writeCsv(path("maps.csv"), maps);
  QCOMPARE(contentOf(path("maps.csv")),
           QByteArray("map,layer,position,token,change\nwith,embedding,0,<bos>,0\nwith,embedding,1,\"·,\",0.5\n"
                      "with,0,0,<bos>,\nwith,0,1,\"·,\",1\n"));
}

QTEST_MAIN(TestFigurePlots)
#include "tst_figure_plots.moc"
