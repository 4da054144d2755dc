#include "core/error.h"
#include "core/runs/result_file.h"
#include "tests/runs/sample_no_op.h"
#include "tests/runs/sample_probes.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cstring>

using namespace sinkscope;

/// Runs of probes and of scans for no-op heads: what is saved is what comes back, and nothing else is believed.
class TestProbeFile : public QObject {
  Q_OBJECT

 private slots:
  void probesComeBack() {
    const ProbeRun saved = sampleProbes();
    saveResult(path(), saved, R"({"place": "norm"})");
    QCOMPARE(runKind(path()), std::string("probe"));
    const auto [read, look] = openResult<ProbeRun>(path());
    QCOMPARE(look, std::string(R"({"place": "norm"})"));
    QVERIFY(read->model == saved.model);
    QCOMPARE(read->seconds, saved.seconds);
    QCOMPARE(read->lengths.size(), saved.lengths.size());
    for (std::size_t i = 0; i < saved.lengths.size(); ++i) {
      const LengthProbeResult &a = read->lengths[i], &b = saved.lengths[i];
      QVERIFY(a.model == saved.model && a.request == b.request && a.tokens == b.tokens);
      QCOMPARE(a.seconds, b.seconds);
      for (const auto curves : {&LengthProbeResult::float32, &LengthProbeResult::bfloat16}) {
        const LengthProbeCurves &c = a.*curves, &d = b.*curves;
        QVERIFY(c.layerDifference == d.layerDifference && c.layerScale == d.layerScale);
        QVERIFY(c.normDifference == d.normDifference && c.normScale == d.normScale);
      }
    }
    QCOMPARE(read->repetitions.size(), saved.repetitions.size());
    for (std::size_t i = 0; i < saved.repetitions.size(); ++i) {
      const RepetitionResult &a = read->repetitions[i], &b = saved.repetitions[i];
      QVERIFY(a.request == b.request && a.token == b.token && a.norm == b.norm && a.bosNorm == b.bosNorm);
      QCOMPARE(a.created, saved.created);
    }
  }

  void scanComesBack() {
    const NoOpResult saved = sampleNoOp();
    saveResult(path(), saved, "{}");
    QCOMPARE(runKind(path()), std::string("noop"));
    const std::shared_ptr<const NoOpResult> read = openResult<NoOpResult>(path()).result;
    QVERIFY(read->model == saved.model && read->request == saved.request);
    QCOMPARE(read->bosText, saved.bosText);
    QVERIFY(read->rest == saved.rest && read->drain == saved.drain);
    QVERIFY(read->scan.tokens == saved.scan.tokens);
    for (const auto table : {&WakeScan::byToken, &WakeScan::byClass, &WakeScan::overall}) {
      const WakeTable &a = read->scan.*table, &b = saved.scan.*table;
      QVERIFY(a.count == b.count && sameBits(a.awake, b.awake));
      QVERIFY(sameBits(a.variance, b.variance) && sameBits(a.previous, b.previous));
    }
  }

  void halfARunOfProbesIsOneSentence_data() {
    QTest::addColumn<int>("what");
    QTest::newRow("no probe") << 0;
    QTest::newRow("no lengths") << 1;
    QTest::newRow("curve") << 2;
    QTest::newRow("curve in bfloat16") << 3;
    QTest::newRow("curve that was not asked for") << 4;
    QTest::newRow("norms of the copies") << 5;
    QTest::newRow("norms of <bos>") << 6;
  }
  void halfARunOfProbesIsOneSentence() {
    QFETCH(int, what);
    ProbeRun bad = sampleProbes();
    if (what == 0) bad = ProbeRun{{bad}, {}, {}};
    if (what == 1) bad.lengths[1].tokens.clear();
    if (what == 2) bad.lengths[1].float32.normScale.clear();
    if (what == 3) bad.lengths[0].bfloat16.layerDifference.clear();
    if (what == 4) bad.lengths[1].bfloat16.layerDifference = {1.0, 2.0, 3.0};
    if (what == 5) bad.repetitions[0].norm = {};
    if (what == 6) bad.repetitions[0].bosNorm.clear();
    saveResult(path(), bad, "{}");
    refuses([this] { openResult<ProbeRun>(path()); });
  }

  void halfAScanIsOneSentence_data() {
    QTest::addColumn<int>("what");
    QTest::newRow("rest") << 0;
    QTest::newRow("drain") << 1;
    QTest::newRow("counts") << 2;
    QTest::newRow("table of classes") << 3;
    QTest::newRow("table of all") << 4;
  }
  void halfAScanIsOneSentence() {
    QFETCH(int, what);
    NoOpResult bad = sampleNoOp();
    if (what == 0) bad.rest = {};
    if (what == 1) bad.drain = {};
    if (what == 2) bad.scan.byToken.count = {};
    if (what == 3) bad.scan.byClass.previous = {};
    if (what == 4) bad.scan.overall.variance = {};
    saveResult(path(), bad, "{}");
    refuses([this] { openResult<NoOpResult>(path()); });
  }

  void otherKindsAreRefused() {
    saveResult(path(), sampleNoOp(), "{}");
    refuses([this] { openResult<ProbeRun>(path()); });
    saveResult(path(), sampleProbes(), "{}");
    refuses([this] { openResult<NoOpResult>(path()); });
  }

  /// A flipped byte is noticed or without consequence, wherever it is; nothing crashes.
  void damageIsOneSentence() {
    const auto check = [this](const auto& open) {
      QFile whole(QString::fromStdString(path()));
      QVERIFY(whole.open(QIODevice::ReadOnly));
      const QByteArray bytes = whole.readAll();
      whole.close();
      int refused = 0;
      for (qsizetype at = 0; at < bytes.size(); at += 149) {
        QByteArray damaged = bytes;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x41);
        QVERIFY(whole.open(QIODevice::WriteOnly | QIODevice::Truncate));
        whole.write(damaged);
        whole.close();
        try {
          open();
        } catch (const Error& error) {
          QVERIFY2(QString(error.what()).startsWith(QString::fromStdString(path())), error.what());
          ++refused;
        }
      }
      QVERIFY(refused > 0);
    };
    saveResult(path(), sampleProbes(), "{}");
    check([this] { openResult<ProbeRun>(path()); });
    saveResult(path(), sampleNoOp(), "{}");
    check([this] { openResult<NoOpResult>(path()); });
  }

 private:
  template <typename Open>
  void refuses(Open open) {
    try {
      open();
    } catch (const Error& error) {
      QVERIFY2(QString(error.what()).startsWith(QString::fromStdString(path())), error.what());
      return;
    }
    QFAIL("it was believed");
  }
  static bool sameBits(const Array<double, 3>& a, const Array<double, 3>& b) {
    return a.shape() == b.shape() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
  }
  std::string path() const { return folder_.filePath("run.h5").toStdString(); }

  QTemporaryDir folder_;
};

QTEST_GUILESS_MAIN(TestProbeFile)
#include "tst_probe_file.moc"
