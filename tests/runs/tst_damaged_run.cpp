#include "core/error.h"
#include "core/runs/run_file.h"
#include "sample_run.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <functional>

#include <hdf5.h>
#include <hdf5_hl.h>

using namespace sinkscope;

/// Files that are no runs, are cut or altered, or say what cannot be: each must give one sentence, and none may crash
/// or be believed.
class DamagedRunTest : public QObject {
  Q_OBJECT

  using Edit = std::function<void(hid_t)>;

  QTemporaryDir folder_;
  QString name_;
  QByteArray good_;

  /// What opening the file says; empty when it is accepted.
  QString opening() const;
  void put(const QByteArray& bytes) const;
  QString afterEdit(const Edit& edit) const;

 private slots:
  void initTestCase();
  void strangers_data();
  void strangers();
  void truncation();
  void flippedBytes();
  void edits_data();
  void edits();
  void hostileShapesAllocateNothing();
};

namespace {

/// Everything a run says, so that two can be compared.
std::string contents(const RunFile& run) {
  std::string text;
  const auto add = [&](const auto& values) {
    text.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(*values.data()));
  };
  const ExploreResult& result = *run.result();
  for (const std::string* value : {&result.model.name, &result.model.licence, &result.bosText, &result.created,
                                   &result.program, &result.torch, &result.note, &run.view().json}) {
    text += *value;
  }
  for (std::size_t i = 0; i < result.prompts.size(); ++i) {
    const PromptResult& prompt = result.prompts[i];
    text += prompt.prompt;
    for (const Token& token : prompt.tokens) text += std::to_string(token.id) + token.bytes;
    add(prompt.shares.shares.values());
    add(prompt.rowEntropy.values());
    add(prompt.valueNorm.values());
    add(prompt.outputNorm.values());
    add(prompt.residualNorm.values());
    add(prompt.tokenLoss);
    for (std::int64_t layer = 0; run.hasAttention(i) && layer < result.model.config.layers; ++layer) {
      for (std::int64_t head = 0; head < result.model.config.heads; ++head) {
        const HeadAttention read = run.head(i, layer, head);
        for (const at::Tensor* tensor : {&read.query, &read.key, &read.logSumExp}) {
          add(std::span<const float>(tensor->const_data_ptr<float>(), static_cast<std::size_t>(tensor->numel())));
        }
      }
    }
  }
  return text;
}

void replaceAttribute(hid_t file, const char* group, const char* name, hid_t type, const void* value) {
  H5Adelete_by_name(file, group, name, H5P_DEFAULT);
  const hid_t space = H5Screate(H5S_SCALAR);
  const hid_t attribute = H5Acreate_by_name(file, group, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  H5Awrite(attribute, type, value);
  H5Aclose(attribute);
  H5Sclose(space);
}

void setInteger(hid_t file, const char* group, const char* name, std::int64_t value) {
  replaceAttribute(file, group, name, H5T_STD_I64LE, &value);
}

void setText(hid_t file, const char* group, const char* name, const std::string& value) {
  const hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, value.size());
  replaceAttribute(file, group, name, type, value.data());
  H5Tclose(type);
}

/// A dataset of `shape` in place of `name`, compressed but without values: it takes no room whatever its shape.
void replaceDataset(hid_t file, const char* name, hid_t type, const std::vector<hsize_t>& shape, hsize_t chunk = 1024) {
  H5Ldelete(file, name, H5P_DEFAULT);
  const hid_t space = H5Screate_simple(int(shape.size()), shape.data(), nullptr);
  const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
  std::vector<hsize_t> chunks(shape.size(), 1);
  chunks.back() = std::min(chunk, shape.back());
  H5Pset_chunk(properties, int(chunks.size()), chunks.data());
  H5Pset_deflate(properties, 1);
  H5Dclose(H5Dcreate2(file, name, type, space, H5P_DEFAULT, properties, H5P_DEFAULT));
  H5Pclose(properties);
  H5Sclose(space);
}

}  // namespace

