#include "app/training_paths.h"
#include "core/shared_folder.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace sinkscope;

class TestTrainingPaths : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir data_;

 private slots:
  void init() { qputenv("XDG_DATA_HOME", data_.path().toUtf8()); }

  void aNameBecomesAFileThatIsNotThere() {
    const QString folder = data_.filePath("sinkscope/training/");
    QVERIFY(QDir().mkpath(folder));
    const auto nothing = [](const QString&) { return false; };
    QCOMPARE(freeTrainingPath("my run", nothing), folder + "my-run.h5");
    QCOMPARE(freeTrainingPath("../../etc/passwd", nothing), folder + "run..-..-etc-passwd.h5");
    QCOMPARE(freeTrainingPath("", nothing), folder + "run.h5");
    QFile there(folder + "my-run.h5");
    QVERIFY(there.open(QIODevice::WriteOnly));
    const auto taken = [&](const QString& path) { return path == folder + "my-run-2.h5"; };
    QCOMPARE(freeTrainingPath("my run", taken), folder + "my-run-3.h5");
  }

  void samplesAreThoseThatComeAlong() {
    const QString samples = QString::fromStdString((sharedFolder() / "runs").string());
    QVERIFY(isSampleTraining(samples + "/built-in.h5"));
    QVERIFY(!isSampleTraining(samples + "-of-mine/built-in.h5"));
    QVERIFY(!isSampleTraining(freeTrainingPath("built-in", [](const QString&) { return false; })));
    QCOMPARE(trainingFolders().size(), std::size_t{2});
  }
};

QTEST_GUILESS_MAIN(TestTrainingPaths)
#include "tst_training_paths.moc"
