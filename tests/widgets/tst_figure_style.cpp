#include <QTest>
#include <cmath>

#include "tests/widgets/figure_checks.h"
#include "tests/widgets/sample_figures.h"
#include "widgets/figure_crop.h"

using namespace sinkscope;
using namespace sinkscope::sample;

namespace {

QStringList wordsOf(const FigureDrawing &figure, const FigureStyle &style) {
  QStringList words;
  for (const DrawnText &text : textsOf(figure, style)) words << text.text;
  return words;
}

/** The box of the text that reads so. */
QRectF boxOf(const FigureDrawing &figure, const FigureStyle &style, const QString &words) {
  for (const DrawnText &text : textsOf(figure, style)) {
    if (text.text == words) return text.box.boundingRect();
  }
  return {};
}

}  // namespace

/** How figures follow their style: the part that is drawn, the legend's place, letters and line widths. */
class TestFigureStyle : public QObject {
  Q_OBJECT

 private slots:
  void rangesAreRead() {
    QCOMPARE(FigureRange::parse(QStringLiteral("3-7")), (FigureRange{3, 7}));
    QCOMPARE(FigureRange::parse(QStringLiteral(" 3 - 7 ")), (FigureRange{3, 7}));
    QCOMPARE(FigureRange::parse(QStringLiteral("3-")), (FigureRange{3, -1}));
    QCOMPARE(FigureRange::parse(QStringLiteral("-7")), (FigureRange{0, 7}));
    QCOMPARE(FigureRange::parse(QStringLiteral("5")), (FigureRange{5, 5}));
    QCOMPARE(FigureRange::parse(QString()), FigureRange());
    for (const char *wrong : {"a", "7-3", "1-2-3", "-", "1.5", "99999999999"}) {
      QVERIFY2(!FigureRange::parse(QLatin1String(wrong)), wrong);
    }
    for (const char *text : {"3-7", "3-", "0-7", "5", ""}) {
      QCOMPARE(FigureRange::parse(QLatin1String(text))->text(), QLatin1String(text));
    }
    QCOMPARE((FigureRange{3, 7}.of(6)), std::pair(3, 3));
    QCOMPARE((FigureRange{8, 9}.of(6)), std::pair(6, 0));
    QCOMPARE((FigureRange{2, -1}.of(6)), std::pair(2, 4));
  }

  void stylesComeBack() {
    FigureStyle style;
    style.widthMm = 84;
    style.aspect = 0.75;
    style.fontPt = 7.5;
    style.family = QStringLiteral("DejaVu Serif");
    style.linePt = 0.8;
    style.colourMap = ColourMap::Magma;
    style.title = QStringLiteral("\"Ä\" <1>");
    style.panel = QStringLiteral("b");
    style.legend = LegendPlace::BottomRight;
    style.conventions = false;
    style.crop = {{1, 2}, {3, -1}, {0, 9}};
    QCOMPARE(styleOf(styleJson(style)), style);
    QCOMPARE(styleOf(QStringLiteral("no json"), style), style);  // what a text lacks stays
    QCOMPARE(styleOf(QStringLiteral("{\"fontPt\": 9}"), style).widthMm, 84.0);
    for (const QString &place : legendPlaceNames()) QCOMPARE(legendPlaceName(legendPlaceNamed(place)), place);
  }

  void gridsAreCut() {
    const GridFigure whole = gridFigure(18, 4);
    const GridFigure part = cropped(whole, {{5, 7}, {1, 2}, {}});
    QCOMPARE(part.shares.rows, 3);
    QCOMPARE(part.shares.columns, 2);
    QCOMPARE(part.shares.at(2, 1), whole.shares.at(7, 2));
    FigureStyle style;
    style.crop = {{5, 7}, {1, 2}, {}};
    const QStringList words = wordsOf(drawing(whole), style);
    for (const char *number : {"5", "6", "7", "1", "2"}) QVERIFY2(words.contains(QLatin1String(number)), number);
    for (const char *number : {"3", "4", "17"}) QVERIFY2(!words.contains(QLatin1String(number)), number);
    // What there is not leaves all.
    QCOMPARE(cropped(whole, {{30, 40}, {}, {}}).shares.rows, 18);
  }

