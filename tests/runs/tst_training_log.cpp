#include "core/runs/training_log.h"

#include "core/error.h"
#include "core/runs/result_file.h"
#include "core/runs/run_file.h"
#include "sample_run.h"
#include "writing_child.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <cstring>

#include <hdf5.h>
#include <signal.h>
#include <sys/resource.h>

using namespace sinkscope;
using sample::errorOf;

/// What a training leaves on disk, while it runs and however it ends.
class TrainingLogTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  std::filesystem::path path_;

 private slots:
  void init() {
    path_ = folder_.filePath("run.h5").toStdString();
    QFile::remove(QString::fromStdString(path_));
  }
  void cleanup() { QCOMPARE(H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_ALL), 0); }
  void roundTrip();
  void rowsThatDoNotFit();
  void sizes();
  void reopenCuts();
  void oneWriter();
  void ends_data();
  void ends();
  void followsAnotherProcess();
  void readsBesideItsOwnWriter();
  void fullDisk();
  void otherRunsAreRefused();
  void outlivesKills();
  void damageAfterAKill();
};

namespace {

constexpr std::size_t kLayers = 3, kHeads = 4;  // of sample::model()

TrainingStart start() {
  const ModelIdentity model = sample::model();
  return {"tiny", R"({"lr": 0.001})",   model.config, model.parameterCount, {0.2, 0.3}, "cpu", 2,
          "2026", "sinkscope 0.0.test", "2.13.0"};
}

/// The rows of a step follow from its number, odd values among them.
StepRow stepRow(std::int64_t step) {
  const double loss = step % 7 == 0 ? std::nan("") : step % 11 == 0 ? HUGE_VAL : 10.0 / static_cast<double>(step + 1);
  return {step, 512 * step, 0.25 * static_cast<double>(step), loss, 1e-3, -0.0, 2048.5};
}

MeasureRow measureRow(std::int64_t step) {
  const auto seed = static_cast<unsigned>(step);
  MeasureRow row;
  row.step = step;
  row.tokens = 512 * step;
  row.seconds = 1.5;
  row.validationLoss = 3.25;
  row.sinkRate = {0.5, std::nan("")};
  row.sinkRateWithoutBos = {0.25, 0.125};
  row.alpha0 = sample::array<2>({kLayers, kHeads}, seed);
  row.alpha1 = sample::array<2>({kLayers, kHeads}, seed + 1);
  row.valueDrain = sample::array<2>({kLayers, kHeads}, seed + 2);
  row.residualNorm0 = sample::numbers(kLayers + 1, seed + 3);
  row.spread = sample::numbers(kLayers + 1, seed + 4);
  return row;
}

SampleRow sampleRow(std::int64_t step) {
  std::string text = std::to_string(step);
  text.append("\xff\0 end", 6);
  return {step, text};
}

EventRow eventRow(std::int64_t step, const std::string& kind) {
  return {step, kind, kind + " at " + std::to_string(step) + ".", 1.75e9 + 0.5 * static_cast<double>(step)};
}

template <typename T>
bool sameBytes(const T* a, const T* b, std::size_t count) {
  return count == 0 || std::memcmp(a, b, count * sizeof(T)) == 0;
}
template <typename T>
bool sameBytes(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && sameBytes(a.data(), b.data(), a.size());
}
/// An empty array reads as NaN.
bool sameBytes(const Array<float, 2>& written, const Array<float, 2>& read) {
  if (written.empty())
    return read.size() == kLayers * kHeads && std::ranges::all_of(read.values(), [](float x) { return std::isnan(x); });
  return written.shape() == read.shape() && sameBytes(written.data(), read.data(), written.size());
}

bool same(const StepRow& a, const StepRow& b) {
  return sameBytes(&a, &b, 1);  // eight bytes a field
}
bool same(const MeasureRow& a, const MeasureRow& b) {
  return a.step == b.step && a.tokens == b.tokens && a.seconds == b.seconds && a.validationLoss == b.validationLoss &&
         std::isnan(a.validationLossWithoutBos) && std::isnan(b.validationLossWithoutBos) &&
         sameBytes(a.sinkRate, b.sinkRate) && sameBytes(a.sinkRateWithoutBos, b.sinkRateWithoutBos) &&
         sameBytes(a.alpha0, b.alpha0) && sameBytes(a.alpha1, b.alpha1) && sameBytes(a.valueDrain, b.valueDrain) &&
         sameBytes(a.absorbed, b.absorbed) && sameBytes(a.alpha0WithoutBos, b.alpha0WithoutBos) &&
         sameBytes(a.residualNorm0, b.residualNorm0) && sameBytes(a.spread, b.spread);
}
bool same(const SampleRow& a, const SampleRow& b) {
  return a.step == b.step && a.text == b.text;
}
bool same(const EventRow& a, const EventRow& b) {
  return a.step == b.step && a.kind == b.kind && a.sentence == b.sentence && a.time == b.time;
}

constexpr std::int64_t kMeasureEvery = 5, kSampleEvery = 8, kEventEvery = 12;

/// Everything that belongs to a step.
void appendStep(TrainingLogWriter& writer, std::int64_t step) {
  writer.append(stepRow(step));
  if (step % kMeasureEvery == 0) writer.append(measureRow(step));
  if (step % kSampleEvery == 0) writer.append(sampleRow(step));
  if (step % kEventEvery == 0) writer.append(eventRow(step, "resumed"));
}

/// What is wrong with a run whose steps 1, 2, ... were written by `appendStep` and synced up to `last`; empty when
/// nothing is. Later rows may be there.
QString faultOf(const TrainingLog& log, std::int64_t last) {
  const auto check = [&](const auto& rows, std::int64_t every, const auto& expected, const char* name) -> QString {
    if (static_cast<std::int64_t>(rows.size()) < last / every)
      return QString("%1 %2 of %3 rows").arg(name).arg(rows.size()).arg(last / every);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!same(expected(static_cast<std::int64_t>(i + 1) * every), rows[i]))
        return QString("%1 row %2").arg(name).arg(i);
    }
    return {};
  };
  const QString faults =
      check(log.steps, 1, stepRow, "steps") + check(log.measures, kMeasureEvery, measureRow, "measures") +
      check(log.samples, kSampleEvery, sampleRow, "samples") +
      check(
          log.events, kEventEvery, [](std::int64_t step) { return eventRow(step, "resumed"); }, "events");
  return faults;
}

}  // namespace

