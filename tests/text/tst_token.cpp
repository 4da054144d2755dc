#include "core/text/token.h"

#include <QtTest/QtTest>

using sinkscope::visibleText;

class TestToken : public QObject {
  Q_OBJECT

 private slots:
  void visible_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("space") << QByteArray(" the  end") << QByteArray("·the··end");
    QTest::newRow("breaks") << QByteArray("a\n\r\n\tb") << QByteArray("a\\n\\r\\n\\tb");
    QTest::newRow("control") << QByteArray("\x00\x07\x1B\x7F", 4) << QByteArray("\\x00\\x07\\x1B\\x7F");
    QTest::newRow("C1 control") << QByteArray("\u0085") << QByteArray("\\u0085");
    QTest::newRow("letters") << QByteArray("é한🎉") << QByteArray("é한🎉");
    QTest::newRow("invisible") << QByteArray("\u200B\u202E\uFEFF") << QByteArray("\\u200B\\u202E\\uFEFF");
    QTest::newRow("half a character") << QByteArray("\xE2\x96") << QByteArray("<E2><96>");
    QTest::newRow("tail of one") << QByteArray("\x81 a") << QByteArray("<81>·a");
    QTest::newRow("overlong") << QByteArray("\xC0\xAF") << QByteArray("<C0><AF>");
    QTest::newRow("surrogate") << QByteArray("\xED\xA0\x80") << QByteArray("<ED><A0><80>");
    QTest::newRow("beyond Unicode") << QByteArray("\xF4\x90\x80\x80") << QByteArray("<F4><90><80><80>");
    QTest::newRow("last character") << QByteArray("\xF4\x8F\xBF\xBF") << QByteArray("\xF4\x8F\xBF\xBF");
    QTest::newRow("nothing") << QByteArray() << QByteArray();
  }

  void visible() {
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, expected);
    QCOMPARE(QByteArray::fromStdString(visibleText(bytes.toStdString())), expected);
  }

  void specialKeepsItsName() {
    QCOMPARE(visibleText({.id = 2, .bytes = "<start of turn>", .special = true}), std::string("<start of turn>"));
    QCOMPARE(visibleText({.id = 9, .bytes = " of", .begin = 0, .end = 3}), std::string("·of"));
  }
};

QTEST_GUILESS_MAIN(TestToken)
#include "tst_token.moc"
