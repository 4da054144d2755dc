#include <QApplication>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>
#include <cmath>

#include "tests/widgets/sample_data.h"
#include "widgets/heatmap_view.h"
#include "widgets/theme.h"

using namespace sinkscope;

namespace {

bool near(const QPointF &a, const QPointF &b) {
  return std::abs(a.x() - b.x()) < 1e-9 && std::abs(a.y() - b.y()) < 1e-9;
}

/** A view of `count` tokens whose cell (query, key) is worth key / count; the upper triangle has no value. */
void fill(HeatmapView &view, int count) {
  Matrix matrix{count, count, {}};
  for (int query = 0; query < count; ++query) {
    for (int key = 0; key < count; ++key) {
      matrix.values.push_back(key > query ? std::nanf("") : static_cast<float>(key) / count);
    }
  }
  view.setTokenCount(count);
  view.setImage(matrix, QRect(0, 0, count, count));
}

QPoint middleOf(const HeatmapView &view, int query, int key) {
  return view.window().toPixel(QPointF(key + 0.5, query + 0.5), view.plotRect()).toPoint();
}

void turnWheel(HeatmapView &view, const QPoint &at, int delta) {
  QWheelEvent event(at, view.mapToGlobal(at), {}, QPoint(0, delta), Qt::NoButton, {}, Qt::NoScrollPhase, false);
  QApplication::sendEvent(&view, &event);
}

}  // namespace

class TestHeatmapView : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { applyAppStyle(*qApp, false); }
  void windowMapsThereAndBack();
  void zoomKeepsThePointUnderThePointer();
  void zoomStopsAtFourTokensAndAtAll();
  void panStaysInside();
  void regionCoversTheView();
  void labelsNeverOverlap_data();
  void labelsNeverOverlap();
  void barsScaleToTheLongest();
  void cellsAreExact();
  void sinkColumnIsFramed();
  void hoverAndClick();
  void wheelPanAndReset();
  void keyboard();
  void asksForTheRegionOnce();
  void anotherCountDropsTheImage();
  void scaleFollowsItsSettings();
  void saysWhatItShows();
};

void TestHeatmapView::windowMapsThereAndBack() {
  const HeatmapWindow window{100, QRectF(20, 40, 10, 10)};
  const QRectF plot(50, 60, 200, 200);
  QVERIFY(near(window.toPixel({20, 40}, plot), {50, 60}));
  QVERIFY(near(window.toPixel({25, 50}, plot), {150, 260}));
  QVERIFY(near(window.toToken(window.toPixel({23.7, 44.1}, plot), plot), {23.7, 44.1}));
}

void TestHeatmapView::zoomKeepsThePointUnderThePointer() {
  const HeatmapWindow whole = HeatmapWindow::whole(100);
  const QRectF plot(0, 0, 300, 300);
  const QPointF about(30.5, 70.25);
  HeatmapWindow zoomed = whole;
  for (int i = 0; i < 6; ++i) zoomed = zoomed.zoomed(1.3, about);
  QVERIFY(std::abs(zoomed.view.width() - 100 / std::pow(1.3, 6)) < 1e-9);
  QVERIFY(near(zoomed.toPixel(about, plot), whole.toPixel(about, plot)));
}

void TestHeatmapView::zoomStopsAtFourTokensAndAtAll() {
  const HeatmapWindow whole = HeatmapWindow::whole(100);
  QCOMPARE(whole.zoomed(1000, {50, 50}).view.size(), QSizeF(4, 4));
  QCOMPARE(whole.zoomed(3, {99, 99}).zoomed(0.01, {99, 99}).view, QRectF(0, 0, 100, 100));
  QCOMPARE(HeatmapWindow::whole(3).zoomed(5, {1, 1}).view, QRectF(0, 0, 3, 3));
  QVERIFY(HeatmapWindow::whole(0).zoomed(2, {0, 0}).view.isEmpty());
}

void TestHeatmapView::panStaysInside() {
  const HeatmapWindow window{100, QRectF(20, 40, 10, 10)};
  QCOMPARE(window.panned({5, -5}).view, QRectF(25, 35, 10, 10));
  QCOMPARE(window.panned({-500, 500}).view, QRectF(0, 90, 10, 10));
}

