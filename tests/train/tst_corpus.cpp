#include "core/train/corpus.h"

#include "tests/model/damage.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

using namespace sinkscope;

namespace {

std::vector<CorpusDocument> all(const std::vector<std::filesystem::path>& sources) {
  CorpusReader reader(sources);
  std::vector<CorpusDocument> documents;
  while (auto document = reader.next()) documents.push_back(std::move(*document));
  return documents;
}

std::vector<std::string> texts(const std::vector<std::filesystem::path>& sources) {
  std::vector<std::string> found;
  for (const CorpusDocument& document : all(sources)) found.push_back(document.text);
  return found;
}

}  // namespace

class TestCorpus : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;

  std::filesystem::path write(const QString& name, const QByteArray& content) {
    const QString path = folder_.filePath(name);
    QDir().mkpath(QFileInfo(path).path());
    damage::writeAll(path, content);
    return path.toStdString();
  }
  QString errorOf(const std::filesystem::path& source) {
    return damage::errorOf([&] { texts({source}); });
  }

 private slots:
  void aTextFileIsOneDocument() {
    const auto path = write("one.txt", "First line\r\n\n  second\tline\n");
    const auto documents = all({path});
    QCOMPARE(documents.size(), std::size_t(1));
    QCOMPARE(documents[0].text, std::string("First line\r\n\n  second\tline\n"));
    QCOMPARE(documents[0].title, std::string("one"));
  }

  void jsonLinesAreOneDocumentEach() {
    const auto path = write("lines.jsonl",
                            "{\"title\": \"A\", \"text\": \"one\\ntwo \\u20ac\"}\r\n\n"
                            "{\"text\": \"\"}\n{\"text\": \"three\", \"title\": 7}");
    const auto documents = all({path});
    QCOMPARE(documents.size(), std::size_t(2));
    QCOMPARE(documents[0].title, std::string("A"));
    QCOMPARE(documents[0].text, std::string("one\ntwo \u20ac"));
    QCOMPARE(documents[1].title, std::string());
    QCOMPARE(documents[1].text, std::string("three"));
  }

  void foldersAreReadInOrder() {
    write("tree/b.txt", "b");
    write("tree/a/z.md", "z");
    write("tree/a/lines.jsonl", "{\"text\": \"1\"}\n{\"text\": \"2\"}\n");
    write("tree/a/picture.png", "no text");
    write("tree/LICENCE.txt", "terms");
    write("tree/.hidden/c.txt", "hidden");
    write("tree/empty.txt", "");
    const auto single = write("single", "last");
    const std::vector<std::string> expected{"1", "2", "z", "b", "last"};
    QCOMPARE(texts({folder_.filePath("tree").toStdString(), single}), expected);
  }

  void theShareThatWasReadGrows() {
    CorpusReader reader(
        {write("x.jsonl", "{\"text\": \"1\"}\n{\"text\": \"2\"}\n"), write("x.txt", "123456789012345")});
    QCOMPARE(reader.fraction(), 0.0);
    reader.next();
    QCOMPARE(reader.fraction(), 14.0 / 43.0);
    reader.next();
    QCOMPARE(reader.fraction(), 28.0 / 43.0);
    QVERIFY(reader.next() && !reader.next() && !reader.next());
    QCOMPARE(reader.fraction(), 1.0);
  }

  void byteOrderMarksAreNoText() {
    QCOMPARE(texts({write("bom.txt", "\xEF\xBB\xBFtext")}), std::vector<std::string>{"text"});
    QCOMPARE(texts({write("bom.jsonl", "\xEF\xBB\xBF{\"text\": \"text\"}\n")}), std::vector<std::string>{"text"});
  }

  void mistakesAreNamed_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("expected");
    QTest::newRow("not UTF-8") << "bad.txt" << QByteArray("abc\xFFz") << "bad.txt, byte 3: expected UTF-8";
    QTest::newRow("at the start") << "bad.txt" << QByteArray("\x80") << "bad.txt, byte 0";
    QTest::newRow("half a character") << "bad.txt" << QByteArray("ab\xE2\x82") << "bad.txt, byte 2";
    QTest::newRow("not UTF-8 in a line") << "bad.jsonl" << QByteArray("{\"text\": \"a\"}\n{\"text\": \"\xFF\"}\n")
                                         << "bad.jsonl, line 2, byte 10";
    QTest::newRow("no JSON") << "bad.jsonl" << QByteArray("{\"text\": \"a\"}\n\n{oops\n") << "bad.jsonl, line 3";
    QTest::newRow("half a pair") << "bad.jsonl" << QByteArray(R"({"text": "\ud800"})") << "line 1: expected one JSON";
    QTest::newRow("no field") << "bad.jsonl" << QByteArray("{\"txt\": \"a\"}\n") << "a string field \"text\"";
    QTest::newRow("a number") << "bad.jsonl" << QByteArray("{\"text\": 7}\n") << "line 1: expected a JSON object";
    QTest::newRow("a string") << "bad.jsonl" << QByteArray("\"text\"\n") << "line 1: expected a JSON object";
  }
  void mistakesAreNamed() {
    QFETCH(QString, name);
    QFETCH(QByteArray, content);
    QFETCH(QString, expected);
    const QString error = errorOf(write(name, content));
    QVERIFY2(error.contains(expected), qPrintable(error));
  }

  void namesAreThoseOfTheScript() {
    QByteArray names = "names=(";
    for (const std::string& name : corpusNames()) names += QByteArray::fromStdString(name) + ' ';
    names.back() = ')';
    QVERIFY(damage::readAll(SINKSCOPE_SOURCE "/packaging/fetch-corpus.sh").contains(names));
  }

  void missingSourcesAreSaid() {
    QVERIFY(errorOf("/no/such/text").contains("/no/such/text does not exist"));
    QVERIFY(damage::errorOf([] { CorpusReader reader({}); }).contains("No text was given"));
    write("pictures/a.png", "x");
    QVERIFY(errorOf(folder_.filePath("pictures").toStdString()).contains("holds no text"));
  }
};

QTEST_GUILESS_MAIN(TestCorpus)
#include "tst_corpus.moc"
