// torch comes before Qt: `slots` is a name of its own.
#include <ATen/Functions.h>

#include "core/error.h"
#include "core/runs/checkpoint_folder.h"
#include "sample_run.h"
#include "writing_child.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <random>

using namespace sinkscope;
using sample::errorOf;

/// The checkpoints of a run: which are kept, and that one can always be read.
class CheckpointFolderTest : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> folder_;

  CheckpointFolder checkpoints() const { return CheckpointFolder(folder_->filePath("run.h5").toStdString()); }
  std::vector<std::int64_t> steps() const {
    std::vector<std::int64_t> result;
    for (const auto& entry : checkpoints().list()) result.push_back(entry.step);
    return result;
  }
  QStringList files() const {
    return QDir(folder_->filePath("run.h5.checkpoints")).entryList(QDir::Files | QDir::Hidden);
  }

 private slots:
  void init() { folder_ = std::make_unique<QTemporaryDir>(); }
  void roundTrip();
  void keepsLastTwoAndBest();
  void forgetsLaterSteps();
  void everyDamageIsNoticed();
  void damagedNewestFallsBack();
  void outlivesKills();
};

namespace {

/// Follows from its step alone.
Checkpoint checkpoint(std::int64_t step, double loss = std::nan("")) {
  return {step,
          loss,
          {{"embedding", sample::tensor({40, 8}, static_cast<unsigned>(step))},
           {"moment.embedding", sample::tensor({40, 8}, static_cast<unsigned>(step) + 1)},
           {"random", at::full({5000}, step % 256, at::kByte)},
           {"position", at::full({1}, step, at::kLong)}},
          {{"recipe", "abc"}, {"tokens", std::to_string(512 * step)}}};
}

bool same(const Checkpoint& a, const Checkpoint& b) {
  if (a.step != b.step || a.metadata != b.metadata || a.tensors.size() != b.tensors.size()) return false;
  if (a.validationLoss != b.validationLoss && !(std::isnan(a.validationLoss) && std::isnan(b.validationLoss)))
    return false;
  return std::ranges::all_of(a.tensors, [&](const auto& named) {
    const auto found = b.tensors.find(named.first);
    const at::Tensor& tensor = named.second;
    return found != b.tensors.end() && found->second.scalar_type() == tensor.scalar_type() &&
           found->second.sizes() == tensor.sizes() &&
           std::memcmp(found->second.const_data_ptr(), tensor.const_data_ptr(), tensor.nbytes()) == 0;
  });
}

QByteArray bytesOf(const std::filesystem::path& path) {
  QFile file(QString::fromStdString(path));
  return file.open(QFile::ReadOnly) ? file.readAll() : QByteArray();
}

void put(const std::filesystem::path& path, const QByteArray& bytes) {
  QFile file(QString::fromStdString(path));
  if (!file.open(QFile::WriteOnly) || file.write(bytes) != bytes.size()) qFatal("cannot write");
}

}  // namespace

void CheckpointFolderTest::roundTrip() {
  QVERIFY(!checkpoints().last() && checkpoints().list().empty());
  checkpoints().keep(checkpoint(7, 0.1));
  QCOMPARE(files(), QStringList("step-000007.safetensors"));
  QVERIFY(same(*checkpoints().last(), checkpoint(7, 0.1)));
  checkpoints().keep(checkpoint(12345678));
  QVERIFY(same(*checkpoints().last(), checkpoint(12345678)));
  QVERIFY(files().contains("step-12345678.safetensors"));
}

void CheckpointFolderTest::keepsLastTwoAndBest() {
  using Steps = std::vector<std::int64_t>;
  const double nan = std::nan("");
  const auto after = [&](std::int64_t step, double loss) {
    checkpoints().keep(checkpoint(step, loss));
    return steps();
  };
  QCOMPARE(after(1, nan), (Steps{1}));
  QCOMPARE(after(2, 5.0), (Steps{1, 2}));
  QCOMPARE(after(3, HUGE_VAL), (Steps{2, 3}));
  QCOMPARE(after(4, 4.0), (Steps{3, 4}));
  QCOMPARE(after(5, 4.5), (Steps{4, 5}));
  QCOMPARE(after(6, nan), (Steps{4, 5, 6}));
  QCOMPARE(after(7, 4.25), (Steps{4, 6, 7}));
  QCOMPARE(after(1000000, -HUGE_VAL), (Steps{4, 7, 1000000}));
  QCOMPARE(after(1000001, 3.0), (Steps{1000000, 1000001}));
  QCOMPARE(checkpoints().list().back().validationLoss, 3.0);
}

