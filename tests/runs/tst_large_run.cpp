#include "core/runs/run_file.h"
#include "sample_run.h"
#include "tests/large_result.h"
#include "tests/timing.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace sinkscope;

/// The run file of the largest model of the paper on 170 prompts.
class LargeRunTest : public QObject {
  Q_OBJECT

 private slots:
  void isSmallAndOpensSoon() {
    constexpr double kLargestMegabytes = 60, kOpeningMs = 2000, kSlower = 2;  // a slower machine may take more
    const QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("run.h5").toStdString();
    const auto saved = large::result();
    const Cost saving = costOf(1, [&](int) { saveRun(path, {saved, {}}, {}, true); });
    std::shared_ptr<const ExploreResult> opened;
    const Cost opening = costOf(3, [&](int) { opened = RunFile::open(path)->result(); });
    const double megabytes = static_cast<double>(QFile(folder.filePath("run.h5")).size()) / 1e6;
    qInfo("%.1f MB (at most %g), saved in %.0f ms of processor time, opened in %.0f (at most %g), %.0f on the clock",
          megabytes, kLargestMegabytes, saving.processor, opening.processor, kOpeningMs, opening.wall);
    QVERIFY(megabytes < kLargestMegabytes);
    QVERIFY(opening.processor < kSlower * kOpeningMs);
    QCOMPARE(sample::differences(*saved, *opened), QStringList());
  }
};

QTEST_GUILESS_MAIN(LargeRunTest)
#include "tst_large_run.moc"
