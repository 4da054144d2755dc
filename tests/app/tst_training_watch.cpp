#include "app/training_watch.h"
#include "tests/app/training_run.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

using namespace sinkscope;

/// Run files are followed, whoever writes them.
class TestTrainingWatch : public QObject {
  Q_OBJECT

  static constexpr int kPatienceMs = 20000;
  std::unique_ptr<QTemporaryDir> folder_;

  std::filesystem::path at(const char* name) const {
    return folder_->filePath(QString::fromLatin1(name)).toStdString();
  }
  QString path(const char* name) const { return QString::fromStdString(at(name).string()); }

  template <typename Condition>
  static bool waitFor(Condition condition) {
    return QTest::qWaitFor(condition, kPatienceMs);
  }

 private slots:
  void init() { folder_ = std::make_unique<QTemporaryDir>(); }

  void aRunIsFollowedToItsEnd() {
    auto run = std::make_unique<MadeUpRun>(at("one.h5"), "one");
    run->steps(20);
    TrainingWatch watch({folder_->path().toStdString()});
    watch.begin();
    const auto log = [&] { return watch.run(path("one.h5")); };
    QVERIFY(waitFor([&] { return log() && log()->steps.size() == 20; }));
    QCOMPARE(log()->state, TrainingState::Running);
    const TrainingLogPtr before = log();
    run->steps(35);
    QVERIFY(waitFor([&] { return log()->steps.size() == 35 && log()->measures.size() == 3; }));
    QCOMPARE(before->steps.size(), std::size_t{20});  // what was handed out stays as it was
    run->event("paused", "It paused.");
    QVERIFY(waitFor([&] { return log()->state == TrainingState::Paused; }));
    run.reset();
    run = std::make_unique<MadeUpRun>(at("two.h5"), "two");  // a file that comes later
    QVERIFY(waitFor([&] { return watch.runs().size() == 2; }));
    run.reset();  // its writer is gone without a word
    QVERIFY(waitFor([&] { return watch.run(path("two.h5"))->state == TrainingState::Interrupted; }));
  }

  void aFileThatIsGoneIsGone() {
    MadeUpRun(at("one.h5"), "one").steps(10);
    TrainingWatch watch({folder_->path().toStdString()});
    QSignalSpy gone(&watch, &TrainingWatch::gone);
    watch.begin();
    QVERIFY(waitFor([&] { return watch.runs().size() == 1; }));
    QVERIFY(QFile::remove(path("one.h5")));
    QVERIFY(waitFor([&] { return gone.size() == 1; }));
    QVERIFY(watch.runs().empty());
  }

  void othersAreAddedAndStrangersAreNot() {
    QTemporaryDir elsewhere;
    const QString run = elsewhere.filePath("run.h5"), text = elsewhere.filePath("text.h5");
    MadeUpRun(run.toStdString(), "elsewhere").steps(10);
    for (const QString& name : {text, path("stranger.h5")}) {
      QFile file(name);
      QVERIFY(file.open(QIODevice::WriteOnly));
      file.write("no run");
    }
    TrainingWatch watch({folder_->path().toStdString()});
    QSignalSpy failed(&watch, &TrainingWatch::failed), changed(&watch, &TrainingWatch::changed);
    watch.add(run);
    QVERIFY(waitFor([&] { return watch.run(run) != nullptr; }));
    const auto seen = changed.size();
    watch.add(run);  // asked for again: told again
    QVERIFY(waitFor([&] { return changed.size() > seen; }));
    for (int i = 1; i <= 2; ++i) {
      watch.add(text);
      QVERIFY(waitFor([&] { return failed.size() == i; }));
    }
    QVERIFY(failed.back().at(1).toString().contains("text.h5"));
    QCOMPARE(watch.runs().size(), std::size_t{1});  // the stranger in the folder is not told of
  }

  void aFolderThatIsNotThereIsEmpty() {
    TrainingWatch watch({at("none")});
    watch.begin();
    QTest::qWait(300);
    QVERIFY(watch.runs().empty());
  }
};

QTEST_GUILESS_MAIN(TestTrainingWatch)
#include "tst_training_watch.moc"
