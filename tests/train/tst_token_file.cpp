#include "core/train/token_file.h"

#include "core/model/file_hash.h"
#include "core/text/tokenizer.h"
#include "core/train/tokenize_corpus.h"
#include "tests/byte_tokenizer.h"
#include "tests/model/damage.h"

#include <QTemporaryDir>
#include <QTest>

#include <cstring>

using namespace sinkscope;
using damage::errorOf;

namespace {

std::filesystem::path dataPath(const char* name) {
  return std::filesystem::path(SINKSCOPE_TEST_DATA) / name;
}

std::vector<std::int64_t> copied(const TokenFile& file, std::int64_t first, std::int64_t count) {
  std::vector<std::int64_t> ids(static_cast<std::size_t>(count));
  file.copy(first, ids);
  return ids;
}

/// `bytes` with the value `value` at `at`.
template <typename T>
QByteArray with(QByteArray bytes, qsizetype at, T value) {
  std::memcpy(bytes.data() + at, &value, sizeof(value));
  return bytes;
}

}  // namespace

class TestTokenFile : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  const std::filesystem::path tokenizerPath_ = dataPath("tokens/plain.model");
  const std::shared_ptr<const Tokenizer> tokenizer_ = loadTokenizer(tokenizerPath_);
  // So many that they are encoded in several batches.
  std::vector<std::string> texts_;
  std::filesystem::path corpus_, file_;

  QString path(const char* name) const { return folder_.filePath(name); }
  QString openError(const QByteArray& bytes) {
    damage::writeAll(path("bad.tokens"), bytes);
    return errorOf([&] { TokenFile file(path("bad.tokens").toStdString()); });
  }

 private slots:
  void initTestCase() {
    for (int i = 0; i < 40; ++i) {
      std::string text = "The river of document " + std::to_string(i) + "\n\n";
      for (int repeat = 0; repeat < (i % 4 == 0 ? 10'000 : i); ++repeat) text += " runs on, \u20ac and   on\t";
      texts_.push_back(text);
    }
    QByteArray lines;
    for (const std::string& text : texts_) {
      QByteArray escaped(text.c_str());
      escaped.replace("\n", "\\n").replace("\t", "\\t");
      lines += "{\"text\": \"" + escaped + "\"}\n";
    }
    corpus_ = path("corpus.jsonl").toStdString();
    damage::writeAll(path("corpus.jsonl"), lines);
    damage::writeAll(path("LICENCE.txt"), "free of all terms\n");
    file_ = path("corpus.tokens").toStdString();
  }

  void aCorpusIsWhatTheTokenizerMakesOfIt() {
    double last = 0.0;
    const Job job({}, [&](const Progress& progress) {
      QVERIFY(progress.fraction >= last && progress.fraction <= 1.0);
      last = progress.fraction;
    });
    const TokenFileInfo info = tokenizeCorpus({corpus_}, *tokenizer_, tokenizerPath_, file_, job);
    QCOMPARE(last, 1.0);
    const TokenFile file(file_);
    QVERIFY(file.info() == info);
    QCOMPARE(file.documents(), std::int64_t(40));
    const auto starts = file.documentStarts();
    QCOMPARE(starts.size(), std::size_t(41));
    std::int64_t bytes = 0;
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      const auto first = static_cast<std::int64_t>(starts[i]), end = static_cast<std::int64_t>(starts[i + 1]);
      QCOMPARE(copied(file, first, end - first), idsOf(tokenizer_->encode(texts_[i])));
      bytes += static_cast<std::int64_t>(texts_[i].size());
    }
    QCOMPARE(static_cast<std::int64_t>(starts[40]), file.tokens());
    QCOMPARE(info.textBytes, bytes);
    QVERIFY(bytes > 2'000'000);  // more than one batch
    QCOMPARE(info.vocabulary, tokenizer_->size());
    QCOMPARE(info.bos, std::optional<std::int64_t>(1));
    QCOMPARE(info.eos, std::optional<std::int64_t>(2));
    QCOMPARE(info.tokenizerSha256, sha256Of(tokenizerPath_));
    const TokenSource source{corpus_.string(), sha256Of(corpus_), QFileInfo(path("corpus.jsonl")).size()};
    QVERIFY(info.sources == std::vector{source});
    QCOMPARE(info.licence, std::string("free of all terms\n"));
  }

  void theSameCorpusGivesTheSameFile() {
    const QString again = path("again.tokens");
    tokenizeCorpus({corpus_}, *tokenizer_, tokenizerPath_, again.toStdString(), {});
    QVERIFY(damage::readAll(again) == damage::readAll(path("corpus.tokens")));
  }

  void partsAreCopied() {
    const TokenFile file(file_);
    const auto all = copied(file, 0, file.tokens());
    QCOMPARE(copied(file, 5, 7), std::vector<std::int64_t>(all.begin() + 5, all.begin() + 12));
    QCOMPARE(copied(file, file.tokens(), 0).size(), std::size_t(0));
    std::vector<std::int64_t> two(2);
    for (const std::int64_t first : {std::int64_t(-1), file.tokens() - 1, INT64_MAX})
      QVERIFY(errorOf([&] { file.copy(first, two); }).contains("2 were asked for"));
  }

  void largeVocabulariesTakeFourBytes() {
    const ByteTokenizer tokenizer(65'537), small(65'536);
    damage::writeAll(path("bytes.txt"), "some \xC3\xA9 text");
    const auto out = path("wide.tokens"), narrow = path("narrow.tokens");
    tokenizeCorpus({path("bytes.txt").toStdString()}, tokenizer, tokenizerPath_, out.toStdString(), {});
    tokenizeCorpus({path("bytes.txt").toStdString()}, small, tokenizerPath_, narrow.toStdString(), {});
    const TokenFile wide(out.toStdString());
    const std::vector<std::int64_t> expected{'s', 'o', 'm', 'e', ' ', 0xC3, 0xA9, ' ', 't', 'e', 'x', 't'};
    QCOMPARE(copied(wide, 0, 12), expected);
    QCOMPARE(copied(TokenFile(narrow.toStdString()), 0, 12), expected);
    QVERIFY(!wide.info().eos);
    QCOMPARE(damage::readAll(out).mid(12, 4).toHex(), QByteArray("04000000"));
    QCOMPARE(damage::readAll(narrow).mid(12, 4).toHex(), QByteArray("02000000"));
  }

  void aStoppedJobLeavesNothing() {
    std::stop_source stop;
    const Job job(stop.get_token(), [&](const Progress& progress) {
      if (progress.fraction > 0.3) stop.request_stop();
    });
    const auto out = path("stopped.tokens");
    QVERIFY_EXCEPTION_THROWN(tokenizeCorpus({corpus_}, *tokenizer_, tokenizerPath_, out.toStdString(), job), Stopped);
    QVERIFY(!QFile::exists(out));
  }

  void emptyCorporaAreRefused() {
    damage::writeAll(path("empty.txt"), "");
    const auto use = [&] {
      tokenizeCorpus({path("empty.txt").toStdString()}, *tokenizer_, tokenizerPath_, path("e.tokens").toStdString(),
                     {});
    };
    QVERIFY(errorOf(use).contains("holds no document"));
    QVERIFY(!QFile::exists(path("e.tokens")));
  }

  void damagedFilesAreRefused() {
    damage::writeAll(path("small.txt"), "one river and another");
    const auto out = path("small.tokens");
    const TokenFileInfo info =
        tokenizeCorpus({path("small.txt").toStdString()}, *tokenizer_, tokenizerPath_, out.toStdString(), {});
    const QByteArray good = damage::readAll(out);
    QCOMPARE(openError(good), QString());
    const qsizetype starts = 64 + (info.tokens * 2 + 7) / 8 * 8;
    QVERIFY(openError("no tokens").contains("no token file"));
    QVERIFY(openError(with(good, 0, 'X')).contains("no token file"));
    QVERIFY(openError(with(good, 8, 2)).contains("version 2"));
    QVERIFY(openError(with(good, 12, 3)).contains("3 bytes"));
    QVERIFY(openError(with(good, 16, info.tokens + 4)).contains("not whole"));
    QVERIFY(openError(with(good, 16, UINT64_MAX / 2 + 1)).contains("not whole"));
    QVERIFY(openError(with(good, 24, UINT64_MAX)).contains("not whole"));
    QVERIFY(openError(with(good, 24, std::uint64_t(1) << 61)).contains("not whole"));
    QVERIFY(openError(with(good, 32, std::uint64_t(0))).contains("vocabulary of 0"));
    QVERIFY(openError(with(good, 32, std::uint64_t(4))).contains("outside its vocabulary"));
    QVERIFY(openError(with(good, 40, std::int64_t(-2))).contains("special token"));
    QVERIFY(openError(with(good, 48, info.vocabulary)).contains("special token"));
    QVERIFY(openError(with(good, 56, UINT64_MAX)).contains("not whole"));
    QVERIFY(openError(with(good, 64, std::uint16_t(0xFFFF))).contains("the id 65535 is outside"));
    QVERIFY(openError(with(good, starts, std::uint64_t(1))).contains("ascend"));
    QVERIFY(openError(with(good, starts + 8, std::uint64_t(1))).contains("ascend"));
    QVERIFY(openError(with(good, starts + 16, '[')).contains("JSON object"));
    QVERIFY(openError(QByteArray(good).replace("textBytes", "testBytes")).contains("'textBytes' is missing"));
    QVERIFY(openError(QByteArray(good).replace("\"sources\": [", "\"source_\": [")).contains("'sources' is no array"));
    QVERIFY(openError(good + "x").contains("not whole"));
    damage::cut(good, path("bad.tokens"), good.size(), 7, [&] { TokenFile file(path("bad.tokens").toStdString()); });
    QVERIFY(damage::mutate(good, path("bad.tokens"), good.size(), 2000, [&] {
              const TokenFile file(path("bad.tokens").toStdString());
              copied(file, 0, file.tokens());
            }) > 1000);
  }
};

QTEST_GUILESS_MAIN(TestTokenFile)
#include "tst_token_file.moc"