void TestHeatmapView::regionCoversTheView() {
  QCOMPARE((HeatmapWindow{100, QRectF(20.2, 40.9, 10, 10)}.region()), QRect(20, 40, 11, 11));
  QCOMPARE((HeatmapWindow{100, QRectF(20, 40, 10, 10)}.region()), QRect(20, 40, 10, 10));
  QCOMPARE(HeatmapWindow::whole(7).region(), QRect(0, 0, 7, 7));
}

void TestHeatmapView::labelsNeverOverlap_data() {
  QTest::addColumn<int>("count");
  QTest::addColumn<double>("side");
  QTest::addColumn<bool>("named");
  for (int count : {2, 6, 30, 512, 8192}) {
    for (double side : {120.0, 400.0}) {
      for (bool named : {true, false}) {
        QTest::addRow("%d tokens, %g px, %s", count, side, named ? "tokens" : "positions") << count << side << named;
      }
    }
  }
}

void TestHeatmapView::labelsNeverOverlap() {
  QFETCH(int, count);
  QFETCH(double, side);
  QFETCH(bool, named);
  const QImage device(1, 1, QImage::Format_RGB32);
  TokenAxes axes;
  axes.window = HeatmapWindow::whole(count);
  axes.plot = QRectF(100, 0, side, side);
  if (named) axes.tokens = sample::tokens(count);
  const QFontMetricsF metrics(axes.font, &device);
  axes.keyExtent = axes.queryExtent = TokenAxes::widest(axes.tokens, count, metrics, 60);
  const auto gap = [&](const std::vector<int> &shown) {
    return shown.size() > 1 ? (shown[1] - shown[0]) * side / count : side;
  };
  QVERIFY(gap(axes.shownQueries(&device)) >= metrics.height());
  // Turned labels stand one line apart across their own direction, 60 degrees.
  const double needed = axes.level(&device) ? axes.keyExtent : metrics.height() / std::sin(60 * M_PI / 180) - 1e-9;
  QVERIFY(gap(axes.shownKeys(&device)) >= needed);
  QCOMPARE(axes.shownKeys(&device).front(), 0);  // <bos> always has its label
  QCOMPARE(axes.shownQueries(&device).front(), 0);
}

void TestHeatmapView::barsScaleToTheLongest() {
  QImage image(100, 40, QImage::Format_RGB32);
  image.fill(Qt::white);
  QPainter painter(&image);
  paintKeyBars(painter, QRectF(0, 0, 100, 40), HeatmapWindow::whole(4), {0.5F, 1, std::nanf(""), 2}, Qt::blue, Qt::red);
  painter.end();
  const auto top = [&](int x) {
    int y = 0;
    while (y < 40 && image.pixelColor(x, y) == QColor(Qt::white)) ++y;
    return y;
  };
  QCOMPARE(top(12), 30);
  QCOMPARE(top(37), 20);
  QCOMPARE(top(62), 40);  // no value, no bar
  QCOMPARE(top(87), 0);
  QCOMPARE(image.pixelColor(12, 39), QColor(Qt::red));
  QCOMPARE(image.pixelColor(37, 39), QColor(Qt::blue));
}

void TestHeatmapView::cellsAreExact() {
  HeatmapView view;
  view.resize(500, 500);
  view.setSinkColumn(false);
  fill(view, 5);
  const QImage image = view.grab().toImage();
  const QRectF plot = view.plotRect();
  const double pitch = plot.width() / 5;
  // Every pixel within a cell has the cell's own colour, up to its edges: nothing is smoothed.
  for (int query = 0; query < 5; ++query) {
    for (int key = 0; key < 5; ++key) {
      const QColor wanted = key > query ? themeFor(&view).empty
                                        : QColor::fromRgb(colourAt(ColourMap::Viridis, static_cast<float>(key) / 5));
      for (double part : {1.5 / pitch, 0.5, 1 - 1.5 / pitch}) {
        const QPointF at = view.window().toPixel(QPointF(key + part, query + part), plot);
        QCOMPARE(image.pixelColor(static_cast<int>(at.x()), static_cast<int>(at.y())), wanted);
      }
    }
  }
}

