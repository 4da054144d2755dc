#include <QApplication>
#include <QSignalSpy>
#include <QTest>
#include <cmath>
#include <limits>

#include "tests/timing.h"
#include "tests/widgets/sample_data.h"
#include "widgets/head_grid.h"
#include "widgets/theme.h"

using namespace sinkscope;

namespace {

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

Matrix small() {
  return {2, 3, {0.1F, 0.9F, 0.5F, kNone, 0.2F, 0.3F}};
}

}  // namespace

class TestHeadGrid : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { applyAppStyle(*qApp, false); }
  void geometryFits_data();
  void geometryFits();
  void geometryFindsCells();
  void labelsNeverOverlap();
  void ordersByFallingShare();
  void countsSinks();
  void mouse();
  void keyboard();
  void keyboardFollowsTheOrder();
  void frameAboveEpsOnly();
  void tinyCellsGetTheBorderOfTheSet();
  void manyHeadsFollowADrag_data();
  void manyHeadsFollowADrag();
  void thumbnailsWhereThereIsRoom();
  void saysWhatIsSelected();
  void emptyGridIsQuiet();
};

void TestHeadGrid::geometryFits_data() {
  QTest::addColumn<int>("layers");
  QTest::addColumn<int>("heads");
  QTest::addColumn<QRectF>("bounds");
  QTest::newRow("gemma") << 18 << 4 << QRectF(40, 8, 320, 400);
  QTest::newRow("wide") << 80 << 128 << QRectF(40, 8, 520, 440);
  QTest::newRow("one") << 1 << 1 << QRectF(0, 0, 900, 900);
  QTest::newRow("crowded") << 200 << 300 << QRectF(0, 0, 150, 100);
}

void TestHeadGrid::geometryFits() {
  QFETCH(int, layers);
  QFETCH(int, heads);
  QFETCH(QRectF, bounds);
  const GridGeometry grid = GridGeometry::fit(layers, heads, bounds);
  QVERIFY(bounds.adjusted(-1e-6, -1e-6, 1e-6, 1e-6).contains(grid.area));
  QVERIFY(grid.cellWidth > 0 && grid.cellHeight > 0);
  QVERIFY(grid.cellWidth <= 96 && grid.cellHeight <= 96);
  QVERIFY(grid.cellWidth <= 4 * std::max(0.25, grid.cellHeight));
  const QRectF last = grid.cell(layers - 1, heads - 1);
  QVERIFY(std::abs(last.right() - grid.area.right()) < 1e-6);
  QVERIFY(std::abs(last.bottom() - grid.area.bottom()) < 1e-6);
  if (grid.cellWidth >= 1) QCOMPARE(grid.cellWidth, std::floor(grid.cellWidth));
  if (heads > 1) QVERIFY(std::abs(grid.cell(0, 1).left() - grid.cell(0, 0).right() - grid.gap) < 1e-9);
}

void TestHeadGrid::geometryFindsCells() {
  const GridGeometry grid = GridGeometry::fit(80, 128, QRectF(40, 8, 520, 440));
  for (int layer : {0, 1, 41, 79}) {
    for (int head : {0, 1, 63, 127}) {
      QCOMPARE(grid.at(grid.cell(layer, head).center()), (std::pair<int, int>{layer, head}));
    }
  }
  QCOMPARE(grid.at({39, 100}), (std::pair<int, int>{-1, -1}));
  QCOMPARE(grid.at({100, grid.area.bottom() + 1}), (std::pair<int, int>{-1, -1}));
  QCOMPARE(GridGeometry().at({0, 0}), (std::pair<int, int>{-1, -1}));
  const GridGeometry roomy = GridGeometry::fit(2, 2, QRectF(0, 0, 100, 100));
  QVERIFY(roomy.gap > 0);
  const QPointF between(roomy.cell(0, 0).right() + roomy.gap / 2, 10);
  QCOMPARE(roomy.at(between), (std::pair<int, int>{0, 0}));
}

void TestHeadGrid::labelsNeverOverlap() {
  for (double cell : {0.7, 3.0, 4.0, 11.0, 40.0}) {
    const int step = GridGeometry::labelStep(cell, 14);
    QVERIFY(step * cell >= 14);
    QVERIFY(step == 1 || step / 2.5 * cell < 14);  // and not thinned more than needed
  }
}