  void headsAreCut() {
    const HeadFigure whole = headFigure(30);
    const HeadFigure part = cropped(whole, {{}, {}, {10, 14}});
    QCOMPARE(part.image.rows, 5);
    QCOMPARE(part.firstKey, 10);
    QCOMPARE(part.firstQuery, 10);
    QCOMPARE(part.image.at(4, 3), whole.image.at(14, 13));
    QVERIFY(!part.sinkColumn);  // it is not in sight
    QVERIFY(cropped(whole, {{}, {}, {0, 4}}).sinkColumn);
    FigureStyle style;
    style.crop.tokens = {10, 14};
    const QStringList words = wordsOf(drawing(whole), style);
    QVERIFY(words.contains(whole.tokens[12]));
    QVERIFY(!words.contains(QStringLiteral("<bos>")));
    // Of a pooled map the cells that hold the tokens.
    HeadFigure pooled = whole;
    pooled.tokenCount = 120;
    const HeadFigure cells = cropped(pooled, {{}, {}, {41, 46}});
    QCOMPARE(cells.firstKey, 40);
    QCOMPARE(cells.image.columns, 2);
    QCOMPARE(cells.tokenCount, 8);
    QCOMPARE(cells.image.at(1, 0), whole.image.at(11, 10));
  }

  void mapsAreCut() {
    const LayerMapFigure whole = layerMaps(12, 20, 2);
    const LayerMapFigure part = cropped(whole, {{3, 5}, {}, {9, 12}});
    for (std::size_t i = 0; i < 2; ++i) {
      QCOMPARE(part.maps[i].values.rows, 3);
      QCOMPARE(part.maps[i].values.columns, 4);
      QCOMPARE(part.maps[i].rows, (QStringList{"3", "4", "5"}));
      QCOMPARE(part.maps[i].values.at(0, 0), whole.maps[i].values.at(4, 9));  // row 0 is the embedding
      QCOMPARE(part.maps[i].sink, -1);
    }
    QCOMPARE(part.maps[0].marked, 1);  // position 10
    const LayerMapFigure columns = cropped(whole, {{}, {}, {0, 3}});
    QCOMPARE(columns.maps[0].values.rows, 13);
    QCOMPARE(columns.maps[0].sink, 0);
    QCOMPARE(columns.maps[0].marked, -1);
  }

  void curvesAreCut() {
    CurveFigure figure{sample::curves(3, false), kConventions};
    QCOMPARE(cropped(figure, {{4, 9}, {}, {}}).data.xScale().low, 4.0);
    QCOMPARE(cropped(figure, {{4, 9}, {}, {}}).data.xScale().high, 9.0);
    QCOMPARE(cropped(figure, {{4, -1}, {}, {}}).data.xScale().high, 19.0);
    QCOMPARE(cropped(figure, {{}, {}, {4, 9}}).data.xScale().high, figure.data.xScale().high);  // no tokens
    QVERIFY(cropped(figure, {{4, 4}, {}, {}}).data.xScale().low < 4.0);
    figure.data.x.title = QStringLiteral("token");
    QCOMPARE(cropped(figure, {{}, {}, {4, 9}}).data.xScale().high, 9.0);
  }

  void framesAreCut() {
    TokenFramesFigure whole = sampleFrames(20);
    for (int i = 0; i < whole.frames.size(); ++i) whole.shown.push_back(i);
    for (int i = 0; i < whole.frames.size(); ++i) whole.frames[i] = i == 0 ? "embedding" : QString::number(i - 1);
    const TokenFramesFigure part = cropped(whole, {{2, 3}, {}, {8, 12}});
    QCOMPARE(part.shown, (std::vector<int>{3, 4}));
    QCOMPARE(part.strips.front().tokens, whole.strips.front().tokens.mid(8, 5));
    QCOMPARE(part.strips.front().values.columns, 5);
    QCOMPARE(part.strips.front().marked, 2);
    QCOMPARE(part.strips.front().sink, -1);
    FigureStyle style;
    const double height = drawing(whole).height(style, 396);
    style.crop = {{2, 3}, {}, {8, 12}};
    QVERIFY(drawing(whole).height(style, 396) < 0.5 * height);  // no room is kept for what is not drawn
  }

