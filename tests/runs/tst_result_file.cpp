#include "core/error.h"
#include "core/runs/result_file.h"
#include "core/runs/run_file.h"
#include "tests/compare.h"
#include "tests/runs/sample_collapse.h"
#include "tests/runs/sample_influence.h"
#include "tests/runs/sample_perturbation.h"
#include "tests/runs/sample_sweep.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <cstring>

using namespace sinkscope;

/// Runs of other kinds than an exploration: what is saved is what comes back, and nothing else is believed.
class TestResultFile : public QObject {
  Q_OBJECT

 private slots:
  void perturbationComesBack() {
    const PerturbResult saved = samplePerturbation();
    const std::string path = file("run.h5");
    saveResult(path, saved, R"({"norm": "l2"})");
    QCOMPARE(runKind(path), std::string("perturb"));
    const auto [read, look] = openResult<PerturbResult>(path);
    QCOMPARE(look, std::string(R"({"norm": "l2"})"));
    QCOMPARE(read->created, saved.created);
    QCOMPARE(read->seconds, saved.seconds);
    QVERIFY(read->model == saved.model);
    QVERIFY(read->request == saved.request);
    QCOMPARE(read->maps.size(), saved.maps.size());
    for (std::size_t i = 0; i < saved.maps.size(); ++i) {
      const PerturbMap &a = read->maps[i], &b = saved.maps[i];
      QCOMPARE(a.condition, b.condition);
      QVERIFY(a.before == b.before && a.after == b.after && a.alignment == b.alignment);
      QVERIFY(sameBits(a.l2, b.l2) && sameBits(a.infinity, b.infinity) && sameBits(a.cosine, b.cosine));
      QVERIFY(sameBits(a.norm, b.norm) && a.alpha0 == b.alpha0 && a.otherAlpha0 == b.otherAlpha0);
      QVERIFY(a.attention == b.attention);
      QCOMPARE(std::memcmp(a.divergence.data(), b.divergence.data(), 4 * sizeof(float)), 0);
      QVERIFY(a.next == b.next && a.otherNext == b.otherNext);
    }
  }

  void sweepComesBack() {
    const SweepResult saved = sampleSweep();
    const std::string path = file("sweep.h5");
    saveResult(path, saved, R"({"norm": "l2"})");
    QCOMPARE(runKind(path), std::string("sweep"));
    const auto [read, look] = openResult<SweepResult>(path);
    QCOMPARE(look, std::string(R"({"norm": "l2"})"));
    QVERIFY(read->request == saved.request);
    QVERIFY(read->model == saved.model && read->drawn == saved.drawn);
    QCOMPARE(read->bosText, saved.bosText);
    QCOMPARE(read->positionsDone(), std::size_t{2});
    QVERIFY(read->partial());
    QCOMPARE(read->maps.size(), saved.maps.size());
    for (std::size_t i = 0; i < saved.maps.size(); ++i) {
      const SweepMap &a = read->maps[i], &b = saved.maps[i];
      QCOMPARE(a.condition, b.condition);
      QVERIFY(a.tokens == b.tokens && a.count == b.count && a.norm == b.norm);
      QVERIFY(sameBits(a.l2, b.l2) && sameBits(a.infinity, b.infinity) && sameBits(a.cosine, b.cosine));
    }
  }

  /// Of a sweep that was stopped early nearly everything is NaN, which takes next to no room.
  void aSweepHardlyBegunComesBack() {
    SweepResult saved = sampleSweep();
    saved.drawn = Array<std::int64_t, 2>({200, 2}, 7);
    for (SweepMap& map : saved.maps) {
      map.tokens.resize(200 + (map.condition == Condition::Bos ? 1 : 0), map.tokens.back());
      map.count.assign(200, 0);
      map.norm = Array<float, 2>({4, map.tokens.size()}, 1.0f);
      map.l2 = Array<float, 3>({4, 200, map.tokens.size()}, std::nanf(""));
      map.infinity = map.cosine = map.l2;
    }
    const std::string path = file("begun.h5");
    saveResult(path, saved, "{}");
    QCOMPARE(openResult<SweepResult>(path).result->positionsDone(), std::size_t{0});
  }

  void halfASweepIsOneSentence_data() {
    QTest::addColumn<int>("what");
    QTest::newRow("no condition") << 0;
    QTest::newRow("measure") << 1;
    QTest::newRow("swaps") << 2;
    QTest::newRow("too many swaps") << 3;
    QTest::newRow("tokens") << 4;
  }
  void halfASweepIsOneSentence() {
    QFETCH(int, what);
    SweepResult bad = sampleSweep();
    if (what == 0) bad.maps.clear();
    if (what == 1) bad.maps[1].cosine = {};
    if (what == 2) bad.maps[1].count.clear();
    if (what == 3) bad.maps[1].count[0] = 3;
    if (what == 4) {
      SweepMap& map = bad.maps[1];
      map.tokens.resize(2);
      map.norm = Array<float, 2>({4, 2}, 1.0f);
      map.l2 = map.infinity = map.cosine = Array<float, 3>({4, 3, 2}, 1.0f);
    }
    const std::string path = file("bad-sweep.h5");
    saveResult(path, bad, "{}");
    try {
      openResult<SweepResult>(path);
      QFAIL("it was believed");
    } catch (const Error& error) {
      QVERIFY2(QString(error.what()).startsWith(QString::fromStdString(path)), error.what());
    }
  }

