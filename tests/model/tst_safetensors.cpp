// torch comes before Qt: `slots` is a name of its own.
#include <ATen/Functions.h>

#include "core/model/safetensors.h"
#include "damage.h"

#include <QDir>
#include <QTemporaryDir>

using namespace sinkscope;

namespace {

const QString data = QStringLiteral(SINKSCOPE_TEST_DATA);
const QString goodPath = data + QStringLiteral("/quants/half.safetensors");

void readEverything(const QString& path) {
  const SafetensorsFile file(path.toStdString());
  for (const auto& [name, info] : file.tensors()) {
    if (info.type == "F32" || info.type == "F16" || info.type == "BF16") file.read(name);
  }
}

/// A file with this header and `bytes` zeros of data.
QByteArray withHeader(const QByteArray& header, qsizetype bytes = 16) {
  const auto length = static_cast<quint64>(header.size());
  QByteArray file(reinterpret_cast<const char*>(&length), sizeof(length));
  return file + header + QByteArray(bytes, '\0');
}

QByteArray oneTensor(const QByteArray& type, const QByteArray& shape, const QByteArray& offsets) {
  return withHeader("{\"t\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}");
}

}  // namespace

class TestSafetensors : public QObject {
  Q_OBJECT
 private slots:
  void valuesOfEveryType();
  void unreadTypesAreListed();
  void shards();
  void brokenIndex_data();
  void brokenIndex();
  void brokenHeaders_data();
  void brokenHeaders();
  void cutFiles();
  void mutatedFiles();

 private:
  QTemporaryDir folder_;
  QString path_ = folder_.filePath(QStringLiteral("broken.safetensors"));
};

void TestSafetensors::valuesOfEveryType() {
  const SafetensorsFile file(goodPath.toStdString());
  for (const char* name : {"f16", "bf16"}) {
    const at::Tensor values = file.read(name), expected = file.read(std::string(name) + ".expected");
    QVERIFY(values.numel() > 2000);
    QVERIFY(at::equal(values.view(at::kInt), expected.view(at::kInt)));
  }
  const at::Tensor values = file.read("f32");
  QCOMPARE(values.sizes(), (at::IntArrayRef{2, 3, 4}));
  for (int i = 0; i < 24; ++i) QCOMPARE(values.const_data_ptr<float>()[i], static_cast<float>(i) / 7.0f);
  QCOMPARE(file.read("scalar").item<float>(), 0.1f);
  QCOMPARE(file.read("scalar").dim(), 0);
}

void TestSafetensors::unreadTypesAreListed() {
  const SafetensorsFile file(goodPath.toStdString());
  const TensorInfo& info = file.tensors().at("i64");
  QCOMPARE(info.type, std::string("I64"));
  QCOMPARE(info.shape, (std::vector<std::int64_t>{3, 2}));
  QCOMPARE(info.bytes, std::uint64_t{48});
  const QString error = damage::errorOf([&] { file.read("i64"); });
  QVERIFY2(error.contains("half.safetensors") && error.contains("'i64'") && error.contains("I64"), qPrintable(error));
  QVERIFY(!file.tensors().contains("__metadata__"));
  QVERIFY(damage::errorOf([&] { file.read("nothing"); }).contains("'nothing'"));
}

void TestSafetensors::shards() {
  const SafetensorsFile file((data + QStringLiteral("/tiny/llama-tied-sharded")).toStdString());
  QCOMPARE(file.files().size(), std::size_t{3});
  std::map<std::size_t, std::size_t> perFile;
  for (const auto& [name, info] : file.tensors()) {
    ++perFile[info.file];
    const SafetensorsFile shard(file.files()[info.file]);
    QVERIFY(at::equal(file.read(name), shard.read(name)));
  }
  QCOMPARE(perFile.size(), std::size_t{3});
}

void TestSafetensors::brokenIndex_data() {
  QTest::addColumn<QByteArray>("index");
  QTest::addColumn<QString>("says");
  QTest::newRow("no JSON") << QByteArray("{") << "JSON object";
  QTest::newRow("no map") << QByteArray("{}") << "'weight_map'";
  QTest::newRow("map is text") << QByteArray(R"({"weight_map": "x"})") << "'weight_map'";
  QTest::newRow("number") << QByteArray(R"({"weight_map": {"f32": 3}})") << "'f32'";
  QTest::newRow("outside") << QByteArray(R"({"weight_map": {"f32": "../a.safetensors"}})") << "beside the index";
  QTest::newRow("absolute") << QByteArray(R"({"weight_map": {"f32": "/a.safetensors"}})") << "beside the index";
  QTest::newRow("parent") << QByteArray(R"({"weight_map": {"f32": ".."}})") << "beside the index";
  QTest::newRow("missing shard") << QByteArray(R"({"weight_map": {"f32": "b.safetensors"}})") << "can't be opened";
  QTest::newRow("missing tensor") << QByteArray(R"({"weight_map": {"g": "a.safetensors"}})") << "'g'";
}

