#include "core/runs/run_labels.h"

#include "core/runs/run_file.h"
#include "core/runs/training_log.h"
#include "sample_run.h"
#include "writing_child.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace sinkscope;
using sample::errorOf;

/// What a person writes on a run is in its file, and costs nothing of what is there.
class RunLabelsTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  std::string path_;

 private slots:
  void init() { path_ = folder_.filePath("run.h5").toStdString(); }
  void cleanup() {  // no temporary file is left behind
    const QStringList files = QDir(folder_.path()).entryList(QDir::Files | QDir::Hidden);
    QCOMPARE(files, QStringList{"run.h5"});
  }
  void tags();
  void comeBackAndGo();
  void savingAgainKeepsThem();
  void whatIsTooLongIsRefused();
  void aTrainingAtWorkIsRefused();
  void aKilledTrainingKeepsItsRows();
  void aStopLeavesTheFile();
};

namespace {

QByteArray readAll(const std::string& path) {
  QFile file(QString::fromStdString(path));
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

TrainingStart start() {
  TrainingStart start;
  start.name = "tiny";
  start.model = sample::model().config;
  start.epsilons = {0.3};
  return start;
}

}  // namespace

void RunLabelsTest::tags() {
  QCOMPARE(fileTitle("/a/river.h5"), std::string("river"));
  QCOMPARE(fileTitle("/a/river.sinkscope.h5"), std::string("river"));
  QCOMPARE(fileTitle("deep.river.h5"), std::string("deep.river"));
  QCOMPARE(tagsOf(" deep , first try,,deep, a"), (std::vector<std::string>{"a", "deep", "first try"}));
  QCOMPARE(tagsOf(""), std::vector<std::string>());
  QCOMPARE(tagList({"a", "first try"}), std::string("a, first try"));
  saveRun(path_, sample::exploration(), sample::view(), false);
}

void RunLabelsTest::comeBackAndGo() {
  const Exploration saved = sample::exploration();
  saveRun(path_, saved, sample::view(), true);
  ::chmod(path_.c_str(), 0640);
  QVERIFY(runLabels(path_) == RunLabels());
  const std::vector<RunLabels> all{{"Zoë's run", {"deep", "first try"}, "a note\nof two lines"},
                                   {"", {}, std::string(32 << 10, 'n')},
                                   {"other", {"x"}, ""},
                                   {}};
  for (const RunLabels& labels : all) {
    setRunLabels(path_, labels);
    QVERIFY(runLabels(path_) == labels);
    const auto run = RunFile::open(path_);
    QCOMPARE(sample::differences(*run->result(), *saved.result), QStringList());
    QVERIFY(run->hasAttention(0));
    const HeadAttention head = run->head(0, 2, 3);
    QVERIFY(sample::sameBits(head.query, saved.traces[0]->layer[2].query[3]));
  }
  struct stat status {};
  QCOMPARE(::stat(path_.c_str(), &status), 0);
  QCOMPARE(int(status.st_mode & 0777), 0640);
}

void RunLabelsTest::savingAgainKeepsThem() {
  saveRun(path_, sample::exploration(), sample::view(), false);
  const RunLabels labels{"mine", {"kept"}, "note"};
  setRunLabels(path_, labels);
  saveRun(path_, sample::exploration(), sample::view(), true);
  QVERIFY(runLabels(path_) == labels);
  QVERIFY(RunFile::open(path_)->hasAttention(0));
}

void RunLabelsTest::whatIsTooLongIsRefused() {
  const QByteArray before = readAll(path_);
  const QString sentence = errorOf([&] { setRunLabels(path_, {"", {}, std::string(40000, 'x')}); });
  QCOMPARE(sentence, QString::fromStdString(path_) + ": its note would have 40000 bytes, expected at most 32768.");
  QCOMPARE(readAll(path_), before);
}

void RunLabelsTest::aTrainingAtWorkIsRefused() {
  TrainingLogWriter writer = TrainingLogWriter::create(path_, start());
  writer.append(StepRow{1, 1, 1, 1, 1, 1, 1});
  writer.sync();
  const QString sentence = errorOf([&] { setRunLabels(path_, {"name", {}, ""}); });
  QVERIFY2(sentence.contains("is being written by a training that still runs"), qPrintable(sentence));
  writer.append(StepRow{2, 1, 1, 1, 1, 1, 1});
  writer.sync();
  QCOMPARE(readTrainingLog(path_).steps.size(), std::size_t{2});
}

void RunLabelsTest::aKilledTrainingKeepsItsRows() {
  {
    WritingChild child([this](const WritingChild::Tell& tell) {
      TrainingLogWriter writer = TrainingLogWriter::create(path_, start());
      for (std::int64_t step = 1;; ++step) {
        writer.append(StepRow{step, 1, 1, 1, 1, 1, 1});
        writer.sync();
        tell(step);
      }
    });
    while (child.next() < 20) {
    }
  }
  const std::size_t steps = readTrainingLog(path_).steps.size();
  QVERIFY(steps >= 20);
  const RunLabels labels{"killed", {"try"}, "by hand"};
  setRunLabels(path_, labels);
  QVERIFY(runLabels(path_) == labels);
  QCOMPARE(readTrainingLog(path_).steps.size(), steps);
  {  // and they outlive going on
    TrainingLogWriter writer = TrainingLogWriter::reopen(path_, 10);
    writer.append(StepRow{11, 1, 1, 1, 1, 1, 1});
  }
  const TrainingLog log = readTrainingLog(path_);
  QCOMPARE(log.steps.size(), std::size_t{11});
  QVERIFY(runLabels(path_) == labels);
  setRunLabels(path_, {});  // of a file that was closed
  QCOMPARE(readTrainingLog(path_).steps.size(), std::size_t{11});
}

void RunLabelsTest::aStopLeavesTheFile() {
  const QByteArray before = readAll(path_);
  std::stop_source stop;
  stop.request_stop();
  bool stopped = false;
  try {
    setRunLabels(path_, {"name", {}, ""}, Job(stop.get_token()));
  } catch (const Stopped&) {
    stopped = true;
  }
  QVERIFY(stopped);
  QCOMPARE(readAll(path_), before);
}

QTEST_GUILESS_MAIN(RunLabelsTest)
#include "tst_run_labels.moc"
