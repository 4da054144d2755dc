#include "app/guide/guide.h"
#include "app/guide/help_pane.h"
#include "app/guide/tour_panel.h"
#include "app/guide/tour_steps.h"
#include "app/pages/collapse_page.h"
#include "app/pages/collapse_tabs.h"
#include "app/pages/heads_page.h"
#include "app/pages/influence_page.h"
#include "app/pages/perturb_page.h"
#include "app/pages/report_page.h"
#include "app/pages/train_page.h"
#include "core/analysis/collapse.h"
#include "core/analysis/explore.h"
#include "core/analysis/influence.h"
#include "core/analysis/no_op.h"
#include "core/analysis/perturbation.h"
#include "core/analysis/report.h"
#include "core/analysis/waking.h"
#include "core/runs/training_log.h"
#include "tests/gui/window_fixture.h"

#include <QDir>
#include <QPushButton>
#include <cmath>

using namespace sinkscope;

namespace {

/// The tour in a window without a model. A step is there when its page shows what came from its file.
struct Tour : WindowFixture {
  QTemporaryDir data;

  Tour() {
    qputenv("XDG_DATA_HOME", data.path().toUtf8());
    window = std::make_unique<Window>(settings, appearance);
    window->resize(1280, 760);
    window->show();
  }
  Guide& guide() const { return *window->guide(); }
  Page* pageOf(int step) const {
    return std::array<Page*, 7>{page(),
                                window->perturbPage(),
                                window->influencePage(),
                                window->collapseTabs()->layers(),
                                window->collapseTabs()->heads(),
                                window->reportPage(),
                                window->trainPage()}[static_cast<std::size_t>(step)];
  }
  bool shows(int step) const {
    return QTest::qWaitFor(
        [&] { return guide().step() == step && pageOf(step)->isVisible() && pageOf(step)->hasResult(); }, kPatienceMs);
  }
  void press(const char* name) const { window->findChild<QPushButton*>(QLatin1String(name))->click(); }
  bool goTo(int step) const {
    guide().startTour();
    for (int i = 0; i < step; ++i) {
      if (!shows(i)) return false;
      press("tourNext");
    }
    return shows(step) && quiet();
  }
  QString says() const { return label("tourText"); }
};

/// In hundredths, as the sentences have it.
long percent(double fraction) {
  return std::lround(100.0 * fraction);
}

}  // namespace

class TestTour : public QObject {
  Q_OBJECT

 private slots:
  void allStepsShowAResultWithoutAModel() {
    Tour f;
    QSignalSpy failed(&f.window->session(), &Session::failed);
    f.guide().startTour();
    const int steps = static_cast<int>(tourSteps().size());
    QCOMPARE(steps, 7);
    for (int step = 0; step < steps; ++step) {
      QVERIFY2(f.shows(step), qPrintable(tourSteps()[static_cast<std::size_t>(step)].title));
      QVERIFY(f.guide().tour()->isVisible());
      QCOMPARE(f.says(), tourSteps()[static_cast<std::size_t>(step)].text);
      QCOMPARE(f.find<QPushButton>("tourBack")->isEnabled(), step > 0);
      f.press("tourNext");
    }
    QVERIFY(!f.guide().tour()->isVisible());  // the last Next ends it
    QCOMPARE(f.guide().step(), -1);
    QCOMPARE(failed.size(), 0);
    QVERIFY(f.settings.recentRuns().isEmpty());
  }

  void theRunsAreSmall() {
    qint64 bytes = 0;
    for (const TourStep& step : tourSteps()) {
      QVERIFY2(QFileInfo::exists(step.run), qPrintable(step.run));
      if (step.run.contains("/tour/")) bytes += QFileInfo(step.run).size();
    }
    QVERIFY2(bytes > 0 && bytes < 500000, qPrintable(QString::number(bytes)));
  }

  void backLeadsBack() {
    Tour f;
    QVERIFY(f.goTo(2));
    f.press("tourBack");
    QVERIFY(f.shows(1));
  }

  void leavingPutsBackWhatWasThere() {
    Tour f;
    QVERIFY(f.leadsToResult([&] { f.window->start("built-in"); }));
    const Inputs before = f.window->document().inputs();
    QVERIFY(f.goTo(1));
    QVERIFY(f.window->document().inputs().prompt != before.prompt);
    QVERIFY(f.leadsToResult([&] { f.press("tourLeave"); }));
    QVERIFY(f.window->document().inputs() == before);
    QVERIFY(f.page()->isVisible());
    QVERIFY(!f.guide().tour()->isVisible());
  }

  void thresholdsOfTheUserDoNotChangeIt() {
    Tour f;
    f.window->document().edit(Document::Field::Epsilon, [](Inputs& inputs) { inputs.epsilon = 0.9; });
    QVERIFY(f.goTo(0));
    QCOMPARE(f.window->document().inputs().epsilon, 0.3);
  }

