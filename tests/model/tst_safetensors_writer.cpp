// torch comes before Qt: `slots` is a name of its own.
#include <ATen/Functions.h>

#include "core/model/safetensors.h"
#include "core/model/safetensors_writer.h"
#include "damage.h"

#include <QDir>
#include <QTemporaryDir>

#include <limits>

using namespace sinkscope;

class TestSafetensorsWriter : public QObject {
  Q_OBJECT
 private slots:
  void everyTypeComesBack();
  void layoutOfTheFile();
  void viewsAreWrittenAsTheyLook();
  void whatCannotBeWritten();

 private:
  QTemporaryDir folder_;
  QString path_ = folder_.filePath(QStringLiteral("made.safetensors"));
};

namespace {

const float inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();

std::map<std::string, at::Tensor> everyType() {
  at::manual_seed(3);
  const at::Tensor values = at::randn({3, 5});
  values[0][0] = inf;
  values[1][1] = nan;
  values[2][2] = -0.0f;
  return {{"f64", values.to(at::kDouble)},
          {"f32", values},
          {"f16", values.to(at::kHalf)},
          {"bf16", values.to(at::kBFloat16)},
          {"i64", at::randint(std::numeric_limits<std::int64_t>::max(), {7}, at::kLong)},
          {"i32", at::randint(1000, {2, 2, 2}, at::kInt)},
          {"u8", at::randint(256, {1001}, at::kByte)},
          {"größe \"q\"", at::tensor(0.1f)}};
}

bool sameBytes(const at::Tensor& a, const at::Tensor& b) {
  return a.scalar_type() == b.scalar_type() && a.sizes() == b.sizes() &&
         std::memcmp(a.const_data_ptr(), b.const_data_ptr(), a.nbytes()) == 0;
}

}  // namespace

void TestSafetensorsWriter::everyTypeComesBack() {
  const auto tensors = everyType();
  const std::map<std::string, std::string> texts{{"step", "12"}, {"note", "a \"ß\"\n"}};
  writeSafetensors(path_.toStdString(), tensors, texts);
  const SafetensorsFile file(path_.toStdString());
  QVERIFY(file.metadata() == texts);
  QCOMPARE(file.tensors().size(), tensors.size());
  for (const auto& [name, tensor] : tensors) {
    QVERIFY2(sameBytes(file.readStored(name), tensor), name.c_str());
    if (tensor.is_floating_point() && tensor.scalar_type() != at::kDouble)
      QVERIFY2(sameBytes(file.read(name), tensor.to(at::kFloat)), name.c_str());
  }
  QCOMPARE(QDir(folder_.path()).entryList(QDir::Files | QDir::Hidden).size(), qsizetype{1});
}

/// Data at a multiple of 64, tensors one after another without gaps, each aligned for its type.
void TestSafetensorsWriter::layoutOfTheFile() {
  writeSafetensors(path_.toStdString(), everyType(), {});
  const SafetensorsFile file(path_.toStdString());
  QVERIFY(file.metadata().empty());
  std::map<std::uint64_t, const TensorInfo*> byOffset;
  for (const auto& [name, info] : file.tensors()) byOffset[info.offset] = &info;
  std::uint64_t next = byOffset.begin()->first;
  QCOMPARE(next % 64, std::uint64_t{0});
  for (const auto& [offset, info] : byOffset) {
    QCOMPARE(offset, next);
    QCOMPARE(offset % file.readStored(info->name).element_size(), std::uint64_t{0});
    next += info->bytes;
  }
  QCOMPARE(next, std::uint64_t(std::filesystem::file_size(path_.toStdString())));
}

void TestSafetensorsWriter::viewsAreWrittenAsTheyLook() {
  const at::Tensor whole = at::arange(24, at::kFloat).view({4, 6});
  writeSafetensors(path_.toStdString(), {{"t", whole.t()}, {"column", whole.select(1, 2)}}, {});
  const SafetensorsFile file(path_.toStdString());
  QVERIFY(at::equal(file.read("t"), whole.t()));
  QVERIFY(at::equal(file.read("column"), at::tensor({2.0f, 8.0f, 14.0f, 20.0f})));
}

void TestSafetensorsWriter::whatCannotBeWritten() {
  const auto writing = [&](const std::string& name, const at::Tensor& tensor) {
    return damage::errorOf([&] { writeSafetensors(path_.toStdString(), {{name, tensor}}, {}); });
  };
  writeSafetensors(path_.toStdString(), {{"old", at::ones(2)}}, {});
  const QString type = writing("z", at::zeros(2, at::kComplexFloat));
  QVERIFY2(type.contains("'z' of type ComplexFloat; expected F64, F32"), qPrintable(type));
  QVERIFY(writing("\xff", at::zeros(2)).contains("no UTF-8"));
  QVERIFY(SafetensorsFile(path_.toStdString()).tensors().contains("old"));
}

QTEST_GUILESS_MAIN(TestSafetensorsWriter)
#include "tst_safetensors_writer.moc"
