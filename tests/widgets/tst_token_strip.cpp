#include <QApplication>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <cmath>

#include "widgets/theme.h"
#include "widgets/token_strip.h"

using namespace sinkscope;

namespace {

QVector<TokenChip> chips(int count) {
  QVector<TokenChip> list;
  for (int i = 0; i < count; ++i) {
    list.push_back({i == 0 ? QStringLiteral("<bos>") : QStringLiteral("·word%1").arg(i), QString(), i == 0});
  }
  return list;
}

}  // namespace

class TestTokenStrip : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { applyAppStyle(*qApp, false); }
  void flowWraps();
  void flowCutsWhatIsTooWide();
  void flowFindsChips();
  void growsToFourRowsThenScrolls();
  void mouse();
  void keyboard();
  void sinkIsAmber();
  void tintsColourTheChips();
  void fewerTokensForgetTheHighlight();
};

void TestTokenStrip::flowWraps() {
  const ChipFlow flow = ChipFlow::lay({30, 40, 50, 60}, 100, 20, 4);
  QCOMPARE(flow.chips, (std::vector<QRect>{{0, 0, 30, 20}, {34, 0, 40, 20}, {0, 24, 50, 20}, {0, 48, 60, 20}}));
  QCOMPARE(flow.rows, 3);
  QCOMPARE(flow.height, 68);
  // What fits to the pixel stays in its row.
  QCOMPARE(ChipFlow::lay({48, 48}, 100, 20, 4).rows, 1);
  QCOMPARE(ChipFlow::lay({48, 49}, 100, 20, 4).rows, 2);
  const ChipFlow none = ChipFlow::lay({}, 100, 20, 4);
  QCOMPARE(none.rows, 0);
  QCOMPARE(none.height, 0);
}

void TestTokenStrip::flowCutsWhatIsTooWide() {
  const ChipFlow flow = ChipFlow::lay({10, 500, 10}, 100, 20, 4);
  QCOMPARE(flow.chips[1], QRect(0, 24, 100, 20));
  QCOMPARE(flow.chips[2], QRect(0, 48, 10, 20));
}

void TestTokenStrip::flowFindsChips() {
  const ChipFlow flow = ChipFlow::lay({30, 40, 50, 60}, 100, 20, 4);
  QCOMPARE(flow.at({0, 0}), 0);
  QCOMPARE(flow.at({29, 19}), 0);
  QCOMPARE(flow.at({30, 5}), -1);  // between two chips
  QCOMPARE(flow.at({34, 5}), 1);
  QCOMPARE(flow.at({90, 5}), -1);   // behind the row's last chip
  QCOMPARE(flow.at({10, 22}), -1);  // between two rows
  QCOMPARE(flow.at({59, 67}), 3);
  QCOMPARE(flow.at({59, 68}), -1);
  QCOMPARE(flow.at({-1, 0}), -1);
}

void TestTokenStrip::growsToFourRowsThenScrolls() {
  TokenStrip strip;
  strip.setTokens(chips(3));
  const int one = strip.heightForWidth(400);
  strip.setTokens(chips(500));
  const int four = strip.heightForWidth(400);
  QVERIFY(four > 3 * one && four < 5 * one);
  strip.resize(400, four);
  strip.show();
  QVERIFY(strip.verticalScrollBar()->maximum() > 0);
  QVERIFY(!strip.viewport()->rect().intersects(strip.chipRect(499)));
  strip.setHighlighted(499);
  QVERIFY(strip.viewport()->rect().contains(strip.chipRect(499)));
  strip.setHighlighted(0);
  QVERIFY(strip.viewport()->rect().contains(strip.chipRect(0)));
}

