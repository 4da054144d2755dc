// torch comes before Qt: `slots` is a name of its own.
#include <ATen/Functions.h>

#include "core/model/ggml_types.h"
#include "core/model/gguf.h"
#include "core/model/safetensors.h"

#include <QTest>

#include <bit>

using namespace sinkscope;

/// De-quantisation against the values of the Python package `gguf` (tests/data/make_quant_goldens.py).
class TestQuants : public QObject {
  Q_OBJECT
 private slots:
  void everyType_data();
  void everyType();
  void noTypeIsLeftOut();
  void severalParts();

 private:
  const GgufFile file_{SINKSCOPE_TEST_DATA "/quants/all_types.gguf"};
  const SafetensorsFile expected_{SINKSCOPE_TEST_DATA "/quants/all_types.safetensors"};
};

void TestQuants::everyType_data() {
  QTest::addColumn<std::string>("name");
  for (const auto& [name, info] : file_.tensors()) QTest::newRow(name.c_str()) << name;
}

void TestQuants::everyType() {
  QFETCH(std::string, name);
  const at::Tensor values = file_.read(name), expected = expected_.read(name);
  QCOMPARE(values.sizes(), expected.sizes());
  const float *got = values.const_data_ptr<float>(), *wanted = expected.const_data_ptr<float>();
  for (std::int64_t i = 0; i < values.numel(); ++i) {  // bits: the sign of a zero counts, too
    QVERIFY2(std::bit_cast<std::uint32_t>(got[i]) == std::bit_cast<std::uint32_t>(wanted[i]),
             qPrintable(QStringLiteral("value %1 is %2 instead of %3").arg(i).arg(got[i]).arg(wanted[i])));
  }
}

void TestQuants::noTypeIsLeftOut() {
  int known = 0;
  for (std::uint32_t id = 0; id < 64; ++id) {
    const GgmlType* type = ggmlType(id);
    if (type == nullptr) continue;
    QCOMPARE(ggmlType(type->name), type);
    if (type->toFloat == nullptr) continue;
    ++known;
    QVERIFY2(file_.tensors().contains(std::string(type->name)), std::string(type->name).c_str());
  }
  QCOMPARE(known, 15);
  QVERIFY(ggmlType(4) == nullptr);  // Q4_2, long gone
}

// More blocks than one buffer holds: the same block again and again gives the same values again and again.
void TestQuants::severalParts() {
  const GgmlType& type = *ggmlType("Q4_K");
  std::vector<std::uint8_t> block(144);
  for (std::size_t i = 0; i < block.size(); ++i) block[i] = static_cast<std::uint8_t>(37 * i + 11);
  constexpr std::int64_t count = 300;
  std::vector<std::uint8_t> blocks;
  for (std::int64_t i = 0; i < count; ++i) blocks.insert(blocks.end(), block.begin(), block.end());
  std::vector<float> one(256), all(256 * count);
  type.toFloat(block.data(), one.data(), 1);
  type.toFloat(blocks.data(), all.data(), count);
  for (std::size_t i = 0; i < all.size(); ++i) QCOMPARE(all[i], one[i % 256]);
}

QTEST_GUILESS_MAIN(TestQuants)
#include "tst_quants.moc"
