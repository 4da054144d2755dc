#include "core/catalogue/card_reader.h"

#include "core/runs/run_file.h"
#include "tests/model/damage.h"
#include "tests/runs/sample_run.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <thread>

using namespace sinkscope;
using sample::errorOf;
using namespace std::chrono_literals;

/// Files that may be anybody's are read in another process, and nothing that happens there harms this one.
class CardReaderTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;

  std::string file(const QString& name) const { return folder_.filePath(name).toStdString(); }
  /// A program that is called in the place of this one.
  std::string script(const QString& name, const QByteArray& text) const {
    QFile program(folder_.filePath(name));
    if (!program.open(QIODevice::WriteOnly)) qFatal("no script");
    program.write("#!/bin/sh\n" + text + "\n");
    program.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    return program.fileName().toStdString();
  }

 private slots:
  void readsAsTheProgramItselfDoes() {
    saveRun(file("run.h5"), sample::exploration(), sample::view(), true);
    setRunLabels(file("run.h5"), {"Zoë", {"a", "b c"}, "two\nlines"});
    CardReader reader(SINKSCOPE_EXECUTABLE);
    for (const auto depth : {CardReader::Depth::Card, CardReader::Depth::Whole}) {
      const auto answer = reader.read(file("run.h5"), depth);
      QVERIFY2(answer.card.has_value(), answer.problem.c_str());
      const RunCard here = readRunCard(file("run.h5"));
      QCOMPARE(answer.card->kind, here.kind);
      QCOMPARE(answer.card->created, here.created);
      QCOMPARE(answer.card->seconds, here.seconds);
      QVERIFY(answer.card->labels == here.labels);
      QCOMPARE(answer.card->summary.model, here.summary.model);
      QCOMPARE(answer.card->summary.bos, here.summary.bos);
      QCOMPARE(answer.card->summary.tokens, here.summary.tokens);
      QCOMPARE(answer.card->summary.sinkRate, here.summary.sinkRate);
      QVERIFY(std::isinf(here.summary.loss) && answer.card->summary.loss == here.summary.loss);
      QVERIFY(answer.card->summary.picture == here.summary.picture);
    }
  }

  void whatIsNoRunIsRefusedWithASentence() {
    CardReader reader(SINKSCOPE_EXECUTABLE);
    damage::writeAll(folder_.filePath("text.h5"), "no HDF5");
    QCOMPARE(QString::fromStdString(reader.read(file("text.h5"), CardReader::Depth::Card).problem),
             folder_.filePath("text.h5") + ": is no HDF5 file, expected a Sinkscope run.");
    QVERIFY(reader.read(file("none.h5"), CardReader::Depth::Card).problem.ends_with("No such file or directory."));
    QCOMPARE(errorOf([&] { checkRunInChild(SINKSCOPE_EXECUTABLE, file("text.h5"), {}); }),
             folder_.filePath("text.h5") + ": is no HDF5 file, expected a Sinkscope run.");
  }

  /// Bytes changed all over a run: each time there is an answer, and the next file is read.
  void damagedFilesAllGetAnAnswer() {
    saveRun(file("good.h5"), sample::exploration(), sample::view(), false);
    const QByteArray good = damage::readAll(folder_.filePath("good.h5"));
    CardReader reader(SINKSCOPE_EXECUTABLE);
    int refused = 0, tried = 0;
    for (int at = 0; at < good.size(); at += good.size() / 150, ++tried) {
      QByteArray bad = good;
      bad[at] = static_cast<char>(bad[at] ^ 0x5a);
      damage::writeAll(folder_.filePath("bad.h5"), bad);
      const auto answer = reader.read(file("bad.h5"), CardReader::Depth::Whole);
      QVERIFY(answer.card.has_value() != !answer.problem.empty());
      if (!answer.card) ++refused;
    }
    QVERIFY2(refused > tried / 4, qPrintable(QString("%1 of %2 refused").arg(refused).arg(tried)));
    QVERIFY(reader.read(file("good.h5"), CardReader::Depth::Whole).card.has_value());
  }

  void aProcessThatBreaksDown() {
    CardReader reader(script("break.sh", "head -c 1 > /dev/null; kill -SEGV $$"));
    for (int i = 0; i < 3; ++i) {
      const auto answer = reader.read("/run.h5", CardReader::Depth::Card);
      QCOMPARE(QString::fromStdString(answer.problem),
               QString("/run.h5: is damaged or made to do harm: the process that read it broke down."));
    }
  }

  void aProcessThatSaysSomethingElse() {
    CardReader reader(script("lie.sh", "echo '{\"card\": {\"kind\": 3}}' >&0; sleep 100"));
    QVERIFY(reader.read("/run.h5", CardReader::Depth::Card).problem.find("made to do harm") != std::string::npos);
    CardReader endless(script("endless.sh", "exec yes | tr -d '\\n' >&0"), 20s);
    QVERIFY(!endless.read("/run.h5", CardReader::Depth::Card).problem.empty());
  }

  void aProcessThatNeverEnds() {
    CardReader reader(script("hang.sh", "sleep 1000"), 300ms);
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(QString::fromStdString(reader.read("/run.h5", CardReader::Depth::Card).problem),
             QString("/run.h5: takes more time or memory to read than a run may."));
    QVERIFY(timer.elapsed() < 10'000);
    // And at a stop.
    CardReader stopped(script("hang.sh", "sleep 1000"));
    std::stop_source stop;
    const std::jthread soon([&stop] {
      std::this_thread::sleep_for(200ms);
      stop.request_stop();
    });
    bool wasStopped = false;
    try {
      stopped.read("/run.h5", CardReader::Depth::Card, Job(stop.get_token()));
    } catch (const Stopped&) {
      wasStopped = true;
    }
    QVERIFY(wasStopped);
  }

  void aProgramThatIsNotThere() {
    CardReader reader("/no/such/program");
    QCOMPARE(errorOf([&] { reader.read("/run.h5", CardReader::Depth::Card); }),
             QString("/no/such/program: no process that reads runs can be started: No such file or directory."));
  }
};

QTEST_GUILESS_MAIN(CardReaderTest)
#include "tst_card_reader.moc"
