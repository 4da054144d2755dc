// torch comes before Qt: `slots` is a name of its own.
#include <ATen/Functions.h>

#include "core/model/gguf.h"
#include "damage.h"
#include "gguf_bytes.h"

#include <QTemporaryDir>

#include <set>

using sinkscope::GgufFile;
using namespace gguf_bytes;

namespace {

const QString goodPath = QStringLiteral(SINKSCOPE_TEST_DATA "/quants/all_types.gguf");

/// Opens a file and touches everything in it.
void readEverything(const QString& path) {
  const GgufFile file(path.toStdString());
  for (const auto& [name, info] : file.tensors()) {
    if (info.type.starts_with("IQ") || info.type.starts_with("I")) continue;
    file.read(name);
  }
}

/// A file with one tensor of the given dimensions, type and offset, and `data` zeros behind the header.
QByteArray oneTensor(const std::vector<quint64>& dimensions, quint32 type, quint64 offset, qsizetype data) {
  QByteArray bytes = header(3, 1, 0);
  appendText(bytes, "t");
  append<quint32>(bytes, static_cast<quint32>(dimensions.size()));
  for (const quint64 length : dimensions) append(bytes, length);
  append(bytes, type);
  append(bytes, offset);
  bytes.append(QByteArray((32 - bytes.size() % 32) % 32, '\0'));
  return bytes.append(QByteArray(data, '\0'));
}

/// A model in three files, which the Python package wrote (tests/data/make_tiny_ggufs.py).
QString partName(int number) {
  return QStringLiteral("llama31-tied-0000%1-of-00003.gguf").arg(number);
}

}  // namespace

class TestGguf : public QObject {
  Q_OBJECT
 private slots:
  void metadataOfEveryKind();
  void wrongKindIsSaid();
  void tensorsAreListed();
  void version2();
  void severalFiles();
  void brokenParts();
  void brokenHeaders_data();
  void brokenHeaders();
  void cutFiles();
  void mutatedFiles();

 private:
  QTemporaryDir folder_;
  QString path_ = folder_.filePath(QStringLiteral("broken.gguf"));
};

// The values are those of tests/data/make_quant_goldens.py, written by the Python package.
void TestGguf::metadataOfEveryKind() {
  const GgufFile file(goodPath.toStdString());
  QCOMPARE(file.version(), 3u);
  QCOMPARE(file.integer("test.uint8"), 200);
  QCOMPARE(file.integer("test.int8"), -100);
  QCOMPARE(file.integer("test.uint16"), 60000);
  QCOMPARE(file.integer("test.int16"), -30000);
  QCOMPARE(file.integer("test.uint32"), 4000000000);
  QCOMPARE(file.integer("test.int32"), -2000000000);
  QCOMPARE(file.integer("test.uint64"), std::int64_t{1} << 40);
  QCOMPARE(file.integer("test.int64"), -(std::int64_t{1} << 40));
  QCOMPARE(file.real("test.float32"), static_cast<double>(0.1f));
  QCOMPARE(file.real("test.float64"), 0.1);
  QCOMPARE(file.real("test.uint8"), 200.0);
  QVERIFY(file.boolean("test.bool"));
  QCOMPARE(file.string("test.string"), std::string("sink ▁ 汇"));
  QCOMPARE(file.strings("test.strings"), (std::vector<std::string>{"<bos>", "", "汇"}));
  QCOMPARE(file.integers("test.integers"), (std::vector<std::int64_t>{1, -2, 3}));
  QCOMPARE(file.reals("test.reals"), (std::vector<double>{0.5, -0.25}));
  QCOMPARE(file.integers("test.flags"), (std::vector<std::int64_t>{1, 0}));
  QVERIFY(file.isArray("test.flags"));
  QVERIFY(!file.isArray("test.string"));
  QVERIFY(file.has("general.architecture"));
  QVERIFY(!file.has("general.name"));
  QCOMPARE(file.string("general.name", "none"), std::string("none"));
  QCOMPARE(file.integer("missing", 7), 7);
  QCOMPARE(file.keys().size(), std::size_t{17});
}

void TestGguf::wrongKindIsSaid() {
  const GgufFile file(goodPath.toStdString());
  const QString missing = damage::errorOf([&] { file.integer("llama.block_count"); });
  QVERIFY2(missing.contains("all_types.gguf") && missing.contains("'llama.block_count'"), qPrintable(missing));
  const QString kind = damage::errorOf([&] { file.integer("test.string"); });
  QVERIFY2(kind.contains("'test.string'") && kind.contains("integer"), qPrintable(kind));
  QVERIFY(!damage::errorOf([&] { file.integer("test.string", 3); }).isEmpty());
  QVERIFY(!damage::errorOf([&] { file.strings("test.integers"); }).isEmpty());
  QVERIFY(!damage::errorOf([&] { file.real("test.bool"); }).isEmpty());
  QVERIFY(damage::errorOf([&] { file.read("nothing"); }).contains("'nothing'"));
}

void TestGguf::tensorsAreListed() {
  const GgufFile file(goodPath.toStdString());
  QCOMPARE(file.tensors().size(), std::size_t{15});
  const sinkscope::TensorInfo& info = file.tensors().at("Q4_K");
  QCOMPARE(info.type, std::string("Q4_K"));
  QCOMPARE(info.shape, (std::vector<std::int64_t>{3, 256}));
  QCOMPARE(info.bytes, std::uint64_t{3 * 144});
  const at::Tensor values = file.read("Q4_K");
  QVERIFY(values.is_contiguous() && values.scalar_type() == at::kFloat);
  QCOMPARE(values.sizes().vec(), info.shape);
}