QString DamagedRunTest::opening() const {
  try {
    RunFile::open(name_.toStdString());
  } catch (const Error& error) {
    return QString::fromStdString(error.what());
  }
  return {};
}

void DamagedRunTest::put(const QByteArray& bytes) const {
  QFile::remove(name_);  // a new file: the library must not take it for one it knows
  QFile file(name_);
  if (!file.open(QFile::WriteOnly) || file.write(bytes) != bytes.size()) qFatal("cannot write %s", qPrintable(name_));
}

QString DamagedRunTest::afterEdit(const Edit& edit) const {
  put(good_);
  const hid_t file = H5Fopen(name_.toStdString().c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  edit(file);
  H5Fclose(file);
  return opening();
}

void DamagedRunTest::initTestCase() {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  QVERIFY(folder_.isValid());
  name_ = folder_.filePath("run.h5");
  saveRun(name_.toStdString(), sample::exploration(), sample::view(), true);
  QFile file(name_);
  QVERIFY(file.open(QFile::ReadOnly));
  good_ = file.readAll();
  QVERIFY(good_.size() > 10000);
}

void DamagedRunTest::strangers_data() {
  QTest::addColumn<QByteArray>("bytes");
  QTest::newRow("empty") << QByteArray("");
  QTest::newRow("text") << QByteArray("position,share\n0,0.9\n");
  QTest::newRow("signature only") << QByteArray("\x89HDF\r\n\x1a\n");
  QTest::newRow("zeros") << QByteArray(100000, '\0');
}

void DamagedRunTest::strangers() {
  QFETCH(QByteArray, bytes);
  put(bytes);
  const QString error = opening();
  QVERIFY2(error.startsWith(name_ + ": "), qPrintable(error));
  QVERIFY2(error.contains("is no HDF5 file") || error.contains("truncated or damaged"), qPrintable(error));
  QVERIFY_THROWS_EXCEPTION(Error, listRun(name_.toStdString()));
}

void DamagedRunTest::truncation() {
  for (qsizetype size = 0; size < good_.size(); size += size < 1024 ? 1 : 499) {
    put(good_.left(size));
    QVERIFY2(!opening().isEmpty(), QByteArray::number(size).constData());
    QVERIFY_THROWS_EXCEPTION(Error, listRun(name_.toStdString()));
  }
}

/// A flipped byte lies in something that is read (and is noticed by its checksum), or in a gap (and changes nothing).
void DamagedRunTest::flippedBytes() {
  put(good_);
  const std::string expected = contents(*RunFile::open(name_.toStdString()));
  std::mt19937 random(7);
  int noticed = 0, tried = 0;
  for (qsizetype at = 0; at < good_.size(); at += 1 + qsizetype(random() % 80)) {
    QByteArray bytes = good_;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 + random() % 255));
    put(bytes);
    ++tried;
    try {
      const auto run = RunFile::open(name_.toStdString());
      QVERIFY2(contents(*run) == expected, QByteArray::number(at).constData());
    } catch (const Error&) {
      ++noticed;
    }
    try {
      QVERIFY(!listRun(name_.toStdString()).empty());
    } catch (const Error&) {
    }
  }
  QVERIFY2(noticed > tried / 4, qPrintable(QString("%1 of %2 noticed").arg(noticed).arg(tried)));
}

