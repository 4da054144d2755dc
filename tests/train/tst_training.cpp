#include "core/train/training.h"

#include "core/runs/checkpoint_folder.h"
#include "core/runs/training_log.h"
#include "tests/compare.h"
#include "tests/model/damage.h"
#include "tests/runs/writing_child.h"
#include "tests/train/tiny_training.h"

#include <ATen/Parallel.h>

#include <QTest>

#include <chrono>
#include <thread>

using namespace sinkscope;
using damage::errorOf;

namespace {

/// Asks for a stop while a step is under way.
Job stopAtStep(std::int64_t step, std::stop_source& stop) {
  return Job(stop.get_token(), [&stop, wanted = "step " + std::to_string(step) + " of"](const Progress& progress) {
    if (progress.what.starts_with(wanted)) stop.request_stop();
  });
}

/// Starts or goes on, as far as it gets.
TrainingEnd goOn(const TrainingRequest& request, const Job& job) {
  const bool resumes = std::filesystem::exists(request.run) && CheckpointFolder(request.run).last();
  return resumes ? resumeTraining(request.run, "cpu", 0, job) : startTraining(request, job);
}

Checkpoint lastOf(const TrainingRequest& request) {
  return CheckpointFolder(request.run).last().value();
}

/// What differs between two runs that are to be the same bits; empty when nothing does.
QString difference(const TrainingRequest& one, const TrainingRequest& other) {
  const Checkpoint mine = lastOf(one), theirs = lastOf(other);
  if (mine.step != theirs.step || mine.tensors.size() != theirs.tensors.size()) return "the checkpoints' steps";
  for (const auto& [name, value] : mine.tensors)
    if (!at::equal(value, theirs.tensors.at(name))) return QString::fromStdString(name);
  const TrainingLog log = readTrainingLog(one.run), otherLog = readTrainingLog(other.run);
  const auto same = [](const auto& rows, const auto& otherRows, const auto& values) {
    return std::ranges::equal(rows, otherRows, {}, values, values);
  };
  if (!same(log.steps, otherLog.steps, [](const StepRow& row) {
        return std::tuple(row.step, row.tokens, row.loss, row.learningRate, row.gradientNorm);
      }))
    return QString("the rows of %1 and %2 steps").arg(log.steps.size()).arg(otherLog.steps.size());
  if (!same(log.measures, otherLog.measures, [](const MeasureRow& row) {
        return std::tuple(row.step, row.tokens, row.validationLoss, row.validationLossWithoutBos, row.sinkRate,
                          row.residualNorm0, row.spread);
      }))
    return QString("%1 and %2 measures").arg(log.measures.size()).arg(otherLog.measures.size());
  if (!same(log.samples, otherLog.samples, [](const SampleRow& row) { return std::tuple(row.step, row.text); }))
    return QString("%1 and %2 samples").arg(log.samples.size()).arg(otherLog.samples.size());
  return {};
}

std::vector<std::string> kindsOf(const TrainingLog& log) {
  std::vector<std::string> kinds;
  for (const EventRow& event : log.events) kinds.push_back(event.kind);
  return kinds;
}

}  // namespace

/// Whatever interrupts a training, it ends with the same bits as one that nothing interrupted.
class TrainingTest : public QObject {
  Q_OBJECT

  const TinyTraining tiny_;
  const TrainingRequest whole_ = tiny_.request("whole.h5");
  std::chrono::microseconds duration_{};

