#include "tests/text/mixed_text.h"
#include "tests/text/token_goldens.h"

#include <QCryptographicHash>
#include <QProcess>
#include <QStandardPaths>
#include <QtEndian>

using namespace sinkscope;
using namespace token_goldens;

/// Tokenizers that are published with models, on 10 MB of mixed text: ids equal those of Hugging Face tokenizers,
/// sentencepiece and tiktoken (tests/data/make_real_token_goldens.py), and tokens give the text back.
class TestRealTokenizers : public QObject {
  Q_OBJECT

 public:
  bool skipped() const { return skipped_; }

 private slots:
  void initTestCase() {
    documents_ = mixed_text::documents(dataPath("tokens/paragraphs.txt").toStdString());
    std::size_t bytes = 0;
    for (const std::string& document : documents_) bytes += document.size();
    QVERIFY(bytes >= 10'000'000);
    QProcess fetch;
    fetch.setProcessChannelMode(QProcess::MergedChannels);
    fetch.start("bash", {SINKSCOPE_SOURCE "/packaging/fetch-tokenizers.sh", "all"});
    if (!fetch.waitForFinished(-1) || fetch.exitCode() != 0) message_ = fetch.readAll();
  }

  void idsEqual_data() {
    QTest::addColumn<QJsonObject>("golden");
    const QJsonObject goldens = readObject(dataPath("tokens/real.json"));
    QVERIFY(goldens.size() >= 13);
    for (const QString& name : goldens.keys()) QTest::newRow(qPrintable(name)) << goldens[name].toObject();
  }

  void idsEqual() {
    QFETCH(QJsonObject, golden);
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) +
                           "/sinkscope/tokenizers/" + QTest::currentDataTag();
    if (!QFile::exists(folder)) {
      skipped_ = true;
      QSKIP(qPrintable(folder + " is not there and could not be fetched: " + message_));
    }
    const auto tokenizer = loadTokenizer(folder.toStdString());
    const EncodeOptions options{.parseSpecial = golden["library"].toString().startsWith("tokenizers ")};
    const QStringList expected = golden["documents"].toString().split(' ');
    QCOMPARE(expected.size(), qsizetype(documents_.size()));
    qint64 count = 0;
    int different = 0;
    for (std::size_t i = 0; i < documents_.size(); ++i) {
      const std::vector<std::int64_t> ids = tokenizer->encodeIds(documents_[i], options);
      count += qint64(ids.size());
      if (hashOf(ids) == expected[qsizetype(i)]) continue;
      if (++different <= 3) qWarning("document %zu of %zu bytes differs", i, documents_[i].size());
    }
    QCOMPARE(different, 0);
    QCOMPARE(count, golden["tokens"].toInteger());
  }

 private:
  static QString hashOf(const std::vector<std::int64_t>& ids) {
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const std::int64_t id : ids) {
      const auto number = qToLittleEndian(static_cast<qint32>(id));
      hash.addData(QByteArrayView(reinterpret_cast<const char*>(&number), sizeof number));
    }
    return hash.result().left(8).toHex();
  }

  std::vector<std::string> documents_;
  QString message_;
  bool skipped_ = false;
};

/// Skipped tests are said to be so: ctest knows 77.
int main(int count, char** arguments) {
  TestRealTokenizers test;
  const int failed = QTest::qExec(&test, count, arguments);
  return failed == 0 && test.skipped() ? 77 : failed;
}
#include "tst_real_tokenizers.moc"