void CheckpointFolderTest::forgetsLaterSteps() {
  for (const std::int64_t step : {10, 20, 30}) checkpoints().keep(checkpoint(step, static_cast<double>(step)));
  checkpoints().keep(checkpoint(25, 25.0));
  QCOMPARE(steps(), (std::vector<std::int64_t>{10, 20, 25}));
}

void CheckpointFolderTest::everyDamageIsNoticed() {
  checkpoints().keep(checkpoint(1, 2.0));
  const CheckpointFolder::Entry entry = checkpoints().list().front();
  const QByteArray good = bytesOf(entry.path);
  std::mt19937 random(5);
  int tried = 0;
  for (qsizetype at = 0; at < good.size(); at += 1 + qsizetype(random() % 20), ++tried) {
    QByteArray bytes = good;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 + random() % 255));
    put(entry.path, bytes);
    const auto read = checkpoints().last();
    QVERIFY2(!read || same(*read, checkpoint(1, 2.0)), QByteArray::number(at).constData());
  }
  QVERIFY(tried > 400);
  for (qsizetype size = 0; size < good.size(); size += 97) {
    put(entry.path, good.left(size));
    QVERIFY2(!checkpoints().last(), QByteArray::number(size).constData());
  }
}

void CheckpointFolderTest::damagedNewestFallsBack() {
  for (const std::int64_t step : {10, 20, 30}) checkpoints().keep(checkpoint(step, static_cast<double>(step)));
  const auto entries = checkpoints().list();
  QByteArray bytes = bytesOf(entries.back().path);
  bytes[bytes.size() - 5] = static_cast<char>(bytes[bytes.size() - 5] ^ 1);
  put(entries.back().path, bytes);
  QVERIFY(
      errorOf([&] { checkpoints().read(entries.back()); }).endsWith("is damaged: it does not hold what was written."));
  QVERIFY(same(*checkpoints().last(), checkpoint(20, 20.0)));
  put(entries.back().path, bytes.left(1000));
  QVERIFY(same(*checkpoints().last(), checkpoint(20, 20.0)));
  put(entries[1].path, "");
  QVERIFY(same(*checkpoints().last(), checkpoint(10, 10.0)));
  put(entries[0].path, "");
  QVERIFY(!checkpoints().last());
  checkpoints().keep(checkpoint(31));
  QVERIFY(same(*checkpoints().last(), checkpoint(31)));
}

/// Killed at any moment while one is written or another removed, again and again.
void CheckpointFolderTest::outlivesKills() {
  std::mt19937 random(11);
  std::int64_t told = 0;
  int progress = 0;
  for (int kills = 0; kills < 50; ++kills) {
    WritingChild child([&](const WritingChild::Tell& tell) {
      for (std::int64_t step = told + 1;; ++step) {
        checkpoints().keep(checkpoint(step, std::abs(50.0 - static_cast<double>(step))));
        tell(step);
      }
    });
    const std::int64_t seen = child.killAfter(std::chrono::microseconds(random() % 60'000));
    if (seen > told) ++progress;
    told = std::max(told, seen);
    const auto last = checkpoints().last();
    if (told == 0 && !last) continue;
    QVERIFY2(last && last->step >= told, QByteArray::number(kills).constData());
    QVERIFY(same(*last, checkpoint(last->step, std::abs(50.0 - static_cast<double>(last->step)))));
    told = last->step;
  }
  qInfo("%lld checkpoints", static_cast<long long>(told));
  QVERIFY(progress > 20);
  checkpoints().keep(checkpoint(told + 1));
  QVERIFY2(files().size() <= 3, qPrintable(files().join(' ')));  // what was half-written is gone
}

QTEST_GUILESS_MAIN(CheckpointFolderTest)
#include "tst_checkpoint_folder.moc"
