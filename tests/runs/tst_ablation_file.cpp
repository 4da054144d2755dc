#include "core/error.h"
#include "core/runs/result_file.h"
#include "tests/runs/sample_run.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <cstring>
#include <functional>
#include <limits>

using namespace sinkscope;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

AblationOutcome sampleOutcome(const ModelConfig& config, double shift) {
  const auto layers = static_cast<std::size_t>(config.layers), heads = static_cast<std::size_t>(config.heads);
  AblationOutcome outcome;
  outcome.loss = {1.5 + shift, 2.5};
  outcome.divergence = {shift, 0.25};
  outcome.lossAt = {2.0, 3.0 + shift, kNaN};
  outcome.share = Array<float, 3>({2, layers, heads});
  for (std::size_t i = 0; i < outcome.share.size(); ++i) outcome.share.data()[i] = static_cast<float>(i) / 64;
  outcome.change = outcome.spread = Array<double, 2>({2, layers + 2}, 0.5 + shift);
  return outcome;
}

AblationResult sampleAblation() {
  AblationResult result;
  static_cast<Provenance&>(result) = *sample::exploration().result;
  result.bosText = "<bos>";
  result.request.model = "somewhere/model.gguf";
  result.request.tokenLimit = 12;
  result.request.seed = 42;
  for (const char* one : {"remove=mean:0.*@1-2", "value=0.1", "prepend= the", "window=8+2"})
    result.request.interventions.push_back(parseIntervention(one));
  const std::vector<Token> four{
      {2, "<bos>", 0, 0, true}, {5, "a", 0, 1, false}, {6, " b", 1, 3, false}, {7, "\xff", 3, 4, false}};
  result.prompts = {{"a b\xff", four, 1, 9}, {"a b", {four.begin(), four.end() - 1}, 0, 8}};
  result.request.prompts = {"a b\xff", "a b"};
  result.untouched = sampleOutcome(result.model.config, 0.0);
  for (int i = 0; i < 4; ++i) result.changed.push_back(sampleOutcome(result.model.config, 0.1 * (i + 1)));
  result.changed[2].bosShare = result.changed[2].share;
  return result;
}

bool same(const AblationOutcome& a, const AblationOutcome& b) {
  return a.loss == b.loss && a.divergence == b.divergence && a.lossAt.size() == b.lossAt.size() &&
         std::memcmp(a.lossAt.data(), b.lossAt.data(), a.lossAt.size() * sizeof(double)) == 0 && a.share == b.share &&
         a.bosShare == b.bosShare && a.change == b.change && a.spread == b.spread;
}

}  // namespace

/// Runs of interventions: what is saved comes back, with the interventions as values, and nothing else is believed.
class TestAblationFile : public QObject {
  Q_OBJECT

 private slots:
  void whatIsSavedComesBack() {
    const AblationResult saved = sampleAblation();
    saveResult(file("run.h5"), saved, R"({"epsilon": 0.3})");
    QCOMPARE(runKind(file("run.h5")), std::string("ablate"));
    const auto [read, look] = openResult<AblationResult>(file("run.h5"));
    QCOMPARE(look, std::string(R"({"epsilon": 0.3})"));
    QVERIFY(read->request == saved.request && read->model == saved.model);
    QCOMPARE(read->bosText, saved.bosText);
    QCOMPARE(read->prompts.size(), saved.prompts.size());
    for (std::size_t i = 0; i < saved.prompts.size(); ++i) {
      QVERIFY(read->prompts[i].tokens == saved.prompts[i].tokens && read->prompts[i].prompt == saved.prompts[i].prompt);
      QCOMPARE(read->prompts[i].swapPosition, saved.prompts[i].swapPosition);
      QCOMPARE(read->prompts[i].swapId, saved.prompts[i].swapId);
    }
    QVERIFY(same(read->untouched, saved.untouched));
    QCOMPARE(read->changed.size(), saved.changed.size());
    for (std::size_t i = 0; i < saved.changed.size(); ++i) QVERIFY(same(read->changed[i], saved.changed[i]));
  }

  void halfARunIsOneSentence_data() {
    QTest::addColumn<std::function<void(AblationResult&)>>("spoil");
    const auto row = [](const char* name, std::function<void(AblationResult&)> spoil) { QTest::newRow(name) << spoil; };
    row("no outcome", [](AblationResult& run) { run.changed.pop_back(); });
    row("loss", [](AblationResult& run) { run.changed[1].loss.clear(); });
    row("shares", [](AblationResult& run) { run.untouched.share = {}; });
    row("spread", [](AblationResult& run) { run.changed[3].spread = {}; });
  }
  void halfARunIsOneSentence() {
    QFETCH(std::function<void(AblationResult&)>, spoil);
    AblationResult bad = sampleAblation();
    spoil(bad);
    saveResult(file("bad.h5"), bad, "{}");
    try {
      openResult<AblationResult>(file("bad.h5"));
      QFAIL("it was believed");
    } catch (const Error& error) {
      QVERIFY2(QString(error.what()).startsWith(QString::fromStdString(file("bad.h5"))), error.what());
    }
  }

 private:
  std::string file(const char* name) const { return folder_.filePath(name).toStdString(); }

  QTemporaryDir folder_;
};

QTEST_GUILESS_MAIN(TestAblationFile)
#include "tst_ablation_file.moc"