  void legendsStandWhereTheyAreWanted_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("place");
    const char *kinds[] = {"curves", "scatter"};
    for (int kind = 0; kind < 2; ++kind) {
      for (int place = 0; place < legendPlaceNames().size(); ++place) {
        QTest::addRow("%s, %s", kinds[kind], qPrintable(legendPlaceNames()[place])) << kind << place;
      }
    }
  }
  void legendsStandWhereTheyAreWanted() {
    QFETCH(int, kind);
    QFETCH(int, place);
    CurveFigure curves{sample::curves(3, false), kConventions};
    curves.data.levels.clear();  // their names may lie under a legend upon the plot
    const FigureDrawing figure =
        kind == 0 ? drawing(curves) : drawing(ScatterFigure{sample::heads(72, false), kConventions});
    FigureStyle style;
    style.legend = static_cast<LegendPlace>(place);
    const QSizeF size = figureSize(figure, style);
    QCOMPARE(clashOf(textsOf(figure, style), size), QString());
    const QRectF box = boxOf(figure, style, kind == 0 ? "measure 2" : "working");
    const QRectF axis = boxOf(figure, style, kind == 0 ? "layer" : "rest: attention to the sink");
    QVERIFY(!axis.isNull());
    switch (style.legend) {
      case LegendPlace::None:
        QVERIFY(box.isNull());
        break;
      case LegendPlace::Above:
        QVERIFY(box.bottom() < 0.15 * size.height());
        break;
      case LegendPlace::Right:
        QVERIFY(box.left() > axis.right());
        QVERIFY(box.left() > 0.6 * size.width());
        break;
      case LegendPlace::TopLeft:
        QVERIFY(box.center().x() < 0.5 * size.width() && box.center().y() < 0.35 * size.height());
        break;
      case LegendPlace::TopRight:
        QVERIFY(box.center().x() > 0.5 * size.width() && box.center().y() < 0.35 * size.height());
        break;
      case LegendPlace::BottomLeft:
        QVERIFY(box.center().x() < 0.5 * size.width() && box.center().y() > 0.5 * size.height());
        break;
      case LegendPlace::BottomRight:
        QVERIFY(box.center().x() > 0.5 * size.width() && box.center().y() > 0.5 * size.height());
        break;
    }
  }

  void panelLettersStandBesideTheTitle() {
    FigureStyle style;
    style.panel = QStringLiteral("a");
    style.title = QString(200, QLatin1Char('x'));  // is cut, and keeps clear of the letter
    const FigureDrawing figure = drawing(gridFigure(18, 4));
    QCOMPARE(clashOf(textsOf(figure, style), figureSize(figure, style)), QString());
    const QRectF letter = boxOf(figure, style, style.panel);
    QVERIFY2(letter.left() < 4 && letter.top() < 8,
             qPrintable(QStringLiteral("%1, %2").arg(letter.left()).arg(letter.top())));
    style.title.clear();
    QVERIFY(!boxOf(figure, style, style.panel).isNull());  // without a title too
  }

  void curvesAreAsWideAsTheStyleSays() {
    FigureStyle style;
    style.conventions = false;
    const FigureDrawing figure = drawing(CurveFigure{sample::curves(1, false), {}});
    const auto inked = [&] {
      const QImage image = renderFigure(figure, style, 200);
      int count = 0;
      for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) count += image.pixelColor(x, y).saturation() > 150;
      }
      return count;
    };
    style.linePt = 1;
    const int thin = inked();
    style.linePt = 3;
    const int wide = inked();
    QVERIFY2(wide > 2 * thin, qPrintable(QStringLiteral("%1, %2").arg(thin).arg(wide)));
  }
};

QTEST_MAIN(TestFigureStyle)
#include "tst_figure_style.moc"
