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
    constexpr double kLargestMegabytes = 60, kOpeningMs = 2000, kBusy = 5;  // others may use the machine
    const QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("run.h5").toStdString();
    const auto saved = large::result();
    const double saving = milliseconds(1, [&](int) { saveRun(path, {saved, {}}, {}, true); });
    std::shared_ptr<const ExploreResult> opened;
    const double opening = milliseconds(3, [&](int) { opened = RunFile::open(path)->result(); });
    const double megabytes = static_cast<double>(QFile(folder.filePath("run.h5")).size()) / 1e6;
    qInfo("%.1f MB (at most %g), saved in %.0f ms, opened in %.0f ms (%g where nothing else runs)", megabytes,
          kLargestMegabytes, saving, opening, kOpeningMs);
    QVERIFY(megabytes < kLargestMegabytes);
    QVERIFY(opening < kBusy * kOpeningMs);
    QCOMPARE(sample::differences(*saved, *opened), QStringList());
  }
};

QTEST_GUILESS_MAIN(LargeRunTest)
#include "tst_large_run.moc"