  void helpOpensOnTheStep() {
    Tour f;
    QVERIFY(f.goTo(0));
    f.press("tourHelp");
    QCOMPARE(f.guide().help()->topic(), "sink-share");
    f.press("tourNext");
    QVERIFY(f.shows(1));
    QCOMPARE(f.guide().help()->topic(), "perturbation");
  }

  // What the sentences say, held against the results that their pages show.
  void theSinkIsAsTold() {
    Tour f;
    QVERIFY(f.goTo(0));
    const ExploreResult& result = *f.page()->explored()->result;
    const auto shares = result.shares();
    QCOMPARE(std::lround(24 * sinkRate(shares, 0.3, 0, true)), 15L);
    QCOMPARE(percent(meanShare(shares, 0, true)), 51L);
    QCOMPARE(percent(uniformBaseline(result.prompts.front().tokens.size())), 14L);
    QVERIFY(f.says().contains("24 heads; 15 of them") && f.says().contains("51 %") && f.says().contains("14 %"));
  }

  void theSpreadIsAsTold() {
    Tour f;
    QVERIFY(f.goTo(1));
    const PerturbResult& result = *f.window->perturbPage()->perturbed()->result;
    std::vector<long> after;
    for (const PerturbMap& map : result.maps) {
      const std::vector<double> change = meanChange(map, ChangeNorm::Relative);
      after.push_back(percent(change[change.size() - 2]));  // the last is the final norm's
    }
    QCOMPARE(after, (std::vector<long>{10, 19}));
    QVERIFY(f.says().contains("10 %") && f.says().contains("19 %"));
  }

  void theBoundIsAsTold() {
    Tour f;
    QVERIFY(f.goTo(2));
    const InfluenceRun& run = *f.window->influencePage()->influenced()->result;
    QCOMPARE(run.results.size(), std::size_t{2});
    QCOMPARE(percent(std::exp(run.results[0].sinkLogRatio.front())), 1L);
    QCOMPARE(percent(std::exp(run.results[1].sinkLogRatio.front())), 64L);
    QVERIFY(f.says().contains("1 % with") && f.says().contains("64 % without"));
  }

  void theCollapseIsAsTold() {
    Tour f;
    QVERIFY(f.goTo(3));
    const CollapseRun& run = *f.window->collapseTabs()->layers()->collapsed()->result;
    QCOMPARE(percent(run.results[0].all.relativeResidual.back()), 89L);
    QCOMPARE(percent(run.results[1].all.relativeResidual.back()), 76L);
    QVERIFY(f.says().contains("0.89 with") && f.says().contains("0.76 without"));
  }

  void theNoOpHeadIsAsTold() {
    Tour f;
    QVERIFY(f.goTo(4));
    const NoOpResult& result = *f.window->collapseTabs()->heads()->scanned()->result;
    int resting = 0;
    for (std::size_t layer = 0; layer < 6; ++layer)
      for (std::size_t head = 0; head < 4; ++head) resting += result.headClass(layer, head) == HeadClass::NoOp ? 1 : 0;
    QCOMPARE(resting, 15);
    QVERIFY(result.headClass(2, 1) == HeadClass::NoOp);
    const auto apostrophe = std::ranges::find(kTokenClasses, TokenClass::Apostrophe) - kTokenClasses.begin();
    QCOMPARE(percent(result.scan.byClass.previous(2, 1, static_cast<std::size_t>(apostrophe))), 90L);
    // It is the one that is named.
    QVERIFY(QTest::qWaitFor([&] { return f.label("scanHead").startsWith("layer 2, head 1:"); }, f.kPatienceMs));
    QVERIFY(f.says().contains("15 of 24") && f.says().contains("90 %"));
  }

  void theDepthIsAsTold() {
    Tour f;
    QVERIFY(f.goTo(5));
    const ReportResult& report = *f.window->reportPage()->reported()->result;
    const auto at = std::ranges::find(report.request.epsilons, 0.8) - report.request.epsilons.begin();
    QCOMPARE(percent(report.models.front().conditions.front().rate[static_cast<std::size_t>(at)].mean), 14L);
    QVERIFY(f.says().contains("14 %") && f.says().contains("46, 73 and 78 %"));
  }

  void theTrainingIsAsTold() {
    Tour f;
    QVERIFY(f.goTo(6));
    const TrainingLog log = readTrainingLog(tourSteps().back().run.toStdString());
    const auto at = std::ranges::find(log.start.epsilons, 0.3) - log.start.epsilons.begin();
    const auto rate = [&](std::int64_t step) {
      const auto row = std::ranges::find(log.measures, step, &MeasureRow::step);
      return row == log.measures.end() ? -1L : percent(row->sinkRate[static_cast<std::size_t>(at)]);
    };
    QCOMPARE(rate(500), 0L);
    QCOMPARE(rate(1500), 7L);
    QCOMPARE(rate(9000), 56L);
    QCOMPARE(std::lround(10 * log.measures.front().validationLoss), 70L);
    QCOMPARE(std::lround(10 * log.measures.back().validationLoss), 29L);
  }
};

QTEST_MAIN(TestTour)
#include "tst_tour.moc"