void TestHeatmapView::sinkColumnIsFramed() {
  HeatmapView view;
  view.resize(500, 500);
  fill(view, 8);
  const QColor amber = themeFor(&view).accent;
  const QRectF plot = view.plotRect();
  const int edge = static_cast<int>(std::round(plot.left() + plot.width() / 8)) + 1;
  const int y = static_cast<int>(plot.center().y());
  QImage image = view.grab().toImage();
  QCOMPARE(image.pixelColor(edge, y), amber);
  QCOMPARE(image.pixelColor(static_cast<int>(plot.left()) - 1, y), amber);
  QVERIFY(image.pixelColor(edge + 6, y) != amber);
  view.setSinkColumn(false);
  image = view.grab().toImage();
  QVERIFY(image.pixelColor(edge, y) != amber);
}

void TestHeatmapView::hoverAndClick() {
  HeatmapView view;
  view.resize(500, 500);
  fill(view, 20);
  view.show();
  QSignalSpy hovered(&view, &HeatmapView::hovered);
  QSignalSpy clicked(&view, &HeatmapView::clicked);
  QTest::mouseMove(&view, middleOf(view, 7, 3));
  QCOMPARE(hovered.takeLast(), (QVariantList{7, 3}));
  QTest::mouseClick(&view, Qt::LeftButton, {}, middleOf(view, 11, 4));
  QCOMPARE(clicked.size(), 1);
  QCOMPARE(clicked.takeLast(), (QVariantList{11, 4}));
  hovered.clear();
  view.setCrosshair(2, 1);  // from outside: says nothing
  QCOMPARE(hovered.size(), 0);
  QEvent leave(QEvent::Leave);
  QApplication::sendEvent(&view, &leave);
  QCOMPARE(hovered.takeLast(), (QVariantList{-1, -1}));
}

void TestHeatmapView::wheelPanAndReset() {
  HeatmapView view;
  view.resize(500, 500);
  fill(view, 100);
  view.show();
  const QPoint at = middleOf(view, 60, 30);
  const QPointF before = view.window().toToken(at, view.plotRect());
  turnWheel(view, at, 4 * 120);
  QVERIFY(view.window().view.width() < 50);
  QVERIFY(near(view.window().toToken(at, view.plotRect()), before));
  // A drag moves what is under the pointer along with it, and is no click.
  QSignalSpy clicked(&view, &HeatmapView::clicked);
  const QPoint target = at + QPoint(-40, 30);
  QTest::mousePress(&view, Qt::LeftButton, {}, at);
  QTest::mouseMove(&view, at + QPoint(-20, 15));
  QTest::mouseMove(&view, target);
  QTest::mouseRelease(&view, Qt::LeftButton, {}, target);
  QVERIFY(near(view.window().toToken(target, view.plotRect()), before));
  QCOMPARE(clicked.size(), 0);
  QTest::mouseDClick(&view, Qt::LeftButton, {}, at);
  QCOMPARE(view.window().view, QRectF(0, 0, 100, 100));
}

void TestHeatmapView::keyboard() {
  HeatmapView view;
  view.resize(500, 500);
  fill(view, 50);
  QSignalSpy hovered(&view, &HeatmapView::hovered);
  QSignalSpy clicked(&view, &HeatmapView::clicked);
  QTest::keyClick(&view, Qt::Key_Down);
  QTest::keyClick(&view, Qt::Key_Right);
  QCOMPARE(hovered.takeLast(), (QVariantList{1, 1}));
  QTest::keyClick(&view, Qt::Key_Return);
  QCOMPARE(clicked.takeLast(), (QVariantList{1, 1}));
  for (int i = 0; i < 10; ++i) QTest::keyClick(&view, Qt::Key_Plus);
  const QRectF zoomed = view.window().view;
  QVERIFY(zoomed.width() < 10 && zoomed.contains(QPointF(1.5, 1.5)));
  for (int i = 0; i < 30; ++i) QTest::keyClick(&view, Qt::Key_Down);
  QVERIFY(view.window().view.top() <= 31 && view.window().view.bottom() >= 32);  // the view follows
  QTest::keyClick(&view, Qt::Key_Escape);
  QCOMPARE(view.window().view, QRectF(0, 0, 50, 50));
}