void TrainingLogTest::roundTrip() {
  auto writer = TrainingLogWriter::create(path_, start());
  for (std::int64_t step = 1; step <= 30; ++step) appendStep(writer, step);
  QCOMPARE(readTrainingLog(path_).steps.size(), std::size_t{0});  // until it is synced
  writer.sync();
  const TrainingLog log = readTrainingLog(path_);
  QCOMPARE(faultOf(log, 30), QString());
  QCOMPARE(log.steps.size(), std::size_t{30});
  QCOMPARE(log.events.size(), std::size_t{2});
  const TrainingStart expected = start();
  QCOMPARE(log.start.name, expected.name);
  QCOMPARE(log.start.recipe, expected.recipe);
  QVERIFY(log.start.model == expected.model);
  QCOMPARE(log.start.parameterCount, expected.parameterCount);
  QVERIFY(log.start.epsilons == expected.epsilons);
  QCOMPARE(log.start.device, expected.device);
  QCOMPARE(log.start.threads, expected.threads);
  QCOMPARE(log.start.created + log.start.program + log.start.torch,
           expected.created + expected.program + expected.torch);
}

void TrainingLogTest::rowsThatDoNotFit() {
  auto writer = TrainingLogWriter::create(path_, start());
  const auto adding = [&](const auto& row) { return errorOf([&] { writer.append(row); }); };
  MeasureRow row = measureRow(1);
  row.sinkRate = {1.0};
  QVERIFY(adding(row).endsWith("run.h5: cannot add a row: its sink_rate has 1 values, expected 2."));
  row = measureRow(1);
  row.alpha1 = Array<float, 2>({kHeads, kLayers});
  QVERIFY(adding(row).endsWith("its alpha_1 has the shape 4 x 3, expected 3 x 4."));
  QVERIFY(adding(StepRow{-1}).endsWith("its step is -1, expected 0 or more."));
  QVERIFY(adding(eventRow(1, "a kind of a long name")).endsWith("expected at most 16 bytes."));
  writer.append(stepRow(1));
  writer.sync();
  const TrainingLog log = readTrainingLog(path_);
  QCOMPARE(log.steps.size(), std::size_t{1});
  QVERIFY(log.measures.empty() && log.events.empty());
  TrainingStart none = start();
  none.epsilons.clear();
  const std::filesystem::path other = folder_.filePath("other.h5").toStdString();
  QVERIFY(errorOf([&] { TrainingLogWriter::create(other, none); }).contains("0 thresholds, expected at least one"));
}

