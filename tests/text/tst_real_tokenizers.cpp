#include "tests/text/chat_goldens.h"
#include "tests/text/mixed_text.h"
#include "tests/text/token_goldens.h"

#include <QCryptographicHash>
#include <QProcess>
#include <QStandardPaths>
#include <QString>
#include <QtEndian>

#include <optional>

using namespace sinkscope;
using namespace token_goldens;

namespace {

/// What decoding gives of a text, and where <bos> stands.
enum class Back { same, composed, marksAsSpaces, spaceBefore };
struct Facts {
  Back back = Back::same;
  std::optional<std::int64_t> bos;
  bool addsBos = false;
};

Facts factsOf(const QString& name) {
  if (name == "llama-3.1") return {Back::same, 128000, true};
  if (name == "gpt-4o") return {Back::same, 199999, false};
  if (name == "gpt-oss") return {Back::same, 199998, false};
  if (name == "qwen-3") return {Back::composed, std::nullopt, false};
  if (name.startsWith("tekken")) return {Back::same, 1, true};
  if (name.startsWith("gemma")) return {Back::marksAsSpaces, 2, true};
  return {Back::spaceBefore, 1, true};  // LLaMa 2 and Mistral's sentencepiece models
}

std::string decodedAs(const std::string& text, Back back) {
  if (back == Back::same) return text;
  QString changed = QString::fromStdString("\n" + text);  // Qt leaves out a mark of byte order at the beginning
  if (back == Back::composed) return changed.normalized(QString::NormalizationForm_C).sliced(1).toStdString();
  changed.replace(QChar(0x2581), ' ');
  return (back == Back::spaceBefore ? " " : "") + changed.sliced(1).toStdString();
}

}  // namespace

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
    const QString folder = folderOf(QTest::currentDataTag());
    if (!QFile::exists(folder)) {
      skipped_ = true;
      QSKIP(qPrintable(missing(folder)));
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

  void chatMessages_data() {
    QTest::addColumn<QString>("name");
    for (const char* name : {"gemma-3", "llama-3.1", "qwen-3"}) QTest::newRow(name) << name;
  }

  void chatMessages() {
    QFETCH(QString, name);
    const QString folder = folderOf(name);
    if (!QFile::exists(folder)) {
      skipped_ = true;
      QSKIP(qPrintable(missing(folder)));
    }
    compareChat(*loadTokenizer(folder.toStdString()), chatGoldens("published")[name].toArray());
  }

  void tokensGiveTheTextBack_data() { idsEqual_data(); }

  void tokensGiveTheTextBack() {
    const QString folder = folderOf(QTest::currentDataTag());
    if (!QFile::exists(folder)) {
      skipped_ = true;
      QSKIP(qPrintable(missing(folder)));
    }
    const auto tokenizer = loadTokenizer(folder.toStdString());
    const Facts facts = factsOf(QTest::currentDataTag());
    QCOMPARE(tokenizer->bos(), facts.bos);
    QCOMPARE(tokenizer->addsBos(), facts.addsBos);
    for (std::size_t i = 0; i < documents_.size(); ++i) {
      const auto tokens = tokenizer->encode(documents_[i]);
      comparePartition(tokens, documents_[i].size());
      QVERIFY2(tokenizer->decode(idsOf(tokens)) == decodedAs(documents_[i], facts.back),
               qPrintable(QString::number(i)));
    }
    std::string broken = "ab\xFF\xFE the\xE2\x96";
    for (int byte = 255; byte >= 0; --byte) broken += static_cast<char>(byte);
    const auto tokens = tokenizer->encode(broken);
    comparePartition(tokens, broken.size());
    QCOMPARE(tokenizer->decode(idsOf(tokens)), (facts.back == Back::spaceBefore ? " " : "") + broken);
  }

 private:
  static QString folderOf(const QString& name) {
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + "/sinkscope/tokenizers/" + name;
  }
  QString missing(const QString& folder) const {
    return folder + " is not there and could not be fetched: " + message_;
  }
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
