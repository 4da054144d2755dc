#include "core/new_file.h"

#include "core/error.h"
#include "core/runs/run_file.h"
#include "sample_run.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <stop_token>

#include <signal.h>
#include <sys/resource.h>

using namespace sinkscope;
using sample::differences, sample::errorOf, sample::sameBits;

/// Whatever happens while a run is saved, a whole file lies under its name and nothing else in its folder.
class NewFileTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  std::filesystem::path path(const char* name = "run.h5") const { return folder_.filePath(name).toStdString(); }
  QStringList files() const { return QDir(folder_.path()).entryList(QDir::Files | QDir::Hidden); }

 private slots:
  void init() { QVERIFY(folder_.isValid()); }
  void cleanup() {
    for (const QString& name : files()) QFile::remove(folder_.filePath(name));
  }

  void oldFileOutlivesAStop();
  void oldFileOutlivesAFullDisk();
  void openRunOutlivesItsReplacement();
  void linkIsFollowed();
  void placesThatCannotBeWritten_data();
  void placesThatCannotBeWritten();
};

void NewFileTest::oldFileOutlivesAStop() {
  const Exploration saved = sample::exploration();
  saveRun(path(), saved, {}, false);
  std::stop_source stop;
  QStringList steps;
  const Job job(stop.get_token(), [&](const Progress& progress) {
    steps << QString::fromStdString(progress.what);
    if (steps.size() == 4) stop.request_stop();
  });
  QVERIFY_THROWS_EXCEPTION(Stopped, saveRun(path(), saved, sample::view(), true, job));
  QCOMPARE(steps.last(), QString("saving the attention of layer 2"));
  QCOMPARE(files(), QStringList("run.h5"));
  QCOMPARE(RunFile::open(path())->view().epsilon, 0.3);
}

void NewFileTest::oldFileOutlivesAFullDisk() {
  const Exploration saved = sample::exploration();
  saveRun(path(), saved, sample::view(), true);
  const qint64 whole = QFileInfo(QString::fromStdString(path().string())).size();
  saveRun(path(), saved, {}, true);
  signal(SIGXFSZ, SIG_IGN);
  rlimit old{};
  getrlimit(RLIMIT_FSIZE, &old);
  for (qint64 limit = 1; limit < whole; limit += whole / 40) {
    const rlimit small{static_cast<rlim_t>(limit), old.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    const QString error = errorOf([&] { saveRun(path(), saved, sample::view(), true); });
    setrlimit(RLIMIT_FSIZE, &old);
    QVERIFY2(error.contains("File too large"), qPrintable(error));
    QCOMPARE(files(), QStringList("run.h5"));
    QCOMPARE(RunFile::open(path())->view().epsilon, 0.3);
  }
  saveRun(path(), saved, sample::view(), true);  // the library is well after it
  QCOMPARE(differences(*saved.result, *RunFile::open(path())->result()), QStringList());
}

void NewFileTest::openRunOutlivesItsReplacement() {
  const Exploration saved = sample::exploration();
  saveRun(path(), saved, sample::view(), true);
  const auto run = RunFile::open(path());
  saveRun(path(), {saved.result, {}}, {}, false);
  QVERIFY(sameBits(run->head(0, 2, 3).query, saved.traces.front()->layer[2].query.select(0, 3)));
  QVERIFY(!RunFile::open(path())->hasAttention(0));
}

void NewFileTest::linkIsFollowed() {
  const Exploration saved = sample::exploration();
  saveRun(path(), saved, {}, false);
  std::filesystem::create_symlink("run.h5", path("link.h5"));
  saveRun(path("link.h5"), saved, sample::view(), false);
  QVERIFY(std::filesystem::is_symlink(path("link.h5")));
  QCOMPARE(RunFile::open(path())->view().epsilon, 0.8);
}

void NewFileTest::placesThatCannotBeWritten_data() {
  QTest::addColumn<QString>("place");
  QTest::addColumn<QString>("sentence");
  QTest::newRow("no folder") << folder_.filePath("none/run.h5") << "No such file or directory";
  QTest::newRow("a folder") << folder_.path() << "Is a directory";
  // Not even root can make a file there.
  QTest::newRow("unwritable folder") << "/proc/run.h5"
                                     << "cannot create a temporary file beside it";
}

void NewFileTest::placesThatCannotBeWritten() {
  QFETCH(QString, place);
  QFETCH(QString, sentence);
  const QString error = errorOf([&] { saveRun(place.toStdString(), sample::exploration(), sample::view(), true); });
  QVERIFY2(error.startsWith(place) && error.contains(sentence), qPrintable(error));
}

QTEST_GUILESS_MAIN(NewFileTest)
#include "tst_new_file.moc"
