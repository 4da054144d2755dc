#include <QApplication>
#include <QSignalSpy>
#include <QTest>
#include <cmath>
#include <limits>

#include "widgets/layer_map.h"
#include "widgets/theme.h"

using namespace sinkscope;

namespace {

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

/** Two rows of three tokens, one of them without a value. */
LayerMapData small() {
  LayerMapData data;
  data.values = {2, 3, {0.0F, 0.25F, 1.0F, kNone, 0.5F, 0.75F}};
  data.rows = {QStringLiteral("embedding"), QStringLiteral("0")};
  data.columns = {QStringLiteral("<bos>"), QStringLiteral("a"), QStringLiteral("b")};
  return data;
}

QColor middle(LayerMap &map, int row, int column) {
  return map.grab().toImage().pixelColor(map.cellRect(row, column).center().toPoint());
}

QColor viridis(double position) {
  return QColor::fromRgb(colourAt(ColourMap::Viridis, position));
}

QStringList rowNames(int layers) {
  QStringList names{QStringLiteral("embedding")};
  for (int layer = 0; layer < layers; ++layer) names << QString::number(layer);
  return names;
}

}  // namespace

class TestLayerMap : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { applyAppStyle(*qApp, false); }
  void geometryFits_data();
  void geometryFits();
  void geometryFindsCells();
  void rowLabelsAreRound();
  void coloursFollowTheScale();
  void fadesWhatIsNotShownYet();
  void framesColumns();
  void mouse();
  void keyboard();
  void highlightIsSilent();
  void saysWhatIsLit();
  void emptyMapIsQuiet();
};

void TestLayerMap::geometryFits_data() {
  QTest::addColumn<int>("rows");
  QTest::addColumn<int>("columns");
  QTest::addColumn<QRectF>("bounds");
  QTest::newRow("gemma") << 19 << 24 << QRectF(40, 8, 480, 240);
  QTest::newRow("smollm") << 31 << 64 << QRectF(40, 8, 600, 300);
  QTest::newRow("short") << 13 << 2 << QRectF(0, 0, 600, 300);
  QTest::newRow("more tokens than pixels") << 31 << 2000 << QRectF(0, 0, 600, 300);
  QTest::newRow("one") << 1 << 1 << QRectF(3, 4, 900, 900);
}

void TestLayerMap::geometryFits() {
  QFETCH(int, rows);
  QFETCH(int, columns);
  QFETCH(QRectF, bounds);
  const LayerMapGeometry map = LayerMapGeometry::fit(rows, columns, bounds);
  QVERIFY(bounds.adjusted(-1e-6, -1e-6, 1e-6, 1e-6).contains(map.area));
  QCOMPARE(map.area.topLeft(), bounds.topLeft());
  QVERIFY(map.cellWidth() > 0 && map.cellHeight() > 0);
  QVERIFY(map.cellWidth() <= 4 * map.cellHeight() + 1e-9);
  if (bounds.width() >= columns) QVERIFY(std::abs(map.cellWidth() - std::round(map.cellWidth())) < 1e-9);
  // Neighbours touch, and the last cell ends with the area.
  if (columns > 1) QVERIFY(std::abs(map.cell(0, 1).left() - map.cell(0, 0).right()) < 1e-9);
  QVERIFY(std::abs(map.cell(rows - 1, columns - 1).right() - map.area.right()) < 1e-6);
  QVERIFY(std::abs(map.cell(rows - 1, columns - 1).bottom() - map.area.bottom()) < 1e-6);
  QCOMPARE(map.row(rows - 1).bottom(), map.cell(rows - 1, 0).bottom());
  QCOMPARE(map.column(columns - 1).left(), map.cell(0, columns - 1).left());
}

void TestLayerMap::geometryFindsCells() {
  const LayerMapGeometry map = LayerMapGeometry::fit(31, 64, QRectF(40, 8, 600, 300));
  QCOMPARE(map.cellWidth(), 9.0);
  QCOMPARE(map.cellHeight(), 9.0);
  for (int row : {0, 1, 17, 30}) {
    for (int column : {0, 1, 40, 63}) {
      QCOMPARE(map.at(map.cell(row, column).center()), (std::pair<int, int>{row, column}));
    }
  }
  QCOMPARE(map.at({39, 100}), (std::pair<int, int>{-1, -1}));
  QCOMPARE(map.at({100, map.area.bottom() + 1}), (std::pair<int, int>{-1, -1}));
  QCOMPARE(LayerMapGeometry().at({0, 0}), (std::pair<int, int>{-1, -1}));
}

