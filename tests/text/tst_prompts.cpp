#include "core/text/prompts.h"

#include "core/error.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace sinkscope;

class TestPrompts : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;

  std::string write(const char* name, const QByteArray& content) {
    QFile file(folder_.filePath(name));
    if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write a temporary file");
    file.write(content);
    return file.fileName().toStdString();
  }

 private slots:
  void linesAreKeptAsTheyStand() {
    const auto prompts = readPrompts(write("a.txt", "  one \r\n\n\"two\"\nthree"));
    QCOMPARE(prompts, (std::vector<std::string>{"  one ", "\"two\"", "three"}));
  }

  void jsonLinesGiveStringsAndFields() {
    const auto prompts =
        readPrompts(write("a.jsonl", "\"one\\ntwo\"\n{\"text\": \"three\", \"id\": 3}\n{\"prompt\": \"four\"}\n"));
    QCOMPARE(prompts, (std::vector<std::string>{"one\ntwo", "three", "four"}));
  }

  void mistakesNameFileAndLine_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("not JSON") << QByteArray("\"one\"\n{oops\n") << QByteArray("line 2");
    QTest::newRow("no field") << QByteArray("{\"txt\": \"one\"}\n") << QByteArray("\"text\" or \"prompt\"");
    QTest::newRow("a number") << QByteArray("7\n") << QByteArray("line 1");
    QTest::newRow("empty") << QByteArray("\n\n") << QByteArray("at least one prompt");
  }
  void mistakesNameFileAndLine() {
    QFETCH(QByteArray, content);
    QFETCH(QByteArray, expected);
    const std::string path = write("bad.jsonl", content);
    try {
      readPrompts(path);
      QFAIL("nothing was thrown");
    } catch (const Error& error) {
      QVERIFY2(QByteArray(error.what()).contains(expected), error.what());
      QVERIFY(QByteArray(error.what()).contains("bad.jsonl"));
    }
  }

  void aMissingFileIsSaid() { QVERIFY_EXCEPTION_THROWN(readPrompts("/no/such/file"), Error); }
};

QTEST_GUILESS_MAIN(TestPrompts)
#include "tst_prompts.moc"