void TestGguf::version2() {
  QByteArray bytes = damage::readAll(goodPath);
  bytes[4] = 2;
  damage::writeAll(path_, bytes);
  const GgufFile old(path_.toStdString()), current(goodPath.toStdString());
  QCOMPARE(old.version(), 2u);
  QVERIFY(at::equal(old.read("Q6_K"), current.read("Q6_K")));
}

// The tensors of all files are those of the same model in one.
void TestGguf::severalFiles() {
  const QString data = QStringLiteral(SINKSCOPE_TEST_DATA);
  const GgufFile whole((data + "/tiny_gguf/llama31-tied.gguf").toStdString());
  const GgufFile parts((data + "/tiny_parts/" + partName(1)).toStdString());
  QCOMPARE(parts.files().size(), std::size_t{3});
  QCOMPARE(parts.tensors().size(), whole.tensors().size());
  std::set<std::size_t> used;
  for (const auto& [name, info] : whole.tensors()) {
    QVERIFY2(at::equal(parts.read(name), whole.read(name)), name.c_str());
    used.insert(parts.tensors().at(name).file);
  }
  QCOMPARE(used.size(), std::size_t{3});
  QCOMPARE(parts.integer("llama.block_count"), whole.integer("llama.block_count"));
}

void TestGguf::brokenParts() {
  const QString data = QStringLiteral(SINKSCOPE_TEST_DATA "/tiny_parts/");
  const auto put = [&](int from, const QString& name) {
    damage::writeAll(folder_.filePath(name), damage::readAll(data + partName(from)));
  };
  const auto says = [&](const QString& name, const QString& part) {
    const QString error = damage::errorOf([&] { GgufFile file(folder_.filePath(name).toStdString()); });
    QVERIFY2(error.contains(part), qPrintable(error));
  };
  put(1, partName(1));
  put(2, partName(2));
  says(partName(1), partName(3));
  put(2, partName(3));
  says(partName(1), partName(3) + " is not part 3 of the 3 files of " + partName(1));
  put(1, QStringLiteral("other.gguf"));
  says(QStringLiteral("other.gguf"), QStringLiteral("does not end in '-00001-of-00003.gguf'"));
}

void TestGguf::brokenHeaders_data() {
  QTest::addColumn<QByteArray>("bytes");
  QTest::addColumn<QString>("says");
  const quint64 huge = ~quint64{0};
  QTest::newRow("empty") << QByteArray() << "too short";
  QTest::newRow("other file") << QByteArray(64, 'x') << "'GGUF'";
  QTest::newRow("version 1") << header(1, 0, 0) << "version 1";
  QTest::newRow("big-endian") << header(0x03000000, 0, 0) << "big-endian";
  QTest::newRow("tensor count") << header(3, huge, 0) << "tensors";
  QTest::newRow("value count") << header(3, 0, huge) << "metadata values";
  QByteArray key = header(3, 0, 1);
  append<quint64>(key, huge);
  QTest::newRow("key length") << key + QByteArray(64, 'x') << "text";
  QByteArray array = header(3, 0, 1);
  appendText(array, "a");
  append<quint32>(array, 9);
  append<quint32>(array, 8);
  append<quint64>(array, huge);
  QTest::newRow("array length") << array + QByteArray(64, 'x') << "values of 'a'";
  QTest::newRow("dimensions") << oneTensor({1, 1, 1, 1, 1}, 0, 0, 64) << "dimensions";
  QTest::newRow("product") << oneTensor({1ull << 32, 1ull << 32, 2}, 0, 0, 64) << "more values";
  QTest::newRow("product of zero") << oneTensor({0, huge, huge}, 0, 0, 64) << "length 0";
  QTest::newRow("bytes") << oneTensor({1ull << 60}, 28, 0, 64) << "beyond";
  QTest::newRow("offset") << oneTensor({4}, 0, huge - 8, 64) << "beyond";
  QTest::newRow("last byte") << oneTensor({17}, 0, 0, 64) << "beyond";
  QTest::newRow("block") << oneTensor({33}, 2, 0, 64) << "multiple of 32";
  QTest::newRow("type") << oneTensor({4}, 999, 0, 64) << "unknown type 999";
  QTest::newRow("unread type") << oneTensor({4}, 24, 0, 64) << "I8";
}

void TestGguf::brokenHeaders() {
  QFETCH(QByteArray, bytes);
  QFETCH(QString, says);
  damage::writeAll(path_, bytes);
  const QString error = damage::errorOf([&] { GgufFile(path_.toStdString()).read("t"); });
  QVERIFY2(!error.isEmpty() && error.contains(says) && error.contains("broken.gguf"), qPrintable(error));
}

void TestGguf::cutFiles() {
  const QByteArray good = damage::readAll(goodPath);
  damage::cut(good, path_, good.size() - 32, 7, [&] { readEverything(path_); });
}

void TestGguf::mutatedFiles() {
  const QByteArray good = damage::readAll(goodPath);
  const int errors = damage::mutate(good, path_, 2048, 5000, [&] { readEverything(path_); });
  QVERIFY2(errors > 1000 && errors < 5000, qPrintable(QString::number(errors)));
}

QTEST_GUILESS_MAIN(TestGguf)
#include "tst_gguf.moc"