void TestTokenStrip::mouse() {
  TokenStrip strip;
  strip.setTokens(chips(12));
  strip.resize(400, 120);
  strip.show();
  QSignalSpy hovered(&strip, &TokenStrip::tokenHovered);
  QSignalSpy clicked(&strip, &TokenStrip::tokenClicked);
  QTest::mouseMove(strip.viewport(), strip.chipRect(2).center());
  QCOMPARE(hovered.takeLast(), QVariantList{2});
  QTest::mouseClick(strip.viewport(), Qt::LeftButton, {}, strip.chipRect(5).center());
  QCOMPARE(clicked.size(), 1);
  QCOMPARE(clicked.takeLast(), QVariantList{5});
  QCOMPARE(strip.highlighted(), 5);
  QEvent leave(QEvent::Leave);
  QApplication::sendEvent(strip.viewport(), &leave);
  QCOMPARE(hovered.takeLast(), QVariantList{-1});
}

void TestTokenStrip::keyboard() {
  TokenStrip strip;
  strip.setTokens(chips(40));
  strip.resize(400, 120);
  strip.show();
  QSignalSpy hovered(&strip, &TokenStrip::tokenHovered);
  QSignalSpy clicked(&strip, &TokenStrip::tokenClicked);
  QTest::keyClick(&strip, Qt::Key_Right);
  QCOMPARE(strip.highlighted(), 0);
  QTest::keyClick(&strip, Qt::Key_Right);
  QCOMPARE(strip.highlighted(), 1);
  QTest::keyClick(&strip, Qt::Key_Down);
  QVERIFY(strip.highlighted() > 2);
  QTest::keyClick(&strip, Qt::Key_Up);
  QCOMPARE(strip.highlighted(), 1);
  QTest::keyClick(&strip, Qt::Key_End);
  QCOMPARE(strip.highlighted(), 39);
  QCOMPARE(hovered.takeLast(), QVariantList{39});
  QTest::keyClick(&strip, Qt::Key_Return);
  QCOMPARE(clicked.takeLast(), QVariantList{39});
}

void TestTokenStrip::sinkIsAmber() {
  TokenStrip strip;
  strip.setTokens(chips(3));
  strip.resize(400, 60);
  const QImage image = strip.grab().toImage();
  const QColor amber = themeFor(&strip).accent;
  const auto inside = [&](int token) { return image.pixelColor(strip.chipRect(token).topLeft() + QPoint(4, 4)); };
  QCOMPARE(inside(0), amber);
  QVERIFY(inside(1) != amber);
}

void TestTokenStrip::tintsColourTheChips() {
  TokenStrip strip;
  strip.setTokens(chips(3));
  strip.resize(400, 60);
  const Theme theme = themeFor(&strip);
  const auto inside = [&](int token) {
    return strip.grab().toImage().pixelColor(strip.chipRect(token).topLeft() + QPoint(4, 4));
  };
  const QColor plain = inside(2);
  strip.setTints({1.0, 0.25, std::nan("")}, ColourMap::Magma);
  QCOMPARE(inside(0), QColor(colourAt(ColourMap::Magma, 1.0)));
  QCOMPARE(inside(1), QColor(colourAt(ColourMap::Magma, 0.25)));
  QCOMPARE(inside(2), plain);
  const QRect sink = strip.chipRect(0);
  QCOMPARE(strip.grab().toImage().pixelColor(sink.left() + 1, sink.center().y()), theme.accent);  // still framed
  strip.setTokens(chips(3));
  QCOMPARE(strip.tints().size(), std::size_t{3});  // the same tokens
  strip.setTokens(chips(4));
  QVERIFY(strip.tints().empty());
}

void TestTokenStrip::fewerTokensForgetTheHighlight() {
  TokenStrip strip;
  strip.setTokens(chips(10));
  strip.setHighlighted(9);
  strip.setTokens(chips(4));
  QCOMPARE(strip.highlighted(), -1);
  QVERIFY(strip.chipRect(9).isEmpty());
  strip.setHighlighted(4);
  QCOMPARE(strip.highlighted(), -1);
}

QTEST_MAIN(TestTokenStrip)
#include "tst_token_strip.moc"