void TestHeadGrid::ordersByFallingShare() {
  QCOMPARE(headOrder(small(), false), (std::vector<std::vector<int>>{{0, 1, 2}, {0, 1, 2}}));
  QCOMPARE(headOrder(small(), true), (std::vector<std::vector<int>>{{1, 2, 0}, {2, 1, 0}}));
  QVERIFY(headOrder({}, true).empty());
  // Equal heads keep their order.
  QCOMPARE(headOrder({1, 3, {0.5F, 0.5F, 0.5F}}, true)[0], (std::vector<int>{0, 1, 2}));
}

void TestHeadGrid::countsSinks() {
  HeadGrid grid;
  grid.setShares(small());
  grid.setThreshold(0.25);
  QCOMPARE(grid.sinkCount(), 3);
  grid.setThreshold(0.9F);  // strictly above
  QCOMPARE(grid.sinkCount(), 0);
}

void TestHeadGrid::mouse() {
  HeadGrid grid;
  grid.resize(400, 300);
  grid.setShares(small());
  grid.show();
  QSignalSpy hovered(&grid, &HeadGrid::headHovered);
  QSignalSpy selected(&grid, &HeadGrid::headSelected);
  QSignalSpy activated(&grid, &HeadGrid::headActivated);
  QTest::mouseMove(&grid, grid.cellRect(1, 2).center().toPoint());
  QCOMPARE(hovered.takeLast(), (QVariantList{1, 2}));
  QTest::mouseClick(&grid, Qt::LeftButton, {}, grid.cellRect(0, 1).center().toPoint());
  QCOMPARE(selected.size(), 1);
  QCOMPARE(selected.takeLast(), (QVariantList{0, 1}));
  QCOMPARE(grid.selectedLayer(), 0);
  QCOMPARE(grid.selectedHead(), 1);
  QTest::mouseDClick(&grid, Qt::LeftButton, {}, grid.cellRect(1, 0).center().toPoint());
  QCOMPARE(activated.takeLast(), (QVariantList{1, 0}));
  selected.clear();
  QTest::mouseClick(&grid, Qt::LeftButton, {}, QPoint(1, 1));  // beside the cells
  QCOMPARE(selected.size(), 0);
  QEvent leave(QEvent::Leave);
  QApplication::sendEvent(&grid, &leave);
  QCOMPARE(hovered.takeLast(), (QVariantList{-1, -1}));
}

void TestHeadGrid::keyboard() {
  HeadGrid grid;
  grid.setShares(small());
  QSignalSpy selected(&grid, &HeadGrid::headSelected);
  QSignalSpy activated(&grid, &HeadGrid::headActivated);
  const auto press = [&](Qt::Key key, int layer, int head) {
    QTest::keyClick(&grid, key);
    return grid.selectedLayer() == layer && grid.selectedHead() == head;
  };
  QVERIFY(press(Qt::Key_Down, 0, 0));  // nothing was selected
  QVERIFY(press(Qt::Key_Right, 0, 1));
  QVERIFY(press(Qt::Key_Down, 1, 1));
  QVERIFY(press(Qt::Key_Down, 1, 1));
  QVERIFY(press(Qt::Key_End, 1, 2));
  QVERIFY(press(Qt::Key_PageUp, 0, 2));
  QVERIFY(press(Qt::Key_Left, 0, 1));
  QVERIFY(press(Qt::Key_Home, 0, 0));
  QCOMPARE(selected.size(), 7);  // none for the one that stayed
  QTest::keyClick(&grid, Qt::Key_Return);
  QCOMPARE(activated.takeLast(), (QVariantList{0, 0}));
}

void TestHeadGrid::keyboardFollowsTheOrder() {
  HeadGrid grid;
  grid.setShares(small());
  grid.setSorted(true);
  grid.setSelected(0, 1);
  QTest::keyClick(&grid, Qt::Key_Right);
  QCOMPARE(grid.selectedHead(), 2);
  QTest::keyClick(&grid, Qt::Key_Right);
  QCOMPARE(grid.selectedHead(), 0);
  QCOMPARE(grid.cellRect(0, 1).left(), grid.cellRect(1, 2).left());  // the highest of each layer come first
}

void TestHeadGrid::frameAboveEpsOnly() {
  HeadGrid grid;
  grid.resize(400, 300);
  grid.setShares(small());
  grid.setThreshold(0.4);
  const QColor amber = themeFor(&grid).accent;
  const auto corner = [&](int layer, int head) {
    return grid.grab().toImage().pixelColor(grid.cellRect(layer, head).topLeft().toPoint());
  };
  QCOMPARE(corner(0, 1), amber);
  QCOMPARE(corner(0, 2), amber);
  QCOMPARE(corner(0, 0), QColor::fromRgb(colourAt(ColourMap::Viridis, 0.1F)));
  QCOMPARE(corner(1, 0), themeFor(&grid).empty);
  grid.setThreshold(0.6);
  QCOMPARE(corner(0, 2), QColor::fromRgb(colourAt(ColourMap::Viridis, 0.5F)));
}

