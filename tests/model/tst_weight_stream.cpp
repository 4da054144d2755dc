#include "core/error.h"
#include "core/model/decoder.h"
#include "core/model/model.h"
#include "core/model/safetensors.h"
#include "core/model/safetensors_writer.h"
#include "core/trace/trace.h"
#include "tests/compare.h"
#include "tests/tiny_model.h"

#include <ATen/Functions.h>

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

using namespace sinkscope;

namespace {

constexpr TraceOptions kStatistics{.keep = Keep::Statistics};

/// A tiny model with its weights in a type, as a folder of its own.
std::filesystem::path storedAs(at::ScalarType type, const std::string& name, const QTemporaryDir& folder) {
  const std::filesystem::path from = std::filesystem::path(SINKSCOPE_TEST_DATA) / "tiny" / name;
  const std::filesystem::path to = std::filesystem::path(folder.path().toStdString()) / (name + at::toString(type));
  std::filesystem::create_directories(to);
  std::filesystem::copy_file(from / "config.json", to / "config.json",
                             std::filesystem::copy_options::overwrite_existing);
  const SafetensorsFile file(from);
  std::map<std::string, at::Tensor> tensors;
  for (const auto& [tensor, info] : file.tensors()) tensors[tensor] = file.read(tensor).to(type);
  writeSafetensors(to / "model.safetensors", tensors, {});
  return to;
}

std::shared_ptr<const Model> load(const std::filesystem::path& path, WeightsAs weights, std::uint64_t bytes = 1 << 30) {
  return loadModel(path, {.weights = weights, .memoryBytes = bytes}, Job());
}

/// Bytes of the matrices of one layer as they are stored.
std::uint64_t bytesOfLayer(const std::filesystem::path& path) {
  std::uint64_t sum = 0;
  const SafetensorsFile file(path);
  for (const auto& [name, info] : file.tensors())
    if (name.find("layers.0.") != std::string::npos && info.shape.size() == 2) sum += info.bytes;
  return sum;
}

/// By this process so far, from files (Linux).
std::uint64_t bytesRead() {
  std::ifstream io("/proc/self/io");
  std::string name;
  std::uint64_t bytes = 0;
  io >> name >> bytes;
  return name == "rchar:" ? bytes : 0;
}

std::vector<std::vector<std::int64_t>> prompts(const Model& model) {
  std::vector<std::int64_t> ids = drawnIds(model.config(), 40);
  return {ids, {ids.begin(), ids.begin() + 7}, {ids.begin() + 3, ids.begin() + 30}};
}

bool same(const Trace& a, const Trace& b) {
  return a.shares == b.shares && a.rowEntropy == b.rowEntropy && a.valueNorm == b.valueNorm &&
         a.outputNorm == b.outputNorm && a.meanEntropy == b.meanEntropy && a.drain == b.drain &&
         a.residualNorm == b.residualNorm && a.tokenLoss == b.tokenLoss && at::equal(a.lastLogits, b.lastLogits);
}

}  // namespace