  void collapseComesBack() {
    const CollapseRun saved = sampleCollapse();
    const std::string path = file("collapse.h5");
    saveResult(path, saved, R"({"bos": true})");
    QCOMPARE(runKind(path), std::string("collapse"));
    const auto [read, look] = openResult<CollapseRun>(path);
    QCOMPARE(look, std::string(R"({"bos": true})"));
    QCOMPARE(read->created, saved.created);
    QCOMPARE(read->results.size(), std::size_t{2});
    for (std::size_t i = 0; i < 2; ++i) {
      const CollapseResult &a = read->results[i], &b = saved.results[i];
      QVERIFY(a.model == saved.model && a.request == b.request && a.tokens == b.tokens);
      QCOMPARE(a.bosText, b.bosText);
      QCOMPARE(a.seconds, b.seconds);
      for (const auto curves : {&CollapseResult::all, &CollapseResult::withoutFirst}) {
        const RankCurves &c = a.*curves, &d = b.*curves;
        QVERIFY(c.residual == d.residual && c.relativeResidual == d.relativeResidual);
        QVERIFY(c.dongResidual == d.dongResidual && c.effectiveRank == d.effectiveRank);
        QVERIFY(c.matrixEntropy == d.matrixEntropy && c.meanCosine == d.meanCosine);
      }
      QVERIFY(a.lastDistance == b.lastDistance && a.lastDistanceMax == b.lastDistanceMax);
      QVERIFY(a.firstNorm == b.firstNorm && a.rowEntropy == b.rowEntropy && a.drain == b.drain);
      QVERIFY(a.shares.shares == b.shares.shares && a.shares.windows == b.shares.windows);
      QVERIFY(std::isnan(a.firstNormRatio[0]));
      QCOMPARE(a.firstNormRatio[1], b.firstNormRatio[1]);
    }
  }

  void halfACollapseIsOneSentence_data() {
    QTest::addColumn<int>("what");
    QTest::newRow("no condition") << 0;
    QTest::newRow("curve") << 1;
    QTest::newRow("curve of the rest") << 2;
    QTest::newRow("heads") << 3;
    QTest::newRow("windows") << 4;
  }
  void halfACollapseIsOneSentence() {
    QFETCH(int, what);
    CollapseRun bad = sampleCollapse();
    if (what == 0) bad.results.clear();
    if (what == 1) bad.results[1].lastDistance.clear();
    if (what == 2) bad.results[1].withoutFirst.meanCosine.clear();
    if (what == 3) bad.results[1].drain = {};
    if (what == 4) bad.results[1].shares.windows.clear();
    const std::string path = file("bad-collapse.h5");
    saveResult(path, bad, "{}");
    try {
      openResult<CollapseRun>(path);
      QFAIL("it was believed");
    } catch (const Error& error) {
      QVERIFY2(QString(error.what()).startsWith(QString::fromStdString(path)), error.what());
    }
  }

  void influencesComeBack() {
    const InfluenceRun saved = sampleInfluence();
    const std::string path = file("influence.h5");
    saveResult(path, saved, R"({"start": 1})");
    QCOMPARE(runKind(path), std::string("influence"));
    const auto [read, look] = openResult<InfluenceRun>(path);
    QCOMPARE(look, std::string(R"({"start": 1})"));
    QCOMPARE(read->created, saved.created);
    QCOMPARE(read->seconds, saved.seconds);
    QCOMPARE(read->results.size(), std::size_t{2});
    for (std::size_t i = 0; i < 2; ++i) {
      const InfluenceResult &a = read->results[i], &b = saved.results[i];
      QVERIFY(a.model == saved.model && a.request == b.request && a.tokens == b.tokens);
      QCOMPARE(a.bosText, b.bosText);
      QCOMPARE(a.seconds, b.seconds);
      QVERIFY(a.from == b.from && a.to == b.to && a.query == b.query);
      QVERIFY(a.bound == b.bound && a.rollout == b.rollout && a.withoutSink == b.withoutSink);
      QVERIFY(a.sinkLogRatio == b.sinkLogRatio && a.measured == b.measured && a.standardError == b.standardError);
      QVERIFY(a.all.bound == b.all.bound && a.all.rollout == b.all.rollout);
      QVERIFY(a.all.measured == b.all.measured && a.all.standardError == b.all.standardError);
      QCOMPARE(a.boundCorrelation, b.boundCorrelation);
      QCOMPARE(std::isnan(a.rolloutCorrelation), i == 1);
      QCOMPARE(a.products, b.products);
      QCOMPARE(a.productsPerSecond, b.productsPerSecond);
    }
  }

