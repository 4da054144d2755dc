#include "core/model/demo_models.h"
#include "core/model/model.h"
#include "core/trace/trace.h"
#include "tests/compare.h"
#include "tests/tiny_model.h"

#include <QTest>

#include <algorithm>

using namespace sinkscope;

/// Quantised weights that are held as they are stored: what they take, and that they say the same.
class TestStoredMemory : public QObject {
  Q_OBJECT

 private slots:
  void models_data() {
    QTest::addColumn<QString>("path");
    for (const DemoModel& demo : demoModels()) QTest::newRow(demo.name.c_str()) << QString::fromStdString(demo.name);
    for (const auto& entry : std::filesystem::directory_iterator(SINKSCOPE_TEST_DATA "/tiny_gguf"))
      if (entry.path().extension() == ".gguf")
        QTest::newRow(entry.path().filename().c_str()) << QString::fromStdString(entry.path().string());
  }

  void models() {
    QFETCH(QString, path);
    const auto demo = std::ranges::find(demoModels(), path.toStdString(), &DemoModel::name);
    if (demo != demoModels().end() && demoModelPath(*demo).empty())
      QSKIP(qPrintable(path + " was not fetched; packaging/fetch-model.sh brings it."));
    const std::filesystem::path file = resolveModel(path.toStdString());
    const auto stored = loadModel(file, {.weights = WeightsAs::Stored}, Job());
    QVERIFY(stored->weights == WeightsAs::Stored);
    const auto bytes = static_cast<double>(stored->parameters.bytes());
    const auto onDisk = static_cast<double>(std::filesystem::file_size(file));
    qInfo("%.2f of the file", bytes / onDisk);
    QVERIFY2(bytes <= 1.6 * onDisk, qPrintable(QStringLiteral("%1 bytes of %2").arg(bytes).arg(onDisk)));

    const auto exact = loadModel(file, {.weights = WeightsAs::Float32}, Job());
    const TraceOptions statistics{.keep = Keep::Statistics};
    const std::vector<std::int64_t> ids = drawnIds(exact->config(), 20);
    const Trace wanted = capture(*exact, ids, statistics, Job()), found = capture(*stored, ids, statistics, Job());
    COMPARE_NUMBERS("shares", found.shares, wanted.shares, 0.0, 1e-5);
    COMPARE_NUMBERS("loss", found.tokenLoss, wanted.tokenLoss, 1e-5, 1e-5);
  }
};

QTEST_GUILESS_MAIN(TestStoredMemory)
#include "tst_stored_memory.moc"
