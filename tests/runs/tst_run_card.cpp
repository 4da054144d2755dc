#include "core/runs/run_card.h"

#include "core/error.h"
#include "core/runs/result_file.h"
#include "core/runs/run_file.h"
#include "core/runs/training_log.h"
#include "sample_collapse.h"
#include "sample_influence.h"
#include "sample_no_op.h"
#include "sample_perturbation.h"
#include "sample_probes.h"
#include "sample_report.h"
#include "sample_run.h"
#include "sample_sweep.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <map>

#include <hdf5.h>

using namespace sinkscope;

/// The line of a table that a run file gives, whatever its kind and however old it is.
class RunCardTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;

  std::string file(const char* name) const { return folder_.filePath(name).toStdString(); }

 private slots:
  void anExploration();
  void everyKindWithAndWithoutASummary_data();
  void everyKindWithAndWithoutASummary();
  void longPromptsAndManyHeadsAreCut();
  void aTraining();
  void picturesOfAnotherShapeAreRefused();
};

namespace {

/// As a program without summaries would have saved it.
void removeSummary(const std::string& path) {
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  QVERIFY(file >= 0);
  QVERIFY(H5Ldelete(file, "/summary", H5P_DEFAULT) >= 0);
  QVERIFY(H5Fclose(file) >= 0);
}

bool sameNumber(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

}  // namespace

void RunCardTest::anExploration() {
  const Exploration exploration = sample::exploration();
  saveRun(file("run.h5"), exploration, sample::view(), true);
  const RunCard card = readRunCard(file("run.h5"));
  QCOMPARE(card.kind, std::string("explore"));
  QCOMPARE(card.created, std::string("2025-01-02T03:04:05Z"));
  QCOMPARE(card.seconds, 0.1 + 0.2);
  QVERIFY(card.labels == RunLabels());
  const RunSummary& summary = card.summary;
  QCOMPARE(summary.model, std::string("Gemma"));
  QCOMPARE(summary.prompts, std::uint64_t{2});
  QCOMPARE(summary.text, exploration.result->prompts[0].prompt + '\n' + exploration.result->prompts[1].prompt);
  QCOMPARE(summary.bos, std::string("without"));
  QCOMPARE(summary.tokens, std::uint64_t{7});
  // Once more the obvious way.
  double above = 0.0, cells = 0.0, loss = 0.0;
  for (const PromptResult& prompt : exploration.result->prompts)
    for (std::size_t layer = 0; layer < 3; ++layer)
      for (std::size_t head = 0; head < 4; ++head) {
        const float share = prompt.shares.shares(layer, head, 0);
        cells += !std::isnan(share);  // one that was not measured counts in neither
        above += share > 0.3;
      }
  std::size_t losses = 0;
  for (const PromptResult& prompt : exploration.result->prompts)
    if (!std::isnan(prompt.loss())) {
      loss += prompt.loss();
      ++losses;
    }
  QCOMPARE(summary.sinkRate, above / cells);
  QVERIFY(sameNumber(summary.loss, losses == 0 ? std::nan("") : loss / static_cast<double>(losses)));
  QCOMPARE(summary.picture.extent(0), std::size_t{3});
  QCOMPARE(summary.picture.extent(1), std::size_t{4});
  const float a = exploration.result->prompts[0].shares.shares(2, 1, 0);
  const float b = exploration.result->prompts[1].shares.shares(2, 1, 0);
  QCOMPARE(int{summary.picture(2, 1)},
           static_cast<int>(std::lround(255.0 * std::clamp((double{a} + double{b}) / 2.0, 0.0, 1.0))));
}

void RunCardTest::everyKindWithAndWithoutASummary_data() {
  QTest::addColumn<QString>("kind");
  QTest::addColumn<QString>("model");
  QTest::addColumn<QString>("text");
  QTest::addColumn<QString>("bos");
  const auto add = [this](const char* kind, const auto& result, const std::string& model, const std::string& text,
                          const char* bos) {
    saveResult(file(kind), result, "{}");
    QTest::newRow(kind) << kind << QString::fromStdString(model) << QString::fromStdString(text) << bos;
  };
  const PerturbResult perturbation = samplePerturbation();
  add("perturb", perturbation, perturbation.model.name, perturbation.request.prompt, "with");
  const SweepResult sweep = sampleSweep();
  add("sweep", sweep, sweep.model.name, sweep.request.prompt, "both");
  const InfluenceRun influence = sampleInfluence();
  add("influence", influence, influence.model.name, influence.results[0].request.prompt, "both");
  const CollapseRun collapse = sampleCollapse();
  add("collapse", collapse, collapse.model.name, collapse.results[0].request.prompt, "both");
  const NoOpResult noOp = sampleNoOp();
  add("noop", noOp, noOp.model.name, noOp.request.prompts[0], noOp.request.bos ? "with" : "without");
  const ProbeRun probes = sampleProbes();
  add("probe", probes, probes.model.name, "ones", "both");
  const ReportResult report = sampleReport();
  add("report", report, "tiny, a_b&c <50 %>", report.request.prompts[0], "both");
}

void RunCardTest::everyKindWithAndWithoutASummary() {
  QFETCH(QString, kind);
  QFETCH(QString, model);
  QFETCH(QString, text);
  QFETCH(QString, bos);
  const std::string path = file(qPrintable(kind));
  const RunCard stored = readRunCard(path);
  QCOMPARE(QString::fromStdString(stored.kind), kind);
  QCOMPARE(QString::fromStdString(stored.summary.model), model);
  QVERIFY2(QString::fromStdString(stored.summary.text).startsWith(text), stored.summary.text.c_str());
  QCOMPARE(QString::fromStdString(stored.summary.bos), bos);
  QVERIFY(!stored.summary.picture.empty());
  removeSummary(path);
  const RunCard computed = readRunCard(path);
  QCOMPARE(computed.summary.text, stored.summary.text);
  QCOMPARE(computed.summary.tokens, stored.summary.tokens);
  QVERIFY(sameNumber(computed.summary.sinkRate, stored.summary.sinkRate));
  QVERIFY(sameNumber(computed.summary.loss, stored.summary.loss));
  QVERIFY(computed.summary.picture == stored.summary.picture);
  checkWholeRun(path);
}

void RunCardTest::longPromptsAndManyHeadsAreCut() {
  Array<double, 2> shares({100, 96}, 0.0);
  for (std::size_t layer = 0; layer < 100; ++layer) shares(layer, 95) = shares(layer, 94) = 0.5;
  const Array<std::uint8_t, 2> picture = pictureOf(shares, 1.0);
  QCOMPARE(picture.extent(0), std::size_t{48});
  QCOMPARE(picture.extent(1), std::size_t{48});
  for (std::size_t layer = 0; layer < 48; ++layer) {
    QCOMPARE(int{picture(layer, 47)}, 128);  // heads 94 and 95
    QCOMPARE(int{picture(layer, 46)}, 0);
  }
  NoOpResult result = sampleNoOp();
  result.request.prompts.assign(1000, std::string(1000, 'x'));
  const RunSummary summary = summaryOf(result);
  QCOMPARE(summary.prompts, std::uint64_t{1000});
  QCOMPARE(summary.text.size(), RunSummary::kMostText);
}

void RunCardTest::aTraining() {
  const std::string path = file("train.h5");
  TrainingStart start;
  start.name = "tiny";
  start.model = sample::model().config;
  start.model.contextLength = 256;
  start.epsilons = {0.2, 0.3};
  start.created = "2026";
  TrainingLogWriter writer = TrainingLogWriter::create(path, start);
  RunCard card = readRunCard(path);  // also while it is written, and without a row
  QCOMPARE(card.kind, std::string("train"));
  QCOMPARE(card.summary.model, std::string("tiny"));
  QVERIFY(std::isnan(card.summary.loss) && std::isnan(card.summary.sinkRate) && card.summary.picture.empty());
  for (std::int64_t step = 1; step <= 3; ++step)
    writer.append(StepRow{step, step, 2.0 * static_cast<double>(step), 10.0 - static_cast<double>(step), 0, 0, 0});
  writer.sync();
  card = readRunCard(path);
  QCOMPARE(card.summary.loss, 7.0);
  QCOMPARE(card.seconds, 6.0);
  MeasureRow row;
  row.validationLoss = 6.5;
  row.sinkRate = {0.75, 0.25};
  row.alpha0 = Array<float, 2>({3, 4}, 0.2f);
  row.step = 3;
  writer.append(row);
  writer.sync();
  card = readRunCard(path);
  QCOMPARE(card.summary.loss, 6.5);
  QCOMPARE(card.summary.sinkRate, 0.25);
  QCOMPARE(card.summary.tokens, std::uint64_t{256});
  QCOMPARE(int{card.summary.picture(2, 3)}, 51);
}

void RunCardTest::picturesOfAnotherShapeAreRefused() {
  const std::string path = file("huge.h5");
  saveRun(path, sample::exploration(), sample::view(), false);
  const hid_t run = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  H5Ldelete(run, "/summary/row", H5P_DEFAULT);
  H5Lcopy(run, "/prompts/0/prompt_position", run, "/summary/row", H5P_DEFAULT, H5P_DEFAULT);
  H5Fclose(run);
  const QString sentence = sample::errorOf([&] { readRunCard(path); });
  QVERIFY2(sentence.contains("huge.h5: /summary/row has "), qPrintable(sentence));
}

QTEST_GUILESS_MAIN(RunCardTest)
#include "tst_run_card.moc"