void DamagedRunTest::edits_data() {
  QTest::addColumn<DamagedRunTest::Edit>("edit");
  QTest::addColumn<QString>("sentence");
  const auto add = [](const char* name, const Edit& edit, const char* sentence) {
    QTest::newRow(name) << edit << QString(sentence);
  };
  add(
      "unchanged", [](hid_t) {}, "");
  add(
      "a note of one's own", [](hid_t f) { setText(f, "/", "my_note", "kept apart"); }, "");
  add(
      "without what came with 1.2",
      [](hid_t f) {
        setInteger(f, "/", "schema_minor", 1);
        H5Adelete_by_name(f, "/settings", "array_budget_bytes", H5P_DEFAULT);
      },
      "");
  add(
      "newer minor", [](hid_t f) { setInteger(f, "/", "schema_minor", 7); }, "");
  add(
      "newer major", [](hid_t f) { setInteger(f, "/", "schema_major", 2); },
      "has the run schema 2.2, expected 1.x: a newer Sinkscope wrote it.");
  add(
      "other schema", [](hid_t f) { setText(f, "/", "schema", "other"); },
      "/schema is \"other\", expected \"sinkscope-run\".");
  add(
      "no schema", [](hid_t f) { H5Adelete(f, "schema"); }, "is an HDF5 file but no Sinkscope run");
  add(
      "schema is a number", [](hid_t f) { setInteger(f, "/", "schema", 1); },
      "/schema is a int64, expected a string of fixed length.");
  add(
      "no group", [](hid_t f) { H5Ldelete(f, "/view", H5P_DEFAULT); }, "/view is missing, expected a group.");
  add(
      "group is a dataset", [](hid_t f) { replaceDataset(f, "/view", H5T_STD_U8LE, {3}); },
      "/view is a dataset, expected a group.");
  add(
      "no dataset", [](hid_t f) { H5Ldelete(f, "/prompts/0/token_end", H5P_DEFAULT); },
      "/prompts/0/token_end is missing, expected a dataset.");
  add(
      "no attribute", [](hid_t f) { H5Adelete_by_name(f, "/view", "epsilon", H5P_DEFAULT); },
      "/view/epsilon is missing, expected an attribute.");
  add(
      "wrong attribute type", [](hid_t f) { setInteger(f, "/view", "epsilon", 1); },
      "/view/epsilon is a int64, expected float64.");
  add(
      "wrong type",
      [](hid_t f) {
        replaceDataset(f, "/prompts/0/share", H5T_IEEE_F64LE, {3, 4, 7});
      },
      "/prompts/0/share has elements of type float64, expected float32.");
  add(
      "big endian",
      [](hid_t f) {
        replaceDataset(f, "/prompts/0/share", H5T_IEEE_F32BE, {3, 4, 7});
      },
      "/prompts/0/share has elements of type float32 (big endian), expected float32.");
  add(
      "wrong shape",
      [](hid_t f) {
        replaceDataset(f, "/prompts/1/row_entropy", H5T_IEEE_F32LE, {3, 4, 8});
      },
      "/prompts/1/row_entropy has the shape 3 x 4 x 8, expected 3 x 4 x 7.");
  add(
      "wrong rank",
      [](hid_t f) {
        replaceDataset(f, "/prompts/0/k", H5T_IEEE_F32LE, {3, 2, 35});
      },
      "/prompts/0/k has the shape 3 x 2 x 35, expected 3 x 2 x 7 x 5.");
  add(
      "wrong axis", [](hid_t f) { replaceDataset(f, "/prompts/0/query", H5T_STD_I64LE, {8}); },
      "/prompts/0/query has the shape 8, expected 7.");
  add(
      "other heads", [](hid_t f) { setInteger(f, "/model", "heads", 8); },
      "/model/heads is 8, expected 4 as in the config.");
  add(
      "absurd layers", [](hid_t f) { setInteger(f, "/model", "layers", std::int64_t{1} << 60); },
      "/model/layers is 1152921504606846976, expected 1 to 65536.");
  add(
      "broken config", [](hid_t f) { setText(f, "/model", "config", "{\"family\":"); },
      "/model/config is no model config in JSON");
  add(
      "view outside", [](hid_t f) { setInteger(f, "/view", "head", 4); }, "/view/head is 4, expected 0 to 3.");
  add(
      "missing prompt", [](hid_t f) { H5Ldelete(f, "/prompts/1", H5P_DEFAULT); },
      "/prompts/count is 2, expected 1, one a group.");
  add(
      "link out",
      [](hid_t f) {
        H5Ldelete(f, "/view", H5P_DEFAULT);
        H5Lcreate_external("other.h5", "/view", f, "/view", H5P_DEFAULT, H5P_DEFAULT);
      },
      "/view leads elsewhere, expected a group in this file.");
  add(
      "giant chunks",
      [](hid_t f) { replaceDataset(f, "/prompts/0/token_id", H5T_STD_I64LE, {hsize_t{1} << 24}, hsize_t{1} << 24); },
      "/prompts/0/token_id is stored in chunks of more than 64 MiB.");
  add(
      "unknown keep", [](hid_t f) { setText(f, "/settings", "keep", "some"); }, "/settings/keep is \"some\"");
  add(
      "negative window",
      [](hid_t f) {
        const hid_t window = H5Dopen2(f, "/prompts/0/attention_window", H5P_DEFAULT);
        const std::int64_t values[] = {0, -1, 0};
        H5Dwrite(window, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
        H5Dclose(window);
      },
      "/prompts/0/attention_window has -1, expected 0 or more.");
  add(
      "offsets backwards",
      [](hid_t f) {
        const hid_t offsets = H5Dopen2(f, "/prompts/0/token_offset", H5P_DEFAULT);
        const std::uint64_t values[] = {0, 5, 3, 10, 13, 15, 15};
        H5Dwrite(offsets, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
        H5Dclose(offsets);
      },
      "/prompts/0/token_offset has 5 at 1, expected offsets that grow");
  add(
      "span outside",
      [](hid_t f) {
        const hid_t ends = H5Dopen2(f, "/prompts/0/token_end", H5P_DEFAULT);
        const std::uint64_t values[] = {0, 4, 5, 8, 10, 10, 99};
        H5Dwrite(ends, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
        H5Dclose(ends);
      },
      "a token's span in /prompts/0 is 10 to 99");
}

void DamagedRunTest::edits() {
  QFETCH(DamagedRunTest::Edit, edit);
  QFETCH(QString, sentence);
  const QString error = afterEdit(edit);
  if (sentence.isEmpty()) {
    QCOMPARE(error, QString());
  } else {
    QVERIFY2(error.startsWith(name_ + ": ") && error.contains(sentence), qPrintable(error));
    QVERIFY2(error.endsWith('.') && !error.contains('\n'), qPrintable(error));
  }
}

/// Shapes that fit each other but not the bytes in the file.
void DamagedRunTest::hostileShapesAllocateNothing() {
  const QString tokens = afterEdit([](hid_t file) {
    replaceDataset(file, "/prompts/0/token_id", H5T_STD_I64LE, {hsize_t{1} << 24});
    for (const char* axis : {"/prompts/0/query", "/prompts/0/key", "/prompts/0/token"}) {
      replaceDataset(file, axis, H5T_STD_I64LE, {hsize_t{1} << 24});
    }
  });
  QVERIFY2(tokens.contains("/prompts/0/query has the shape 16777216, too much for the 0 bytes"), qPrintable(tokens));
  const QString more =
      afterEdit([](hid_t file) { replaceDataset(file, "/prompts/0/token_id", H5T_STD_I64LE, {hsize_t{1} << 40}); });
  QVERIFY2(more.contains("expected one axis of 1 to 16777216"), qPrintable(more));
  const QString bytes =
      afterEdit([](hid_t file) { replaceDataset(file, "/prompts/0/prompt", H5T_STD_U8LE, {hsize_t{1} << 24}); });
  QVERIFY2(bytes.contains("/prompts/0/prompt has the shape 16777216, too much for the 0 bytes"), qPrintable(bytes));
}

QTEST_GUILESS_MAIN(DamagedRunTest)
#include "tst_damaged_run.moc"