void TestLayerMap::rowLabelsAreRound() {
  LayerMapData data;
  data.values = {31, 1, std::vector<float>(31, 0.0F)};
  data.rows = rowNames(30);
  const auto shown = [&](double pitch) {
    QStringList names;
    for (int row : data.labelledRows(pitch, 14)) names << data.rowLabel(row);
    return names.join(QLatin1Char(' '));
  };
  QCOMPARE(shown(15).count(QLatin1Char(' ')), 30);  // all of them
  QCOMPARE(shown(6), QStringLiteral("embedding 5 10 15 20 25"));
  QCOMPARE(shown(2), QStringLiteral("embedding 10 20"));
  data.rows.clear();
  QCOMPARE(shown(6), QStringLiteral("0 5 10 15 20 25 30"));
}

void TestLayerMap::coloursFollowTheScale() {
  LayerMap map;
  map.resize(400, 260);
  map.setData(small());
  QCOMPARE(middle(map, 0, 2), viridis(1));
  QCOMPARE(middle(map, 1, 1), viridis(0.5));
  QCOMPARE(middle(map, 1, 0), themeFor(&map).empty);  // no value
  map.setScale({ColourMap::Viridis, 0, 2});
  QCOMPARE(middle(map, 0, 2), viridis(0.5));
  map.setScale({ColourMap::Viridis, 0, 1, true, 0.0625});
  QCOMPARE(middle(map, 0, 1), viridis(0.5));  // half way from 1/16 to 1
  QCOMPARE(middle(map, 0, 0), viridis(0));    // 0 has no logarithm, but a place: the lowest
}

void TestLayerMap::fadesWhatIsNotShownYet() {
  LayerMap map;
  map.resize(400, 260);
  map.setData(small());
  QCOMPARE(map.shownRows(), 2);
  map.setShownRows(1);
  QCOMPARE(middle(map, 0, 2), viridis(1));
  const QColor faded = middle(map, 1, 1);
  const QColor ground = themeFor(&map).empty;
  QVERIFY(faded != viridis(0.5));
  QVERIFY(faded != ground);
  QVERIFY(std::abs(faded.green() - ground.green()) < 20);
  map.setShownRows(0);
  QVERIFY(middle(map, 0, 2) != viridis(1));
  map.setShownRows(-1);
  QCOMPARE(middle(map, 1, 1), viridis(0.5));
  map.setShownRows(9);
  QCOMPARE(map.shownRows(), 2);
}

void TestLayerMap::framesColumns() {
  LayerMap map;
  map.resize(400, 260);
  LayerMapData data = small();
  map.setData(data);
  const auto above = [&](int column) {  // in the middle of a column's upper edge
    const QRectF cell = map.cellRect(0, column);
    return map.grab().toImage().pixelColor(QPoint(qRound(cell.center().x()), qRound(cell.top()) - 1));
  };
  const Theme theme = themeFor(&map);
  QCOMPARE(above(0), theme.background);
  data.sink = 0;
  data.marked = 2;
  map.setData(data);
  QCOMPARE(above(0), theme.accent);
  QCOMPARE(above(1), theme.background);
  QCOMPARE(above(2), theme.selection);
  QCOMPARE(middle(map, 0, 2), viridis(1));  // around the column, not upon it
}

void TestLayerMap::mouse() {
  LayerMap map;
  map.resize(400, 260);
  map.setData(small());
  map.show();
  QSignalSpy hovered(&map, &LayerMap::cellHovered);
  QSignalSpy clicked(&map, &LayerMap::cellClicked);
  QTest::mouseMove(&map, map.cellRect(1, 2).center().toPoint());
  QCOMPARE(hovered.takeLast(), (QVariantList{1, 2}));
  QCOMPARE(map.highlight(), (std::pair<int, int>{1, 2}));
  QTest::mouseMove(&map, map.cellRect(1, 2).center().toPoint() + QPoint(1, 1));
  QCOMPARE(hovered.size(), 0);  // still the same cell
  QTest::mouseClick(&map, Qt::LeftButton, {}, map.cellRect(0, 1).center().toPoint());
  QCOMPARE(clicked.takeLast(), (QVariantList{0, 1}));
  QTest::mouseClick(&map, Qt::LeftButton, {}, QPoint(1, 1));  // beside the cells
  QTest::mouseClick(&map, Qt::RightButton, {}, map.cellRect(0, 1).center().toPoint());
  QCOMPARE(clicked.size(), 0);
  QEvent leave(QEvent::Leave);
  QApplication::sendEvent(&map, &leave);
  QCOMPARE(hovered.takeLast(), (QVariantList{-1, -1}));
  QCOMPARE(map.highlight(), (std::pair<int, int>{-1, -1}));
}