/// Weights in a file's type and weights that are streamed, against the same weights in float32.
class TestWeightStream : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { qputenv("XDG_CACHE_HOME", QFile::encodeName(folder_.path())); }

  void storedWeights_data() { addTypes(); }
  void storedWeights() {
    const std::filesystem::path path = folder();
    const auto exact = load(path, WeightsAs::Float32), stored = load(path, WeightsAs::Stored);
    const at::Tensor ids = at::tensor(drawnIds(exact->config(), 50), at::kLong).unsqueeze(0);
    COMPARE_NUMBERS("logits", forward(stored->config(), stored->parameters, ids),
                    forward(exact->config(), exact->parameters, ids), 1e-5, 1e-5);
    QFETCH(int, type);
    if (static_cast<at::ScalarType>(type) != at::kFloat)
      QVERIFY(stored->parameters.bytes() < exact->parameters.bytes() * 6 / 10);
    QCOMPARE(stored->identity.parameterCount, exact->identity.parameterCount);
  }

  void streamedIsTheSame_data() { addTypes(); }
  void streamedIsTheSame() {
    const std::filesystem::path path = folder();
    const std::uint64_t layer = bytesOfLayer(path);
    const auto stored = load(path, WeightsAs::Stored);
    for (const std::uint64_t budget : {layer, layer + layer / 2, 10 * layer}) {
      const auto streamed = load(path, WeightsAs::Streamed, budget);
      QVERIFY(streamed->parameters.bytes() < 4096);
      const at::Tensor ids = at::tensor(drawnIds(stored->config(), 50), at::kLong).unsqueeze(0);
      for (int pass = 0; pass < 2; ++pass)
        QVERIFY(at::equal(forward(streamed->config(), streamed->parameters, ids),
                          forward(stored->config(), stored->parameters, ids)));
      const std::vector<Trace> together = captureAll(*streamed, prompts(*stored), kStatistics, Job());
      for (std::size_t p = 0; p < together.size(); ++p)
        QVERIFY(same(together[p], capture(*stored, prompts(*stored)[p], kStatistics, Job())));
    }
  }

  /// However many prompts there are, the layers are read once.
  void aBatchReadsTheLayersOnce() {
    const std::filesystem::path path = storedAs(at::kBFloat16, "llama-gqa", folder_);
    const std::uint64_t layer = bytesOfLayer(path);
    const auto streamed = load(path, WeightsAs::Streamed, 2 * layer);
    const auto readFor = [&](std::size_t count) {
      const std::vector<std::vector<std::int64_t>> batch(count, drawnIds(streamed->config(), 40));
      const std::uint64_t before = bytesRead();
      captureAll(*streamed, batch, kStatistics, Job());
      return bytesRead() - before;
    };
    readFor(1);  // what is read when it is first used
    const std::uint64_t one = readFor(1), many = readFor(170);
    QVERIFY(one >= static_cast<std::uint64_t>(streamed->config().layers) * layer);
    // Beside the layers and the output matrix: every token's row of the embedding and, as what comes next, of the
    // output.
    const std::uint64_t rows = (40 + 39) * static_cast<std::uint64_t>(streamed->config().width) * 2;
    QVERIFY2(many <= one + 169 * rows + 4096,
             qPrintable(QString("%1 bytes for one prompt, %2 for 170").arg(one).arg(many)));
  }

  void whatFits() {
    const std::filesystem::path path = storedAs(at::kBFloat16, "llama-gqa", folder_);
    const auto held = [&](std::uint64_t bytes) { return load(path, WeightsAs::Fitting, bytes)->weights; };
    const auto floats = static_cast<std::uint64_t>(load(path, WeightsAs::Float32)->parameters.bytes());
    const auto stored = static_cast<std::uint64_t>(load(path, WeightsAs::Stored)->parameters.bytes());
    QCOMPARE(held(floats), WeightsAs::Float32);
    QCOMPARE(held(floats - 1), WeightsAs::Stored);
    QCOMPARE(held(stored), WeightsAs::Stored);
    QCOMPARE(held(stored - 1), WeightsAs::Streamed);
    try {
      held(bytesOfLayer(path) - 1);
      QFAIL("a layer above the budget was taken");
    } catch (const Error& error) {
      QVERIFY2(std::string(error.what()).find("layer 0 alone needs") != std::string::npos, error.what());
    }
  }

  /// Stopped after some layers, a pass goes on there and gives the same numbers.
  void interruptedGoesOn_data() {
    QTest::addColumn<int>("wholePrompts");
    QTest::newRow("whole") << 3;
    QTest::newRow("summaries") << 1;
  }
  void interruptedGoesOn() {
    QFETCH(int, wholePrompts);
    const TraceOptions options{.keep = Keep::Statistics, .wholePrompts = static_cast<std::size_t>(wholePrompts)};
    const std::filesystem::path path = storedAs(at::kHalf, "gemma3-tied", folder_);
    const auto model = load(path, WeightsAs::Streamed);
    const std::vector<Trace> whole = captureAll(*model, prompts(*model), options, Job());
    const std::filesystem::path state = folder_.filePath("state/pass.safetensors").toStdString();
    std::vector<std::string> done;
    std::stop_source source;
    const Job stopping(source.get_token(), [&](const Progress& progress) {
      done.push_back(progress.what);
      if (progress.what.starts_with("layer 3 ")) source.request_stop();
    });
    QVERIFY_THROWS_EXCEPTION(Stopped, captureAll(*model, prompts(*model), options, stopping, state));
    QVERIFY(std::filesystem::exists(state));
    std::vector<std::string> rest;
    const Job telling({}, [&](const Progress& progress) { rest.push_back(progress.what); });
    const std::vector<Trace> resumed = captureAll(*model, prompts(*model), options, telling, state);
    QCOMPARE(rest.front(), std::string("layer 3 of 4"));
    for (std::size_t p = 0; p < whole.size(); ++p) {
      QVERIFY(same(whole[p], resumed[p]));
      QCOMPARE(whole[p].rowEntropy.empty(), p >= options.wholePrompts);
    }
    QVERIFY(!std::filesystem::exists(state));
  }

  void fileThatEndsIsSaid() {
    const std::filesystem::path path = storedAs(at::kBFloat16, "llama-tied-sharded", folder_);
    const auto model = load(path, WeightsAs::Streamed, bytesOfLayer(path));
    const at::Tensor ids = at::tensor(drawnIds(model->config(), 5), at::kLong).unsqueeze(0);
    forward(model->config(), model->parameters, ids);
    std::filesystem::resize_file(path / "model.safetensors", 2000);
    try {
      forward(model->config(), model->parameters, ids);
      forward(model->config(), model->parameters, ids);
      QFAIL("weights were read that are not there");
    } catch (const Error& error) {
      QVERIFY2(std::string(error.what()).find("model.safetensors") != std::string::npos, error.what());
    }
  }

 private:
  static void addTypes() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("type");
    for (const char* name : {"llama-gqa", "gemma3-untied-sharded"})
      for (const at::ScalarType type : {at::kFloat, at::kBFloat16, at::kHalf})
        QTest::addRow("%s %s", name, at::toString(type)) << name << static_cast<int>(type);
  }
  std::filesystem::path folder() {
    QFETCH(QString, name);
    QFETCH(int, type);
    return storedAs(static_cast<at::ScalarType>(type), name.toStdString(),
                    *(parts_.emplace_back(std::make_unique<QTemporaryDir>())));
  }

  QTemporaryDir folder_;
  std::vector<std::unique_ptr<QTemporaryDir>> parts_;
};

QTEST_GUILESS_MAIN(TestWeightStream)
#include "tst_weight_stream.moc"
