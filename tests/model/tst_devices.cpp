#include "core/error.h"
#include "core/model/devices.h"
#include "core/trace/trace.h"
#include "tests/tiny_model.h"

#include <QTest>

#include <string>
#include <vector>

using namespace sinkscope;

namespace {

constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;

std::string sentence(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace

class TestDevices : public QObject {
  Q_OBJECT

 private slots:
  void names() {
    QCOMPARE(devicesNamed("cpu,cpu"), (std::vector<at::Device>{at::kCPU, at::kCPU}));
    for (const char* wrong : {"", "gpu", "cpu,", "cuda:", "cuda:x", "cuda:-1", "cuda:99999"})
      QVERIFY2(sentence([&] { devicesNamed(wrong); }).find("is no device") != std::string::npos, wrong);
    QVERIFY(!sentence([] { devicesNamed("cuda:999"); }).empty());
  }

  void layersByMemory() {
    const PartBytes even{.layers = std::vector<std::uint64_t>(8, kGiB)};
    QCOMPARE(placeLayers(even, {20 * kGiB}), (std::vector<std::size_t>(8, 0)));
    QCOMPARE(placeLayers(even, {6 * kGiB, 6 * kGiB}), (std::vector<std::size_t>{0, 0, 0, 0, 1, 1, 1, 1}));
    QCOMPARE(placeLayers(even, {3 * kGiB, 9 * kGiB}), (std::vector<std::size_t>{0, 0, 1, 1, 1, 1, 1, 1}));
    QCOMPARE(placeLayers(even, {4 * kGiB, 4 * kGiB, 8 * kGiB}), (std::vector<std::size_t>{0, 0, 1, 1, 2, 2, 2, 2}));
    const PartBytes ends{.before = 2 * kGiB, .layers = std::vector<std::uint64_t>(4, kGiB), .after = 2 * kGiB};
    QCOMPARE(placeLayers(ends, {5 * kGiB, 5 * kGiB}), (std::vector<std::size_t>{0, 0, 1, 1}));
    QCOMPARE(sentence([&] {
               placeLayers(even, {2 * kGiB, 3 * kGiB});
             }),
             std::string("The weights of device 1 of 2 need 3.0 GiB of its memory, which has room for 2.0 GiB."));
  }

  /// A model over two devices gives the numbers of one.
  void sameNumbers_data() {
    QTest::addColumn<QString>("name");
    for (const char* name : {"llama-gqa", "gemma3-tied", "gpt2"}) QTest::newRow(name) << name;
  }
  void sameNumbers() {
    QFETCH(QString, name);
    const auto folder = std::filesystem::path(SINKSCOPE_TEST_DATA) / "tiny" / name.toStdString();
    const auto one = loadModel(folder, "cpu", Job()), two = loadModel(folder, "cpu,cpu", Job());
    QCOMPARE(two->device, std::string("cpu,cpu"));
    const std::vector<std::int64_t> ids = drawnIds(one->config(), 40);
    const Trace a = capture(*one, ids, {}, Job()), b = capture(*two, ids, {}, Job());
    QVERIFY(a.shares == b.shares && a.tokenLoss == b.tokenLoss && at::equal(a.lastLogits, b.lastLogits));
  }
};

QTEST_GUILESS_MAIN(TestDevices)
#include "tst_devices.moc"