void TestHeatmapView::asksForTheRegionOnce() {
  HeatmapView view;
  view.resize(500, 500);
  fill(view, 100);
  view.show();
  QSignalSpy wanted(&view, &HeatmapView::regionWanted);
  for (int i = 0; i < 5; ++i) turnWheel(view, middleOf(view, 50, 50), 120);
  QTRY_COMPARE(wanted.size(), 1);
  QCOMPARE(wanted[0][0].toRect(), view.window().region());
  QCOMPARE(wanted[0][1].toSize(), (view.plotRect().size() * view.devicePixelRatioF()).toSize());
  QTest::qWait(150);
  QCOMPARE(wanted.size(), 1);
}

void TestHeatmapView::anotherCountDropsTheImage() {
  HeatmapView view;
  view.resize(500, 500);
  fill(view, 10);
  view.setTokenCount(12);
  QCOMPARE(view.window().view, QRectF(0, 0, 12, 12));
  const QImage image = view.grab().toImage();
  QCOMPARE(image.pixelColor(middleOf(view, 8, 3)), themeFor(&view).empty);
}

void TestHeatmapView::scaleFollowsItsSettings() {
  HeatmapView view;
  view.resize(500, 500);
  fill(view, 4);
  const auto colour = [&] { return view.grab().toImage().pixelColor(middleOf(view, 3, 2)); };  // worth 0.5
  QCOMPARE(colour(), QColor::fromRgb(colourAt(ColourMap::Viridis, 0.5)));
  view.setScaleMaximum(2);
  QCOMPARE(colour(), QColor::fromRgb(colourAt(ColourMap::Viridis, 0.25)));
  view.setScaleMinimum(-2);
  view.setColourMap(ColourMap::Diverging);
  QCOMPARE(colour(), QColor::fromRgb(colourAt(ColourMap::Diverging, 0.625)));
  view.setScaleMinimum(0);
  view.setScaleMaximum(1);
  view.setLogScale(true);
  const double place = std::log(0.5 / 1e-4) / std::log(1e4);
  QCOMPARE(colour(), QColor::fromRgb(colourAt(ColourMap::Diverging, place)));
}

void TestHeatmapView::saysWhatItShows() {
  HeatmapView view;
  view.setPlaceholder(QStringLiteral("Pick a head"));
  QVERIFY(view.accessibleDescription().contains(QStringLiteral("Pick a head")));
  QVERIFY(view.plotRect().isEmpty());
  fill(view, 4);
  view.setTitle(QStringLiteral("layer 1, head 2"));
  view.setReadout(QStringLiteral("0.5"));
  QVERIFY(view.accessibleDescription().startsWith(QStringLiteral("layer 1, head 2. 0.5")));
  QVERIFY(!view.accessibleName().isEmpty());

  // Where there is no image, the plot says why, and its colours and its frame go.
  view.setImage({}, {});
  const QImage before = view.grab().toImage();
  view.setMessage(QStringLiteral("Nothing was kept"));
  QVERIFY(view.accessibleDescription().contains(QStringLiteral("Nothing was kept")));
  const QImage after = view.grab().toImage();
  const auto differs = [&](const QRectF &area) { return before.copy(area.toRect()) != after.copy(area.toRect()); };
  const QRectF plot = view.plotRect();
  QVERIFY(differs(QRectF(0, plot.center().y() - 20, plot.right(), 40)));
  QVERIFY(differs(QRectF(plot.right() + 1, plot.top(), view.width() - plot.right() - 1, plot.height())));
  view.setMessage({});
  QCOMPARE(view.grab().toImage(), before);
}

QTEST_MAIN(TestHeatmapView)
#include "tst_heatmap_view.moc"
