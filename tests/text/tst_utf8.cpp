#include "core/text/utf8.h"

#include <QStringDecoder>
#include <QTest>

#include <random>

using namespace sinkscope;

class Utf8Test : public QObject {
  Q_OBJECT

 private slots:
  void agreesWithQt();
  void repairs_data();
  void repairs();
};

/// Random bytes, most of them near the borders of well-formed sequences, judged by Qt's decoder as well.
void Utf8Test::agreesWithQt() {
  const unsigned char borders[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0,
                                   0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF7, 0xF8, 0xFF};
  std::mt19937 random(1);
  int good = 0;
  for (int i = 0; i < 200000; ++i) {
    std::string bytes(random() % 5, '\0');
    for (char& byte : bytes) byte = static_cast<char>(borders[random() % std::size(borders)]);
    QStringDecoder decoder(QStringConverter::Utf8, QStringConverter::Flag::Stateless);
    const QString decoded = decoder(QByteArrayView(bytes.data(), qsizetype(bytes.size())));
    QVERIFY2(isUtf8(bytes) == !decoder.hasError(), QByteArray::fromStdString(bytes).toHex().constData());
    good += isUtf8(bytes);
    QVERIFY(isUtf8(repairedUtf8(bytes)));
    if (isUtf8(bytes) && bytes.find('\0') == std::string::npos) QCOMPARE(repairedUtf8(bytes), bytes);
  }
  QVERIFY(good > 1000);
}

void Utf8Test::repairs_data() {
  QTest::addColumn<QByteArray>("bytes");
  QTest::addColumn<QString>("text");
  QTest::newRow("a part of an emoji") << QByteArray(" \xF0\x9F") << QString(" \uFFFD\uFFFD");
  QTest::newRow("the rest of it") << QByteArray("\x99\x82.") << QString("\uFFFD\uFFFD.");
  QTest::newRow("NUL") << QByteArray("a\0b", 3) << QString("a\uFFFDb");
  QTest::newRow("surrogate") << QByteArray("\xED\xA0\x80") << QString("\uFFFD\uFFFD\uFFFD");
}

void Utf8Test::repairs() {
  QFETCH(QByteArray, bytes);
  QFETCH(QString, text);
  QCOMPARE(QString::fromStdString(repairedUtf8(bytes.toStdString())), text);
}

QTEST_GUILESS_MAIN(Utf8Test)
#include "tst_utf8.moc"
