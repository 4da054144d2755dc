#include "core/error.h"
#include "core/runs/result_file.h"
#include "tests/runs/sample_report.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <functional>

using namespace sinkscope;

/// Runs of a report: what is saved is what comes back, and nothing else is believed.
class TestReportFile : public QObject {
  Q_OBJECT

 private slots:
  void comesBack() {
    const ReportResult saved = sampleReport();
    saveResult(path(), saved, R"({"model": 1})");
    QCOMPARE(runKind(path()), std::string("report"));
    const auto [read, look] = openResult<ReportResult>(path());
    QCOMPARE(look, std::string(R"({"model": 1})"));
    QVERIFY(read->request == saved.request);
    QCOMPARE(read->models.size(), std::size_t{2});
    for (std::size_t i = 0; i < 2; ++i) {
      const ModelReport &a = read->models[i], &b = saved.models[i];
      QVERIFY(a.model == b.model && a.addsBos == b.addsBos);
      QCOMPARE(a.created, b.created);
      QCOMPARE(a.program, b.program);
      QCOMPARE(a.torch, b.torch);
      QCOMPARE(a.seconds, b.seconds);
      QCOMPARE(a.bosText, b.bosText);
      QCOMPARE(a.conditions.size(), b.conditions.size());
      for (std::size_t c = 0; c < a.conditions.size(); ++c) compare(a.conditions[c], b.conditions[c]);
    }
  }

  void halfAReportIsOneSentence_data() {
    QTest::addColumn<int>("what");
    for (int what = 0; what < 10; ++what) QTest::addRow("%d", what) << what;
  }
  void halfAReportIsOneSentence() {
    QFETCH(int, what);
    const std::vector<std::function<void(ReportResult&)>> damages{
        [](ReportResult& r) { r.models[1].conditions.clear(); },
        [](ReportResult& r) { r.models[0].conditions.push_back(r.models[0].conditions[0]); },
        [](ReportResult& r) { r.models[0].conditions[1].promptRate = {}; },
        [](ReportResult& r) { r.models[0].conditions[1].rate.clear(); },
        [](ReportResult& r) { r.models[0].conditions[1].rateByLayer = {}; },
        [](ReportResult& r) { r.models[0].conditions[1].promptLoss.clear(); },
        [](ReportResult& r) { r.models[1].conditions[0].promptSpread.clear(); },
        [](ReportResult& r) { r.models[1].conditions[0].shareByLayer.clear(); },
        [](ReportResult& r) { r.models[0].conditions[0].spreadByLayer.clear(); },
        [](ReportResult& r) { r.models[0].conditions[0].entropyByLayer.clear(); }};
    QCOMPARE(damages.size(), std::size_t{10});
    ReportResult bad = sampleReport();
    damages[static_cast<std::size_t>(what)](bad);
    saveResult(path(), bad, "{}");
    try {
      openResult<ReportResult>(path());
      QFAIL("it was believed");
    } catch (const Error& error) {
      QVERIFY2(QString(error.what()).startsWith(QString::fromStdString(path())), error.what());
    }
  }

  void nothingIsNotSaved() {
    ReportResult nothing = sampleReport();
    nothing.models.clear();
    const QString none = folder_.filePath("none.h5");
    QVERIFY_THROWS_EXCEPTION(Error, saveResult(none.toStdString(), nothing, "{}"));
    QVERIFY(!QFile::exists(none));
  }

  void anotherKindIsOneSentence() {
    saveResult(path(), sampleReport(), "{}");
    try {
      openResult<CollapseRun>(path());
      QFAIL("a report was read as collapse measures");
    } catch (const Error& error) {
      QVERIFY2(QString(error.what()).contains("\"report\", expected \"collapse\""), error.what());
    }
  }

  /// A flipped byte is either noticed, or lies where nothing is read.
  void damageIsNeverBelieved() {
    const ReportResult saved = sampleReport();
    saveResult(path(), saved, "{}");
    QFile whole(QString::fromStdString(path()));
    QVERIFY(whole.open(QIODevice::ReadOnly));
    const QByteArray bytes = whole.readAll();
    const QString other = folder_.filePath("damaged.h5");
    int refused = 0;
    for (qsizetype at = 0; at < bytes.size(); at += 173) {
      QByteArray damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ 0x41);
      QFile out(other);
      QVERIFY(out.open(QIODevice::WriteOnly | QIODevice::Truncate));
      out.write(damaged);
      out.close();
      try {
        const auto read = openResult<ReportResult>(other.toStdString()).result;
        QVERIFY(read->request == saved.request);
        compare(read->models[0].conditions[0], saved.models[0].conditions[0]);
      } catch (const Error& error) {
        QVERIFY2(QString(error.what()).startsWith(other), error.what());
        ++refused;
      }
    }
    QVERIFY(refused > 20);
  }

 private:
  static bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }
  static bool same(const std::vector<double>& a, const std::vector<double>& b) {
    return std::ranges::equal(a, b, [](double x, double y) { return same(x, y); });
  }
  static bool same(const MeanInterval& a, const MeanInterval& b) {
    return same(a.mean, b.mean) && same(a.low, b.low) && same(a.high, b.high);
  }
  static void compare(const ReportCondition& a, const ReportCondition& b) {
    QVERIFY(a.bos == b.bos && a.tokensMin == b.tokensMin && a.tokensMax == b.tokensMax);
    QVERIFY(a.promptRate == b.promptRate && a.rateByLayer == b.rateByLayer);
    QVERIFY(same(a.promptShare, b.promptShare) && same(a.promptLoss, b.promptLoss));
    QVERIFY(same(a.promptSpread, b.promptSpread) && same(a.shareByLayer, b.shareByLayer));
    QVERIFY(same(a.entropyByLayer, b.entropyByLayer) && same(a.spreadByLayer, b.spreadByLayer));
    QVERIFY(
        std::ranges::equal(a.rate, b.rate, [](const MeanInterval& x, const MeanInterval& y) { return same(x, y); }));
    QVERIFY(same(a.share, b.share) && same(a.loss, b.loss) && same(a.spread, b.spread));
  }
  std::string path() const { return folder_.filePath("report.h5").toStdString(); }

  QTemporaryDir folder_;
};

QTEST_GUILESS_MAIN(TestReportFile)
#include "tst_report_file.moc"