/// A short run is a small file; a long one is written and read in no time.
void TrainingLogTest::sizes() {
  {
    auto writer = TrainingLogWriter::create(path_, start());
    for (std::int64_t step = 1; step <= 100; ++step) {
      appendStep(writer, step);
      writer.sync();
    }
  }
  const auto small = std::filesystem::file_size(path_);
  qInfo("100 steps: %zu bytes", static_cast<std::size_t>(small));
  QVERIFY2(small < 100'000, QByteArray::number(qulonglong(small)).constData());
  auto writer = TrainingLogWriter::create(path_, start());
  for (std::int64_t step = 1; step <= 100'000; ++step) {
    writer.append(stepRow(step));
    if (step % 1000 == 0) writer.sync();
  }
  const TrainingLog log = readTrainingLog(path_);
  QCOMPARE(log.steps.size(), std::size_t{100'000});
  QVERIFY(same(log.steps.back(), stepRow(100'000)));
  QVERIFY(std::filesystem::file_size(path_) < 6'500'000);
}

void TrainingLogTest::reopenCuts() {
  {
    auto writer = TrainingLogWriter::create(path_, start());
    for (std::int64_t step = 1; step <= 40; ++step) appendStep(writer, step);
  }
  TrainingLogReader reader(path_);
  QCOMPARE(reader.log().steps.size(), std::size_t{40});
  {
    auto writer = TrainingLogWriter::reopen(path_, 25);
    QVERIFY(reader.refresh());
    const TrainingLog& log = reader.log();
    QCOMPARE(log.steps.size(), std::size_t{25});
    QCOMPARE(log.measures.size(), std::size_t{5});
    QCOMPARE(log.samples.size(), std::size_t{3});
    QCOMPARE(log.events.size(), std::size_t{2});
    for (std::int64_t step = 26; step <= 60; ++step) appendStep(writer, step);
    writer.sync();
    QVERIFY(reader.refresh());
    QCOMPARE(faultOf(reader.log(), 60), QString());
    QVERIFY(!reader.refresh());
  }
  QCOMPARE(faultOf(readTrainingLog(path_), 60), QString());
  QCOMPARE(readTrainingLog(path_).start.recipe, start().recipe);
}

void TrainingLogTest::oneWriter() {
  auto writer = TrainingLogWriter::create(path_, start());
  for (const QString& error : {errorOf([&] { TrainingLogWriter::create(path_, start()); }),
                               errorOf([&] { TrainingLogWriter::reopen(path_, 5); })}) {
    QVERIFY2(error.endsWith("run.h5: is being written by a training that still runs."), qPrintable(error));
  }
}

void TrainingLogTest::ends_data() {
  QTest::addColumn<QString>("kind");
  QTest::addColumn<int>("open");
  QTest::addColumn<int>("closed");
  const auto add = [](const char* kind, TrainingState open, TrainingState closed) {
    QTest::newRow(kind) << QString(kind) << int(open) << int(closed);
  };
  using enum TrainingState;
  add("started", Running, Interrupted);
  add("resumed", Running, Interrupted);
  add("not-finite", Running, Interrupted);
  add("paused", Paused, Paused);
  add("stopped", Stopped, Stopped);
  add("finished", Finished, Finished);
}

void TrainingLogTest::ends() {
  QFETCH(QString, kind);
  auto writer = std::make_unique<TrainingLogWriter>(TrainingLogWriter::create(path_, start()));
  writer->append(eventRow(3, kind.toStdString()));
  writer->sync();
  TrainingLogReader reader(path_);
  QTEST(int(reader.log().state), "open");
  writer.reset();
  reader.refresh();
  QTEST(int(reader.log().state), "closed");
  // What is closed opens as any HDF5 file does, also beside a reader from before.
  const hid_t file = H5Fopen(path_.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  QVERIFY(file >= 0);
  H5Fclose(file);
}

void TrainingLogTest::followsAnotherProcess() {
  constexpr std::int64_t last = 400;
  WritingChild child([&](const WritingChild::Tell& tell) {
    auto writer = TrainingLogWriter::create(path_, start());
    for (std::int64_t step = 1; step <= last; ++step) {
      appendStep(writer, step);
      if (step % 3 == 0 || step == last) {
        writer.sync();
        tell(step);
      }
    }
    pause();
  });
  std::int64_t told = child.next();
  TrainingLogReader reader(path_);
  std::size_t growths = 0;
  while (told < last) {
    growths += reader.refresh() ? 1 : 0;
    QCOMPARE(faultOf(reader.log(), told), QString());
    QCOMPARE(reader.log().state, TrainingState::Running);
    QCOMPARE(runKind(path_), "train");
    QVERIFY(!listRun(path_).empty());
    told = child.next();
  }
  reader.refresh();
  QCOMPARE(reader.log().steps.size(), std::size_t{last});
  QVERIFY2(growths > 2, QByteArray::number(qulonglong(growths)).constData());
  QVERIFY(errorOf([&] { TrainingLogWriter::reopen(path_, 5); }).contains("is being written"));
  child.kill();
  QVERIFY(reader.refresh());
  QCOMPARE(reader.log().state, TrainingState::Interrupted);
  QCOMPARE(faultOf(readTrainingLog(path_), last), QString());
}

void TrainingLogTest::readsBesideItsOwnWriter() {
  auto writer = TrainingLogWriter::create(path_, start());
  TrainingLogReader reader(path_);
  for (std::int64_t step = 1; step <= 300; ++step) {
    appendStep(writer, step);
    writer.sync();
    QVERIFY(reader.refresh());
    QCOMPARE(reader.log().steps.size(), static_cast<std::size_t>(step));
  }
  QFile::remove(QString::fromStdString(path_));  // whoever has it open goes on
  appendStep(writer, 301);
  writer.sync();
  QVERIFY(reader.refresh());
  QCOMPARE(reader.log().steps.size(), std::size_t{301});
  QCOMPARE(faultOf(reader.log(), 301), QString());
}

/// Whatever was synced before is there, and the run goes on once there is room.
void TrainingLogTest::fullDisk() {
  auto writer = std::make_unique<TrainingLogWriter>(TrainingLogWriter::create(path_, start()));
  std::int64_t synced = 0;
  QString error;
  {
    signal(SIGXFSZ, SIG_IGN);
    rlimit old{};
    getrlimit(RLIMIT_FSIZE, &old);
    const rlimit small{60'000, old.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    error = errorOf([&] {
      for (std::int64_t step = 1; step <= 5000; ++step) {
        appendStep(*writer, step);
        writer->sync();
        synced = step;
      }
    });
    QVERIFY(!errorOf([&] { writer->sync(); }).isEmpty());  // from then on
    writer.reset();
    setrlimit(RLIMIT_FSIZE, &old);
  }
  QVERIFY2(error.contains("run.h5: cannot write the run file: File too large."), qPrintable(error));
  QVERIFY(synced > 10);
  QCOMPARE(faultOf(readTrainingLog(path_), synced), QString());
  auto again = TrainingLogWriter::reopen(path_, synced);
  appendStep(again, synced + 1);
  again.sync();
  QCOMPARE(faultOf(readTrainingLog(path_), synced + 1), QString());
}

void TrainingLogTest::otherRunsAreRefused() {
  saveRun(path_, sample::exploration(), sample::view(), false);
  QVERIFY(errorOf([&] { readTrainingLog(path_); }).endsWith("/kind is \"explore\", expected \"train\"."));
  QVERIFY(!errorOf([&] { readTrainingLog(folder_.filePath("none.h5").toStdString()); }).isEmpty());
  TrainingLogWriter::create(path_, start());
  QVERIFY(!errorOf([&] { RunFile::open(path_); }).isEmpty());
}

/// Killed at any moment, again and again: what was acknowledged is there, and the run goes on from it.
void TrainingLogTest::outlivesKills() {
  std::mt19937 random(11);
  std::int64_t told = 0, largest = 0;
  int begun = 0, resumed = 0;
  for (int kills = 0; kills < 200; ++kills) {
    if (kills % 10 == 0) {
      QFile::remove(QString::fromStdString(path_));
      told = 0;
    }
    WritingChild child([&](const WritingChild::Tell& tell) {
      auto writer = told > 0 ? TrainingLogWriter::reopen(path_, told) : TrainingLogWriter::create(path_, start());
      for (std::int64_t step = told + 1;; ++step) {
        appendStep(writer, step);
        if (step % 3 != 0) continue;
        writer.sync();
        tell(step);
      }
    });
    const std::int64_t seen = child.killAfter(std::chrono::microseconds(random() % 120'000));
    if (seen > told) ++(told > 0 ? resumed : begun);
    told = std::max(told, seen);
    largest = std::max(largest, told);
    if (told == 0 && !std::filesystem::exists(path_)) continue;
    const TrainingLog log = readTrainingLog(path_);
    const QByteArray where = QByteArray::number(kills);
    QVERIFY2(faultOf(log, told).isEmpty(), where + ": " + faultOf(log, told).toUtf8());
    QVERIFY2(log.state == TrainingState::Interrupted, where);
    QVERIFY2(!listRun(path_).empty(), where);
    QVERIFY2(log.start.model == start().model, where);
  }
  qInfo("%d runs begun, %d resumed, %lld steps in the longest", begun, resumed, static_cast<long long>(largest));
  QVERIFY(begun > 5 && resumed > 50);
}

/// A file whose writer was killed has no other guard: a damaged one must neither crash nor hold anyone up.
void TrainingLogTest::damageAfterAKill() {
  WritingChild child([&](const WritingChild::Tell& tell) {
    auto writer = TrainingLogWriter::create(path_, start());
    for (std::int64_t step = 1; step <= 200; ++step) appendStep(writer, step);
    writer.sync();
    tell(1);
    pause();
  });
  QCOMPARE(child.next(), 1);
  child.kill();
  QFile file(QString::fromStdString(path_));
  QVERIFY(file.open(QFile::ReadOnly));
  const QByteArray good = file.readAll();
  const std::filesystem::path damaged = folder_.filePath("damaged.h5").toStdString();
  const auto reading = [&](const QByteArray& bytes) {
    QFile out(QString::fromStdString(damaged));
    if (!out.open(QFile::WriteOnly) || out.write(bytes) != bytes.size()) qFatal("cannot write");
    out.close();
    return errorOf([&] { readTrainingLog(damaged); });
  };
  QCOMPARE(reading(good), QString());
  std::mt19937 random(7);
  int noticed = 0;
  for (qsizetype at = 0; at < 12'000; at += 1 + qsizetype(random() % 120)) {  // headers stand first
    QByteArray bytes = good;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 + random() % 255));
    const QString error = reading(bytes);
    QVERIFY2(error.isEmpty() || error.startsWith(QString::fromStdString(damaged)), qPrintable(error));
    noticed += error.isEmpty() ? 0 : 1;
  }
  QVERIFY2(noticed > 50, QByteArray::number(noticed).constData());
  for (qsizetype size = 0; size < 8'000; size += 499) QVERIFY(!reading(good.left(size)).isEmpty());
  for (qsizetype size = 8'000; size < good.size(); size += 1999) reading(good.left(size));
}

QTEST_GUILESS_MAIN(TrainingLogTest)
#include "tst_training_log.moc"