void TestHeadGrid::tinyCellsGetTheBorderOfTheSet() {
  HeadGrid grid;
  grid.resize(520, 460);
  Matrix shares{64, 128, std::vector<float>(64 * 128, 0.0F)};
  for (int layer = 10; layer < 20; ++layer) {
    for (int head = 30; head < 60; ++head) shares.values[layer * 128 + head] = 0.9F;
  }
  grid.setShares(shares);
  const QImage image = grid.grab().toImage();
  const QColor amber = themeFor(&grid).accent;
  QCOMPARE(image.pixelColor(grid.cellRect(10, 30).topLeft().toPoint()), amber);
  QCOMPARE(image.pixelColor(grid.cellRect(10, 45).topLeft().toPoint()), amber);
  QCOMPARE(image.pixelColor(grid.cellRect(15, 45).topLeft().toPoint()),
           QColor::fromRgb(colourAt(ColourMap::Viridis, 0.9F)));  // inside the set
  QVERIFY(image.pixelColor(grid.cellRect(30, 45).topLeft().toPoint()) != amber);
}

void TestHeadGrid::manyHeadsFollowADrag_data() {
  QTest::addColumn<QSize>("size");
  QTest::newRow("beside a map") << QSize(480, 500);
  QTest::newRow("alone on a large screen") << QSize(1700, 1400);
}

/** 126 layers of 128 heads, as in the largest model of the paper. */
void TestHeadGrid::manyHeadsFollowADrag() {
  constexpr double kFrameMs = 16, kSlower = 2;  // a slower machine may take more
  QFETCH(QSize, size);
  HeadGrid grid;
  grid.resize(size);
  Matrix shares{126, 128, {}};
  for (int i = 0; i < 126 * 128; ++i) shares.values.push_back(static_cast<float>(i * 37 % 1009) / 1008);
  grid.setShares(shares);
  QImage image(size, QImage::Format_ARGB32_Premultiplied);
  const Cost frame = costOf(9, [&](int i) {
    grid.setThreshold(0.1 * i);
    grid.render(&image);
  });
  qInfo("a frame of 16128 heads: %.1f ms of processor time (at most %g), %.1f on the clock", frame.processor, kFrameMs,
        frame.wall);
  QVERIFY(frame.processor < kSlower * kFrameMs);
}

void TestHeadGrid::thumbnailsWhereThereIsRoom() {
  QImage red(16, 16, QImage::Format_RGB32);
  red.fill(Qt::red);
  HeadGrid grid;
  grid.setShares({2, 2, {0.1F, 0.1F, 0.1F, 0.1F}});
  grid.setThumbnails({red, QImage(), red, red});
  grid.resize(400, 300);
  const auto middle = [&](int layer, int head) {
    return grid.grab().toImage().pixelColor(grid.cellRect(layer, head).topLeft().toPoint() + QPoint(2, 2));
  };
  QCOMPARE(middle(0, 0), QColor(Qt::red));
  QVERIFY(middle(0, 1) != QColor(Qt::red));
  grid.setShares(sample::shares(40, 40));  // another shape: the pictures are another model's
  QVERIFY(middle(0, 0) != QColor(Qt::red));
}

void TestHeadGrid::saysWhatIsSelected() {
  HeadGrid grid;
  grid.setShares(small());
  QVERIFY(!grid.accessibleName().isEmpty());
  QVERIFY(grid.accessibleDescription().contains(QStringLiteral("2 layers of 3 heads")));
  grid.setSelected(0, 1);
  QVERIFY(grid.accessibleDescription().startsWith(QStringLiteral("layer 0, head 1: 0.900, above eps")));
  grid.setSelected(7, 1);
  QCOMPARE(grid.selectedLayer(), -1);
}

void TestHeadGrid::emptyGridIsQuiet() {
  HeadGrid grid;
  grid.resize(300, 200);
  grid.setPlaceholder(QStringLiteral("No run yet"));
  QSignalSpy selected(&grid, &HeadGrid::headSelected);
  QTest::keyClick(&grid, Qt::Key_Right);
  QTest::mouseClick(&grid, Qt::LeftButton, {}, QPoint(150, 100));
  QCOMPARE(selected.size(), 0);
  QVERIFY(!grid.grab().isNull());
  QCOMPARE(grid.accessibleDescription(), QStringLiteral("No run yet"));
}

QTEST_MAIN(TestHeadGrid)
#include "tst_head_grid.moc"