void TestLayerMap::keyboard() {
  LayerMap map;
  map.setData(small());
  QSignalSpy hovered(&map, &LayerMap::cellHovered);
  QSignalSpy clicked(&map, &LayerMap::cellClicked);
  const auto press = [&](Qt::Key key, int row, int column) {
    QTest::keyClick(&map, key);
    return map.highlight() == std::pair<int, int>{row, column};
  };
  QTest::keyClick(&map, Qt::Key_Return);
  QCOMPARE(clicked.size(), 0);  // nothing is lit
  QVERIFY(press(Qt::Key_Down, 0, 0));
  QVERIFY(press(Qt::Key_Right, 0, 1));
  QVERIFY(press(Qt::Key_Down, 1, 1));
  QVERIFY(press(Qt::Key_Down, 1, 1));
  QVERIFY(press(Qt::Key_End, 1, 2));
  QVERIFY(press(Qt::Key_PageUp, 0, 2));
  QVERIFY(press(Qt::Key_Left, 0, 1));
  QVERIFY(press(Qt::Key_Home, 0, 0));
  QVERIFY(press(Qt::Key_PageDown, 1, 0));
  QCOMPARE(hovered.size(), 8);  // none for the one that stayed
  QCOMPARE(hovered.takeLast(), (QVariantList{1, 0}));
  QTest::keyClick(&map, Qt::Key_Return);
  QCOMPARE(clicked.takeLast(), (QVariantList{1, 0}));
}

void TestLayerMap::highlightIsSilent() {
  LayerMap map;
  map.resize(400, 260);
  map.setData(small());
  QSignalSpy hovered(&map, &LayerMap::cellHovered);
  const QImage before = map.grab().toImage();
  map.setHighlight(1, -1);
  QCOMPARE(map.highlight(), (std::pair<int, int>{1, -1}));
  QVERIFY(map.grab().toImage() != before);
  map.setHighlight(7, 1);  // no such row
  QCOMPARE(map.highlight(), (std::pair<int, int>{-1, 1}));
  QCOMPARE(hovered.size(), 0);
  LayerMapData narrow = small();
  narrow.values = {2, 1, {0, 1}};
  map.setData(narrow);  // what is lit goes with its column
  QCOMPARE(map.highlight(), (std::pair<int, int>{-1, -1}));
}

void TestLayerMap::saysWhatIsLit() {
  LayerMap map;
  LayerMapData data = small();
  data.title = QStringLiteral("with <bos>");
  map.setData(data);
  QVERIFY(!map.accessibleName().isEmpty());
  QVERIFY(map.accessibleDescription().startsWith(QStringLiteral("with <bos>; layer by token: 2 rows of 3")));
  map.setHighlight(1, 2);
  QVERIFY(map.accessibleDescription().startsWith(QStringLiteral("layer 0, token b: 0.75; ")));
  map.setHighlight(1, 0);
  QVERIFY(map.accessibleDescription().startsWith(QStringLiteral("layer 0, token <bos>: no value; ")));
}

void TestLayerMap::emptyMapIsQuiet() {
  LayerMap map;
  map.resize(300, 200);
  map.setPlaceholder(QStringLiteral("No swap yet"));
  QSignalSpy hovered(&map, &LayerMap::cellHovered);
  QTest::keyClick(&map, Qt::Key_Right);
  QTest::mouseMove(&map, QPoint(100, 100));
  QVERIFY(!map.grab().isNull());
  QCOMPARE(hovered.size(), 0);
  QCOMPARE(map.accessibleDescription(), QStringLiteral("No swap yet"));
  LayerMapData broken;
  broken.values = {2, 2, {1}};  // values that do not fill it
  map.setData(broken);
  QVERIFY(!map.grab().isNull());
}

QTEST_MAIN(TestLayerMap)
#include "tst_layer_map.moc"
