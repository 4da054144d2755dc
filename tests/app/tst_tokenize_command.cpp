// sinkscope tokenize, as a script would call it.
#include "core/text/tokenizer.h"
#include "core/train/token_file.h"
#include "tests/app/executable.h"
#include "tests/model/damage.h"

#include <QTemporaryDir>
#include <QTest>

using namespace sinkscope;

class TestTokenizeCommand : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  const QString prompts_ = QStringLiteral(SINKSCOPE_SOURCE "/resources/prompts/english.txt");

  QString path(const char* name) const { return folder_.filePath(name); }

 private slots:
  void trainsATokenizerAndUsesIt() {
    damage::writeAll(path("two.jsonl"), "{\"text\": \"The river.\"}\n{\"text\": \"It runs\\non.\"}\n");
    const Outcome outcome =
        call({"tokenize", prompts_, path("two.jsonl"), "--train-bpe", "600", "-o", path("a.tokens")});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    QVERIFY2(outcome.out.contains("3 documents"), outcome.out);
    QVERIFY(outcome.out.contains("vocabulary of 600"));
    QVERIFY(outcome.error.isEmpty());
    const TokenFile file(path("a.tokens").toStdString());
    const auto tokenizer = loadTokenizer(path("a.model").toStdString());
    QCOMPARE(tokenizer->size(), std::int64_t(600));
    QCOMPARE(file.info().vocabulary, std::int64_t(600));
    QCOMPARE(file.info().bos, std::optional<std::int64_t>(1));
    std::vector<std::int64_t> ids(static_cast<std::size_t>(file.tokens()));
    file.copy(0, ids);
    QCOMPARE(tokenizer->decode(ids), damage::readAll(prompts_).toStdString() + "The river.It runs\non.");
  }

  void takesATokenizerAndTellsInJson() {
    const QString tokenizer = QStringLiteral(SINKSCOPE_TEST_DATA "/tokens/plain.model");
    damage::writeAll(path("one.txt"), "the river runs on");
    const Outcome outcome =
        call({"tokenize", path("one.txt"), "--tokenizer", tokenizer, "--out", path("b.tokens"), "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    const auto ids = idsOf(loadTokenizer(tokenizer.toStdString())->encode("the river runs on"));
    const QJsonObject report = outcome.json();
    QCOMPARE(report["tokens"].toInteger(), qint64(ids.size()));
    QCOMPARE(report["bytesPerToken"].toDouble(), 17.0 / static_cast<double>(ids.size()));
    QCOMPARE(report["tokenizer"].toString(), tokenizer);
    QVERIFY(!QFile::exists(path("b.model")));
    const QJsonObject seen = call({"inspect", path("b.tokens"), "--json"}).json();
    QCOMPARE(seen["tokens"].toInteger(), qint64(ids.size()));
    QCOMPARE(seen["sources"][0]["path"].toString(), path("one.txt"));
    const Outcome told = call({"inspect", path("b.tokens")});
    QVERIFY2(told.out.contains("tokens of 1 documents (17 bytes of text)"), told.out);
  }

  void namesThePlaceOfATrainedTokenizer() {
    const Outcome outcome = call({"tokenize", prompts_, "--train-unigram", "500", "--tokenizer-out", path("own.model"),
                                  "--sample-mb", "0.05", "-o", path("c.tokens")});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    QVERIFY(QFile::exists(path("own.model")) && !QFile::exists(path("c.model")));
    QCOMPARE(TokenFile(path("c.tokens").toStdString()).info().tokenizer, path("own.model").toStdString());
  }

  void mistakesAreOneSentence() {
    const auto fails = [&](const QStringList& arguments, const char* expected) {
      const Outcome outcome = call(QStringList{"tokenize"} + arguments);
      QCOMPARE(outcome.exitCode, 1);
      QVERIFY2(outcome.error.contains(expected), outcome.error);
      QCOMPARE(outcome.error.count('\n'), 1);
    };
    fails({"/no/such", "--train-bpe", "300", "-o", path("x.tokens")}, "/no/such does not exist");
    fails({prompts_, "--train-bpe", "300", "-o", path("x.bin")}, "ends in .tokens");
    fails({prompts_, "--train-bpe", "90000", "-o", path("x.tokens")}, "90000 tokens could not be trained");
    fails({prompts_, "--tokenizer", prompts_, "-o", path("x.tokens")}, "has no tokenizer");
    qputenv("XDG_DATA_HOME", folder_.path().toUtf8());
    fails({"shakespeare", "--train-bpe", "300", "-o", path("x.tokens")}, "packaging/fetch-corpus.sh shakespeare");
    QVERIFY(!QFile::exists(path("x.tokens")));
    QCOMPARE(call({"tokenize", prompts_, "-o", path("x.tokens")}).exitCode, 2);
    QCOMPARE(
        call({"tokenize", prompts_, "--train-bpe", "300", "--train-unigram", "300", "-o", path("x.tokens")}).exitCode,
        2);
  }

  void aFetchedCorpusHasAName() {
    qputenv("XDG_DATA_HOME", folder_.path().toUtf8());
    const QString corpus = path("sinkscope/corpora/kjv");
    QVERIFY(QDir().mkpath(corpus));
    damage::writeAll(corpus + "/documents.jsonl", "{\"title\": \"Genesis 1\", \"text\": \"In the beginning\"}\n");
    damage::writeAll(corpus + "/LICENCE.txt", "public domain");
    const Outcome outcome = call({"tokenize", "kjv", "--tokenizer", SINKSCOPE_TEST_DATA "/tokens/plain.model", "-o",
                                  path("kjv.tokens"), "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    QCOMPARE(outcome.json()["documents"].toInt(), 1);
    QCOMPARE(TokenFile(path("kjv.tokens").toStdString()).info().licence, std::string("public domain"));
  }
};

QTEST_GUILESS_MAIN(TestTokenizeCommand)
#include "tst_tokenize_command.moc"
