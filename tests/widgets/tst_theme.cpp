#include <QApplication>
#include <QPalette>
#include <QTest>

#include "widgets/theme.h"

using namespace sinkscope;

class TestTheme : public QObject {
  Q_OBJECT

 private slots:
  void contrastOfKnownColours();
  void textIsReadable_data();
  void textIsReadable();
  void styleFollowsTheScheme();
};

void TestTheme::contrastOfKnownColours() {
  QVERIFY(std::abs(contrastRatio(Qt::black, Qt::white) - 21) < 1e-9);
  QVERIFY(std::abs(contrastRatio(Qt::white, QColor(0x77, 0x77, 0x77)) - 4.48) < 0.01);  // WCAG's own example
  QCOMPARE(contrastRatio(Qt::red, Qt::red), 1.0);
}

void TestTheme::textIsReadable_data() {
  QTest::addColumn<bool>("dark");
  QTest::newRow("light") << false;
  QTest::newRow("dark") << true;
}

void TestTheme::textIsReadable() {
  QFETCH(bool, dark);
  const Theme theme = themeFor(stylePalette(dark), QFont());
  QCOMPARE(theme.dark, dark);
  for (const QColor &ground : {theme.background, theme.surface}) {
    QVERIFY(contrastRatio(theme.text, ground) >= 7);
    QVERIFY(contrastRatio(theme.mutedText, ground) >= 4.5);
    QVERIFY(contrastRatio(theme.accentText, ground) >= 4.5);
    QVERIFY(contrastRatio(theme.selection, ground) >= 3);
  }
  QVERIFY(contrastRatio(theme.onAccent, theme.accent) >= 4.5);
  const QPalette palette = stylePalette(dark);
  QVERIFY(contrastRatio(palette.color(QPalette::HighlightedText), palette.color(QPalette::Highlight)) >= 4.5);
}

void TestTheme::styleFollowsTheScheme() {
  for (bool dark : {true, false}) {
    applyAppStyle(*qApp, dark);
    QCOMPARE(themeFor(QApplication::palette(), QFont()).dark, dark);
  }
  QWidget widget;
  const Theme theme = themeFor(&widget);
  QVERIFY(theme.caption.pointSizeF() < theme.body.pointSizeF());
  QVERIFY(theme.heading.pointSizeF() > theme.body.pointSizeF());
}

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