  /// What was measured exactly, on one token, up to the default layer, has neither errors nor a matrix.
  void anExactRowComesBack() {
    InfluenceRun saved = sampleInfluence();
    for (InfluenceResult& result : saved.results) {
      result.request.probes = 0;
      result.request.allQueries = false;
      result.request.query = result.request.to = std::nullopt;
      result.standardError = {};
      result.all = {};
    }
    const std::string path = file("exact.h5");
    saveResult(path, saved, "{}");
    const auto read = openResult<InfluenceRun>(path).result;
    QVERIFY(read->results[1].request == saved.results[1].request);
    QVERIFY(read->results[1].standardError.empty() && read->results[1].all.measured.empty());
    QVERIFY(read->results[1].measured == saved.results[1].measured);
  }

  void halfAnInfluenceIsOneSentence_data() {
    QTest::addColumn<int>("what");
    QTest::newRow("no condition") << 0;
    QTest::newRow("measured") << 1;
    QTest::newRow("standard error") << 2;
    QTest::newRow("full matrix") << 3;
    QTest::newRow("ratio") << 4;
    QTest::newRow("token") << 5;
    QTest::newRow("layer") << 6;
    QTest::newRow("layers") << 7;
  }
  void halfAnInfluenceIsOneSentence() {
    QFETCH(int, what);
    InfluenceRun bad = sampleInfluence();
    InfluenceResult& result = bad.results[1];
    if (what == 0) bad.results.clear();
    if (what == 1) result.measured = {};
    if (what == 2) result.standardError = {};
    if (what == 3) result.all.bound = {};
    if (what == 4) result.sinkLogRatio.clear();
    if (what == 5) result.query = 2;
    if (what == 6) result.from += 5, result.to += 5;
    if (what == 7) bad.model.config.layers = 2, bad.model.config.perLayer.resize(2);
    const std::string path = file("bad-influence.h5");
    saveResult(path, bad, "{}");
    try {
      openResult<InfluenceRun>(path);
      QFAIL("it was believed");
    } catch (const Error& error) {
      QVERIFY2(QString(error.what()).startsWith(QString::fromStdString(path)), error.what());
    }
  }

  void kindsAreNotMixedUp() {
    const std::string path = file("run.h5");
    saveResult(path, samplePerturbation(), "{}");
    try {
      RunFile::open(path);
      QFAIL("a perturbation was read as an exploration");
    } catch (const Error& error) {
      QVERIFY2(QString(error.what()).contains("\"perturb\", expected \"explore\""), error.what());
    }
  }

  /// Inconsistent values are refused when the file is read.
  void inconsistencyIsOneSentence_data() {
    QTest::addColumn<int>("what");
    QTest::newRow("alignment") << 0;
    QTest::newRow("missing measure") << 1;
    QTest::newRow("lengths") << 2;
  }
  void inconsistencyIsOneSentence() {
    QFETCH(int, what);
    PerturbResult bad = samplePerturbation();
    if (what == 0) bad.maps[0].alignment.end = 9;
    if (what == 1) bad.maps[0].cosine = {};
    if (what == 2) bad.maps[0].alignment.otherEnd = 2;
    const std::string path = file("bad.h5");
    saveResult(path, bad, "{}");
    try {
      openResult<PerturbResult>(path);
      QFAIL("it was believed");
    } catch (const Error& error) {
      QVERIFY2(QString(error.what()).startsWith(QString::fromStdString(path)), error.what());
    }
  }

  void damageIsOneSentence_data() {
    QTest::addColumn<QString>("kind");
    for (const char* kind : {"perturb", "sweep", "influence"}) QTest::newRow(kind) << kind;
  }
  void damageIsOneSentence() {
    QFETCH(QString, kind);
    const std::string path = file("run.h5");
    if (kind == "perturb")
      saveResult(path, samplePerturbation(), "{}");
    else if (kind == "sweep")
      saveResult(path, sampleSweep(), "{}");
    else
      saveResult(path, sampleInfluence(), "{}");
    QFile whole(QString::fromStdString(path));
    QVERIFY(whole.open(QIODevice::ReadOnly));
    const QByteArray bytes = whole.readAll();
    const qsizetype step = bytes.size() / 300;
    int refused = 0;
    for (qsizetype at = 0; at < bytes.size(); at += step) {
      QByteArray damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ 0x41);
      const std::string other = file("damaged.h5");
      QFile out(QString::fromStdString(other));
      QVERIFY(out.open(QIODevice::WriteOnly | QIODevice::Truncate));
      out.write(damaged);
      out.close();
      try {
        if (kind == "perturb")
          openResult<PerturbResult>(other);
        else if (kind == "sweep")
          openResult<SweepResult>(other);
        else
          openResult<InfluenceRun>(other);
      } catch (const Error&) {
        ++refused;
      }
    }
    QVERIFY(refused > 0);
  }

 private:
  template <std::size_t N>
  static bool sameBits(const Array<float, N>& a, const Array<float, N>& b) {
    return a.shape() == b.shape() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
  }
  std::string file(const char* name) const { return folder_.filePath(name).toStdString(); }

  QTemporaryDir folder_;
};

QTEST_GUILESS_MAIN(TestResultFile)
#include "tst_result_file.moc"
