#include <QApplication>
#include <QSignalSpy>
#include <QTest>

#include "tests/widgets/sample_data.h"
#include "widgets/layer_map_row.h"
#include "widgets/theme.h"

using namespace sinkscope;

class TestLayerMapRow : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { applyAppStyle(*qApp, false); }
  void keepsCellsAlike_data();
  void keepsCellsAlike();
  void lightsTogether();
  void aClickMayReplaceTheMaps();
};

void TestLayerMapRow::keepsCellsAlike_data() {
  QTest::addColumn<int>("tokens");
  QTest::addColumn<int>("width");
  for (int tokens : {3, 9, 24, 64}) {
    for (int width : {700, 961, 1280}) QTest::addRow("%d tokens, %d", tokens, width) << tokens << width;
  }
}

void TestLayerMapRow::keepsCellsAlike() {
  QFETCH(int, tokens);
  QFETCH(int, width);
  LayerMapRow row;
  row.resize(width, 300);
  row.setMaps({sample::spread(18, tokens, 1, 0.2, true), sample::spread(18, tokens - 1, 0, 0.4, false)});
  row.setScale({ColourMap::Viridis, 0, 1}, QStringLiteral("relative change"));
  QCOMPARE(row.count(), 2);
  const LayerMapGeometry left = row.map(0)->geometryNow();
  const LayerMapGeometry right = row.map(1)->geometryNow();
  QCOMPARE(left.cellWidth(), right.cellWidth());
  QCOMPARE(left.cellHeight(), right.cellHeight());
  QCOMPARE(left.area.top(), right.area.top());
  QVERIFY(row.map(0)->geometry().right() < row.map(1)->geometry().left() + 1);
  QVERIFY(row.map(1)->geometry().right() < width);
  QVERIFY(left.area.right() <= row.map(0)->width());
}

void TestLayerMapRow::lightsTogether() {
  LayerMapRow row;
  row.resize(900, 300);
  row.setMaps({sample::spread(4, 6, 2, 0.2, true), sample::spread(4, 5, 1, 0.4, false)});
  QSignalSpy hovered(&row, &LayerMapRow::cellHovered);
  QSignalSpy clicked(&row, &LayerMapRow::cellClicked);
  QTest::keyClick(row.map(1), Qt::Key_Right);
  QCOMPARE(hovered.takeLast(), (QVariantList{1, 0, 0}));
  QCOMPARE(row.map(0)->highlight(), (std::pair<int, int>{0, 1}));  // the same token
  QTest::keyClick(row.map(0), Qt::Key_Left);
  QCOMPARE(hovered.takeLast(), (QVariantList{0, 0, 0}));
  QCOMPARE(row.map(1)->highlight(), (std::pair<int, int>{0, -1}));  // <bos> is not there
  QTest::keyClick(row.map(0), Qt::Key_Return);
  QCOMPARE(clicked.takeLast(), (QVariantList{0, 0, 0}));
  row.setHighlight(-1, -1, -1);
  QCOMPARE(row.map(0)->highlight(), (std::pair<int, int>{-1, -1}));
  row.setShownRows(2);
  QCOMPARE(row.map(1)->shownRows(), 2);
  row.setMaps({});
  QCOMPARE(row.count(), 1);
  QCOMPARE(hovered.size(), 0);
}

void TestLayerMapRow::aClickMayReplaceTheMaps() {
  LayerMapRow row;
  row.resize(900, 300);
  row.setMaps({sample::spread(4, 6, 2, 0.2, true), sample::spread(4, 5, 1, 0.4, false)});
  row.show();
  connect(&row, &LayerMapRow::cellClicked, &row, [&] { row.setMaps({sample::spread(4, 6, 3, 0.2, true)}); });
  LayerMap *last = row.map(1);
  QSignalSpy gone(last, &QObject::destroyed);
  QTest::mouseClick(last, Qt::LeftButton, {}, last->cellRect(2, 2).center().toPoint());
  QCOMPARE(row.count(), 1);
  QTRY_COMPARE(gone.size(), 1);
  QCOMPARE(row.map(0)->data().marked, 3);
}

QTEST_MAIN(TestLayerMapRow)
#include "tst_layer_map_row.moc"