void TestSafetensors::brokenIndex() {
  QFETCH(QByteArray, index);
  QFETCH(QString, says);
  QTemporaryDir folder;
  damage::writeAll(folder.filePath(QStringLiteral("a.safetensors")), damage::readAll(goodPath));
  damage::writeAll(folder.filePath(QStringLiteral("model.safetensors.index.json")), index);
  const QString error = damage::errorOf([&] { SafetensorsFile file(folder.path().toStdString()); });
  QVERIFY2(!error.isEmpty() && error.contains(says), qPrintable(error));
}

void TestSafetensors::brokenHeaders_data() {
  QTest::addColumn<QByteArray>("bytes");
  QTest::addColumn<QString>("says");
  QTest::newRow("empty") << QByteArray() << "too short";
  QTest::newRow("length") << QByteArray(64, '\xff') << "header";
  QTest::newRow("longer than the file") << withHeader("{}").replace(0, 1, "\x40") << "header";
  QTest::newRow("no JSON") << withHeader("{{") << "JSON object";
  QTest::newRow("array") << withHeader("[]") << "JSON object";
  QTest::newRow("deep") << withHeader(QByteArray(1 << 20, '[')) << "JSON object";
  QTest::newRow("no shape") << withHeader(R"({"t":{"dtype":"F32","data_offsets":[0,16]}})") << "shape";
  QTest::newRow("number for a tensor") << withHeader(R"({"t":3})") << "dtype";
  QTest::newRow("negative") << oneTensor("F32", "[-4]", "[0,16]") << "positive integer";
  QTest::newRow("fraction") << oneTensor("F32", "[4.0]", "[0,16]") << "positive integer";
  QTest::newRow("text") << oneTensor("F32", "[\"4\"]", "[0,16]") << "positive integer";
  QTest::newRow("zero") << oneTensor("F32", "[0, 18446744073709551615]", "[0,0]") << "length 0";
  QTest::newRow("product") << oneTensor("F32", "[4294967296, 4294967296, 4]", "[0,16]") << "more values";
  QTest::newRow("bytes") << oneTensor("F32", "[4]", "[0,12]") << "12 bytes";
  QTest::newRow("bytes that overflow") << oneTensor("F32", "[1152921504606846976]", "[0,0]") << "0 bytes";
  QTest::newRow("end") << oneTensor("F32", "[8]", "[0,32]") << "of 16 bytes";
  QTest::newRow("order") << oneTensor("F32", "[4]", "[16,0]") << "of 16 bytes";
  QTest::newRow("huge") << oneTensor("F32", "[4]", "[18446744073709551600,18446744073709551615]") << "of 16 bytes";
  QTest::newRow("unread") << oneTensor("F64", "[2]", "[0,16]") << "F64";
  QTest::newRow("unknown") << oneTensor("F3", "[2]", "[0,16]") << "F3";
}

void TestSafetensors::brokenHeaders() {
  QFETCH(QByteArray, bytes);
  QFETCH(QString, says);
  damage::writeAll(path_, bytes);
  const QString error = damage::errorOf([&] { SafetensorsFile(path_.toStdString()).read("t"); });
  QVERIFY2(!error.isEmpty() && error.contains(says) && error.contains("broken.safetensors"), qPrintable(error));
}

void TestSafetensors::cutFiles() {
  const QByteArray good = damage::readAll(goodPath);
  damage::cut(good, path_, good.size(), 13, [&] { readEverything(path_); });
}

void TestSafetensors::mutatedFiles() {
  const QByteArray good = damage::readAll(goodPath);
  const int errors = damage::mutate(good, path_, 520, 5000, [&] { readEverything(path_); });
  QVERIFY2(errors > 1000 && errors < 5000, qPrintable(QString::number(errors)));
}

QTEST_GUILESS_MAIN(TestSafetensors)
#include "tst_safetensors.moc"