 private slots:
  void initTestCase() {
    at::set_num_threads(1);                                                            // a forked child has no others
    QCOMPARE(startTraining(tiny_.request("first.h5"), Job()), TrainingEnd::Finished);  // prepares the text
    const auto began = std::chrono::steady_clock::now();
    QCOMPARE(startTraining(whole_, Job()), TrainingEnd::Finished);
    duration_ = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began);
  }

  void wholeRun() {
    const TrainingLog log = readTrainingLog(whole_.run);
    QCOMPARE(log.steps.size(), std::size_t{60});
    QCOMPARE(log.state, TrainingState::Finished);
    std::vector<std::int64_t> measured;
    for (const MeasureRow& row : log.measures) measured.push_back(row.step);
    QCOMPARE(measured, (std::vector<std::int64_t>{0, 20, 40, 60}));
    QCOMPARE(kindsOf(log), (std::vector<std::string>{"started", "finished"}));
    QVERIFY(log.steps.back().loss < log.steps.front().loss - 1.0);
    QCOMPARE(lastOf(whole_).step, 60);
  }

  void twiceTheSame() { QCOMPARE(difference(tiny_.request("first.h5"), whole_), QString()); }

  void stops() {
    std::mt19937 random(1);
    const TrainingRequest request = tiny_.request("stopped.h5");
    std::int64_t paused = 0;
    for (std::int64_t step = 0; step < 60; step += 1 + static_cast<std::int64_t>(random() % 10)) {
      std::stop_source stop;
      const TrainingEnd end = goOn(request, stopAtStep(step, stop));
      QCOMPARE(end, TrainingEnd::Paused);
      QCOMPARE(lastOf(request).step, step + 1);
      QCOMPARE(readTrainingLog(request.run).state, TrainingState::Paused);
      ++paused;
    }
    QVERIFY(paused >= 10);
    QCOMPARE(goOn(request, Job()), TrainingEnd::Finished);
    QCOMPARE(difference(request, whole_), QString());
  }

  void kills() {
    std::mt19937 random(2);
    std::int64_t interrupted = 0;
    for (const char* run : {"killed1.h5", "killed2.h5", "killed3.h5"}) {
      const TrainingRequest request = tiny_.request(run);
      for (int kill = 0; kill < 5; ++kill) {
        WritingChild child([&](const WritingChild::Tell& tell) {
          goOn(request, Job({}, [&](const Progress& progress) {
                 if (progress.what.starts_with("step ")) tell(1);
               }));
          tell(1);
          for (;;) ::pause();
        });
        if (kill > 0) QCOMPARE(child.next(), 1);  // the first kill may come before it trains
        child.killAfter(duration_ * static_cast<int>(random() % 100) / 400);
        if (std::filesystem::exists(request.run) && readTrainingLog(request.run).state == TrainingState::Interrupted)
          ++interrupted;
      }
      QCOMPARE(goOn(request, Job()), TrainingEnd::Finished);
      const QString wrong = difference(request, whole_);
      QVERIFY2(wrong.isEmpty(), qPrintable(QString("%1: %2").arg(run, wrong)));
    }
    QVERIFY(interrupted >= 5);  // the kills came while it trained
  }

  void sittings() {
    TrainingRequest request = tiny_.request("sittings.h5");
    request.stopAfter = 17;
    QCOMPARE(startTraining(request, Job()), TrainingEnd::Paused);
    QCOMPARE(resumeTraining(request.run, "cpu", 17, Job()), TrainingEnd::Paused);
    QCOMPARE(lastOf(request).step, 34);
    QCOMPARE(resumeTraining(request.run, "cpu", 0, Job()), TrainingEnd::Finished);
    QCOMPARE(difference(request, whole_), QString());
    QCOMPARE(kindsOf(readTrainingLog(request.run)),
             (std::vector<std::string>{"started", "paused", "resumed", "paused", "resumed", "finished"}));
  }

  // A stop while the untrained model is measured: before the first step.
  void stopBeforeTheFirstStep() {
    const TrainingRequest request = tiny_.request("early.h5", R"({"measure": {"windows": 40}})"),
                          other = tiny_.request("late.h5", R"({"measure": {"windows": 40}})");
    bool early = false;
    for (int attempt = 0; attempt < 20 && !early; ++attempt) {
      std::filesystem::remove(request.run);
      std::stop_source stop;
      std::jthread asks([&] {
        while (!std::filesystem::exists(request.run)) std::this_thread::yield();
        stop.request_stop();
      });
      early = startTraining(request, Job(stop.get_token())) == TrainingEnd::Paused && lastOf(request).step == 0;
    }
    QVERIFY(early);
    QCOMPARE(goOn(request, Job()), TrainingEnd::Finished);
    QCOMPARE(startTraining(other, Job()), TrainingEnd::Finished);
    QCOMPARE(difference(request, other), QString());
  }

  void notFinite() {
    const TrainingRequest request = tiny_.request("nan.h5", R"({"optimizer": {"learning_rate": 1e30, "warmup": 3}})");
    QCOMPARE(startTraining(request, Job()), TrainingEnd::NotFinite);
    const TrainingLog log = readTrainingLog(request.run);
    QVERIFY(log.steps.size() >= 2 && log.steps.size() < 10);
    QVERIFY(std::isfinite(log.steps.front().loss));
    QVERIFY(!std::isfinite(log.steps.back().loss) || !std::isfinite(log.steps.back().gradientNorm));
    const auto failed = static_cast<std::int64_t>(log.steps.size());
    QCOMPARE(log.steps.back().step, failed);
    QCOMPARE(kindsOf(log), (std::vector<std::string>{"started", "not-finite", "paused"}));
    QVERIFY(log.events[1].sentence.ends_with("of step " + std::to_string(failed) + " is not finite."));
    const Checkpoint last = lastOf(request);
    QCOMPARE(last.step, failed - 1);
    for (const auto& [name, value] : last.tensors) QVERIFY2(at::isfinite(value).all().item<bool>(), name.c_str());
    QCOMPARE(resumeTraining(request.run, "cpu", 0, Job()), TrainingEnd::NotFinite);  // the same again
    QCOMPARE(readTrainingLog(request.run).steps.size(), log.steps.size());
  }

  void whatCannotGoOn() {
    const TrainingRequest request = tiny_.request("none.h5");
    QVERIFY(!errorOf([&] { resumeTraining(request.run, "cpu", 0, Job()); }).isEmpty());
    std::filesystem::copy(whole_.run, request.run);
    QCOMPARE(
        errorOf([&] { resumeTraining(request.run, "cpu", 0, Job()); }),
        QString::fromStdString(CheckpointFolder(request.run).path().string()) + " holds no checkpoint to go on from.");
  }
};

QTEST_GUILESS_MAIN(TrainingTest)
#include "tst_training.moc"
