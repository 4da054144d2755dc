#include <QApplication>
#include <QPalette>
#include <QTest>

#include "widgets/curve_pen.h"
#include "widgets/theme.h"

using namespace sinkscope;

class TestTheme : public QObject {
  Q_OBJECT

 private slots:
  void contrastOfKnownColours();
  void textIsReadable_data();
  void textIsReadable();
  void marksAreSeen_data();
  void marksAreSeen();
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

void TestTheme::marksAreSeen_data() {
  textIsReadable_data();
}

// WCAG 2 asks 4.5 of text and 3 of graphics that one must see to understand; hairlines that part what stands apart
// anyway are none.
void TestTheme::marksAreSeen() {
  QFETCH(bool, dark);
  const QPalette palette = stylePalette(dark);
  const Theme theme = themeFor(palette, QFont());
  for (const QColor &ground : {theme.background, theme.surface}) {
    QVERIFY(contrastRatio(theme.accent, ground) >= 3);
    for (const ColourRole role :
         {ColourRole::Sink, ColourRole::First, ColourRole::Second, ColourRole::Third, ColourRole::Fourth,
          ColourRole::Fifth, ColourRole::Sixth, ColourRole::Strong, ColourRole::Faint, ColourRole::Muted}) {
      const QColor pen = curvePen(role, dark).color();
      QVERIFY2(contrastRatio(pen, ground) >= 3, qPrintable(pen.name() + " on " + ground.name()));
    }
    QVERIFY(contrastRatio(palette.color(QPalette::Link), ground) >= 4.5);
    QVERIFY(contrastRatio(palette.color(QPalette::PlaceholderText), ground) >= 4.5);
  }
  for (const QPalette::ColorRole ground : {QPalette::Button, QPalette::Window, QPalette::Base, QPalette::ToolTipBase})
    QVERIFY(contrastRatio(palette.color(QPalette::ButtonText), palette.color(ground)) >= 4.5);
  QVERIFY(contrastRatio(theme.text, theme.line) >= 4.5);      // a switch that is on
  QVERIFY(contrastRatio(theme.mutedText, theme.empty) >= 3);  // what is lit
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
