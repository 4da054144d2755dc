#include <QFontDatabase>
#include <QFontMetricsF>
#include <QGuiApplication>
#include <QImage>
#include <QTest>

#include "widgets/words.h"

using namespace sinkscope;

class TestWords : public QObject {
  Q_OBJECT

 private slots:
  void aFontKeepsItsFamilyFirst() {
    const QFont font = withEmoji(QFont(QStringLiteral("DejaVu Sans")));
    QCOMPARE(font.families().first(), QStringLiteral("DejaVu Sans"));
    QCOMPARE(withEmoji(font).families(), font.families());
    for (const QString &family : QFontDatabase::families())
      if (family.contains(QStringLiteral("emoji"), Qt::CaseInsensitive)) QVERIFY(font.families().contains(family));
  }

  /// Digits and spaces are in fonts of emoji, too.
  void lettersStayAsTheyAre_data() {
    QTest::addColumn<QFont>("font");
    for (const char *family : {"DejaVu Sans", "Sans Serif", "No such family"}) QTest::newRow(family) << QFont(family);
    QTest::newRow("the application's") << QGuiApplication::font();
    QFont two;
    two.setFamilies({"No such family", "DejaVu Sans"});
    QTest::newRow("a list") << two;
  }
  void lettersStayAsTheyAre() {
    QFETCH(QFont, font);
    const QString words = QStringLiteral("layer 01 · α₀ 0.35");
    QCOMPARE(QFontMetricsF(withEmoji(font)).horizontalAdvance(words), QFontMetricsF(font).horizontalAdvance(words));
    QCOMPARE(QFontMetricsF(withEmoji(font)).height(), QFontMetricsF(font).height());
  }

  void emojiHaveTheirColours() {
    if (QFontDatabase::families().filter(QStringLiteral("color emoji"), Qt::CaseInsensitive).isEmpty())
      QSKIP("No font of coloured emoji is here (Debian's fonts-noto-color-emoji).");
    QImage image(80, 60, QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    QFont font(QStringLiteral("DejaVu Sans"));
    font.setPixelSize(32);
    painter.setFont(withEmoji(font));
    drawWords(painter, {10, 45}, QStringLiteral("🌊"));
    painter.end();
    int coloured = 0;
    for (int y = 0; y < image.height(); ++y)
      for (int x = 0; x < image.width(); ++x)
        if (image.pixelColor(x, y).hslSaturation() > 100) ++coloured;
    QVERIFY2(coloured > 200, qPrintable(QString::number(coloured)));
  }
};

QTEST_MAIN(TestWords)
#include "tst_words.moc"
