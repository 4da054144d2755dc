#include "core/runs/training_log.h"
#include "sample_run.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <map>
#include <random>

#include <sys/syscall.h>
#include <unistd.h>

using namespace sinkscope;

namespace {

/// What a program asked of its disk, in order.
struct Operation {
  enum class Kind { Write, Resize, Sync, Acknowledged } kind;
  std::int64_t number = 0;  ///< offset, size or step
  QByteArray bytes = {};
};
std::vector<Operation> operations;
bool recording = false;

}  // namespace

// The program's own calls come here in place of the C library's.
extern "C" ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t offset) {
  if (recording)
    operations.push_back({Operation::Kind::Write, offset, {static_cast<const char*>(bytes), qsizetype(size)}});
  return ::syscall(SYS_pwrite64, descriptor, bytes, size, offset);
}
extern "C" int ftruncate(int descriptor, off_t size) noexcept {
  if (recording) operations.push_back({Operation::Kind::Resize, size});
  return static_cast<int>(::syscall(SYS_ftruncate, descriptor, size));
}
extern "C" int fsync(int) {
  if (recording) operations.push_back({Operation::Kind::Sync});
  return 0;
}

/// The power fails at any moment: of what was written since the last sync, each page of the disk has any part that came
/// first. What was acknowledged before must be there.
class PowerLossTest : public QObject {
  Q_OBJECT

  static constexpr qint64 kPage = 4096;
  static constexpr std::int64_t kSteps = 120, kSyncEvery = 2;

  QTemporaryDir folder_;
  std::mt19937 random_{17};

  static void apply(QByteArray& disk, const Operation& operation) {
    if (operation.kind == Operation::Kind::Resize) disk.resize(operation.number, '\0');
    if (operation.kind != Operation::Kind::Write) return;
    disk.resize(std::max<qsizetype>(disk.size(), operation.number + operation.bytes.size()), '\0');
    disk.replace(operation.number, operation.bytes.size(), operation.bytes);
  }
  QByteArray afterLoss(QByteArray disk, const std::vector<Operation>& unsynced);

 private slots:
  void acknowledgedRowsAreThere();
};

namespace {

TrainingStart start() {
  TrainingStart result;
  result.model = sample::model().config;
  result.model.layers = 12;
  result.model.heads = 12;
  result.model.keyHeads = 12;
  result.model.perLayer.resize(12);
  result.epsilons = {0.3};
  return result;
}

/// Two of these fill a chunk of their table, so that its index changes often.
MeasureRow measureRow(std::int64_t step) {
  MeasureRow row;
  row.step = step;
  row.alpha0 = Array<float, 2>({12, 12}, static_cast<float>(step));
  row.absorbed = Array<float, 2>({12, 12}, 0.5f);
  return row;
}

QString faultOf(const std::filesystem::path& path, std::int64_t acknowledged) {
  try {
    const TrainingLog log = readTrainingLog(path);
    const auto count = static_cast<std::size_t>(acknowledged);
    if (log.steps.size() < count || log.measures.size() < count || log.samples.size() < count)
      return QString("%1, %2, %3 rows").arg(log.steps.size()).arg(log.measures.size()).arg(log.samples.size());
    for (std::size_t i = 0; i < log.steps.size(); ++i)
      if (log.steps[i].loss != 0.5 * double(i + 1)) return QString("step %1").arg(i);
    for (std::size_t i = 0; i < log.measures.size(); ++i)
      if (log.measures[i].alpha0(11, 11) != float(i + 1)) return QString("measure %1").arg(i);
    for (std::size_t i = 0; i < log.samples.size(); ++i)
      if (log.samples[i].text != std::string(100, char('a' + (i + 1) % 26))) return QString("sample %1").arg(i);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace

QByteArray PowerLossTest::afterLoss(QByteArray disk, const std::vector<Operation>& unsynced) {
  const auto some = [&] { return random_() % (unsynced.size() + 1); };
  const bool torn = random_() % 2 == 0;  // else a page has all or nothing of it
  const std::size_t sizeUntil = some();
  std::map<qint64, std::size_t> until;  // of each page
  for (std::size_t i = 0; i < unsynced.size(); ++i) {
    const Operation& operation = unsynced[i];
    if (operation.kind == Operation::Kind::Resize && i < sizeUntil) apply(disk, operation);
    if (operation.kind != Operation::Kind::Write) continue;
    const qint64 end = operation.number + operation.bytes.size();
    for (qint64 at = operation.number; at < end; at = (at / kPage + 1) * kPage) {
      const auto [page, isNew] = until.try_emplace(at / kPage, 0);
      if (isNew) page->second = torn ? some() : (random_() % 2) * unsynced.size();
      const qint64 stop = std::min(end, (at / kPage + 1) * kPage);
      if (i < page->second)
        apply(disk, {Operation::Kind::Write, at, operation.bytes.mid(at - operation.number, stop - at)});
    }
  }
  return disk;
}

void PowerLossTest::acknowledgedRowsAreThere() {
  const std::filesystem::path path = folder_.filePath("run.h5").toStdString();
  recording = true;
  {
    auto writer = TrainingLogWriter::create(path, start());
    operations.push_back({Operation::Kind::Acknowledged});
    for (std::int64_t step = 1; step <= kSteps; ++step) {
      StepRow row;
      row.step = step;
      row.loss = 0.5 * static_cast<double>(step);
      writer.append(row);
      writer.append(measureRow(step));
      writer.append(SampleRow{step, std::string(100, static_cast<char>('a' + step % 26))});
      if (step % kSyncEvery != 0) continue;
      writer.sync();
      operations.push_back({Operation::Kind::Acknowledged, step});
    }
  }
  recording = false;
  const std::filesystem::path lost = folder_.filePath("lost.h5").toStdString();
  QByteArray disk;
  std::vector<Operation> unsynced;
  std::int64_t acknowledged = -1;
  int losses = 0;
  for (const Operation& operation : operations) {
    if (operation.kind == Operation::Kind::Sync) {
      for (const Operation& written : unsynced) apply(disk, written);
      unsynced.clear();
    } else if (operation.kind == Operation::Kind::Acknowledged) {
      acknowledged = operation.number;
    } else {
      unsynced.push_back(operation);
    }
    for (int time = 0; acknowledged >= 0 && time < (unsynced.empty() ? 1 : 3); ++time, ++losses) {
      QFile file(QString::fromStdString(lost));
      const QByteArray bytes = afterLoss(disk, unsynced);
      QVERIFY(file.open(QFile::WriteOnly) && file.write(bytes) == bytes.size());
      file.close();
      const QString fault = faultOf(lost, acknowledged);
      QVERIFY2(fault.isEmpty(), qPrintable(QString("after step %1: %2").arg(acknowledged).arg(fault)));
    }
  }
  qInfo("%d losses of power, %zu operations", losses, operations.size());
  QCOMPARE(acknowledged, kSteps);
  QVERIFY(losses > 1000);
}

QTEST_GUILESS_MAIN(PowerLossTest)
#include "tst_power_loss.moc"
