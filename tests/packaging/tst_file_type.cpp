// What kind of file a desktop takes a run for.
#include "core/runs/result_file.h"
#include "core/runs/run_file.h"
#include "core/runs/run_labels.h"
#include "tests/app/training_run.h"
#include "tests/runs/sample_collapse.h"
#include "tests/runs/sample_influence.h"
#include "tests/runs/sample_no_op.h"
#include "tests/runs/sample_perturbation.h"
#include "tests/runs/sample_probes.h"
#include "tests/runs/sample_report.h"
#include "tests/runs/sample_run.h"
#include "tests/runs/sample_sweep.h"

#include <QDir>
#include <QFile>
#include <QMimeDatabase>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace sinkscope;

class TestFileType : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  const QString run_ = QStringLiteral("application/vnd.sinkscope.run+hdf5");

  std::string path(const char* name) const { return folder_.filePath(name).toStdString(); }
  QString typeOf(const QString& name) const { return QMimeDatabase().mimeTypeForFile(folder_.filePath(name)).name(); }

 private slots:
  void initTestCase() {
    // What the system knows, and our types beside it.
    QVERIFY(QDir(folder_.path()).mkpath("share/mime/packages"));
    const QString packages = folder_.filePath("share/mime/packages/");
    QVERIFY(QFile::copy(SINKSCOPE_SOURCE "/packaging/sinkscope-mime.xml", packages + "sinkscope.xml"));
    QVERIFY(QFile::copy("/usr/share/mime/packages/freedesktop.org.xml", packages + "freedesktop.org.xml"));
    qputenv("XDG_DATA_DIRS", folder_.filePath("share").toLocal8Bit());
    qputenv("XDG_DATA_HOME", folder_.filePath("home").toLocal8Bit());
    QProcess update;
    update.start("update-mime-database", {folder_.filePath("share/mime")});
    QVERIFY(update.waitForFinished(60000));
    QCOMPARE(update.exitCode(), 0);
    QCOMPARE(update.readAllStandardError(), QByteArray());

    saveRun(path("explore.h5"), sample::exploration(), sample::view(), true);
    saveResult(path("perturb.h5"), samplePerturbation(), "{}");
    saveResult(path("sweep.h5"), sampleSweep(), "{}");
    saveResult(path("influence.h5"), sampleInfluence(), "{}");
    saveResult(path("collapse.h5"), sampleCollapse(), "{}");
    saveResult(path("probe.h5"), sampleProbes(), "{}");
    saveResult(path("noop.h5"), sampleNoOp(), "{}");
    saveResult(path("report.h5"), sampleReport(), "{}");
    MadeUpRun training(path("train.h5"), "tiny", "2026-02-01");
    training.steps(20);
  }

  void aRunIsKnownByItsContents() {
    const QStringList runs = QDir(folder_.path()).entryList({"*.h5"});
    QCOMPARE(runs.size(), 9);
    for (const QString& run : runs) QVERIFY2(typeOf(run) == run_, qPrintable(run + ": " + typeOf(run)));
  }

  void aLabelledRunStaysOne() {
    setRunLabels(path("explore.h5"), {"My river", {"deep", "first try"}, std::string(3000, 'n')});
    QCOMPARE(typeOf("explore.h5"), run_);
  }

  void theSamplesAreRuns() {
    const QDir samples(QStringLiteral(SINKSCOPE_SOURCE "/resources/runs"));
    const QStringList runs = samples.entryList({"*.h5"});
    QVERIFY(runs.size() > 10);
    for (const QString& run : runs)
      QVERIFY2(QMimeDatabase().mimeTypeForFile(samples.filePath(run)).name() == run_, qPrintable(run));
  }

  void otherHdf5FilesAreNone() {
    QFile other(folder_.filePath("other.h5"));
    QVERIFY(other.open(QIODevice::WriteOnly));
    other.write(QByteArray("\x89HDF\r\n\x1a\n") + QByteArray(2000, '\0'));
    other.close();
    QCOMPARE(typeOf("other.h5"), QString("application/x-hdf"));
    QVERIFY(QMimeDatabase().mimeTypeForName(run_).inherits("application/x-hdf"));
  }

  void aNameCanSayIt() {
    QCOMPARE(QMimeDatabase().mimeTypeForFile("river.sinkscope.h5", QMimeDatabase::MatchExtension).name(), run_);
  }
};

QTEST_GUILESS_MAIN(TestFileType)
#include "tst_file_type.moc"
