// What a training will take, against what it takes.
#include <ATen/Functions.h>

#include "core/train/estimate.h"
#include "core/train/training_pass.h"

#include <QTest>

#include <chrono>

using namespace sinkscope;

class EstimateTest : public QObject {
  Q_OBJECT

  static Recipe recipe(const char* steps) {
    return recipeFromJson(std::string(R"({"name": "e", "corpus": {"sources": ["x"], "vocabulary": 500},
      "model": {"layers": 3, "heads": 4, "width": 64, "feed_forward_width": 160},
      "packing": {"context": 128}, "tokens_per_step": 1024, "steps": )") +
                              steps + "}",
                          "test");
  }

 private slots:
  void countsParametersAndTokens() {
    const Recipe small = recipe("10");
    const TrainingEstimate estimate = estimateTraining(small, 1e9);
    std::int64_t parameters = 0;
    const Parameters drawn = initialParameters(small);
    for (const auto& [name, value] : drawn.all()) parameters += value.numel();
    QCOMPARE(estimate.parameters, parameters);
    QCOMPARE(estimate.tokens, std::int64_t(10240));
    // Six operations a weight that is multiplied, and six a number of the heads and a token of the context.
    const double multiplied = static_cast<double>(parameters - 500 * 64);
    QCOMPARE(estimate.flopsPerToken, 6.0 * multiplied + 6.0 * 3 * 64 * 128);
    QCOMPARE(estimate.seconds, estimate.flopsPerToken * 10240.0 / 1e9);
  }

  void theShippedShapesAreThoseOfThePapers() {
    QCOMPARE(estimateTraining(openRecipe("paper-120m"), 1.0).parameters, std::int64_t(134'105'856));
    QCOMPARE(estimateTraining(openRecipe("gu-60m"), 1.0).parameters, std::int64_t(83'574'528));
    for (const NamedRecipe& shipped : shippedRecipes())
      QCOMPARE(openRecipe(std::string(shipped.name)).name, shipped.name);
  }

  // A pass of the very size takes about the time that was foretold: within a factor that a busy machine may cost.
  void theSpeedIsMeasured() {
    const Recipe small = recipe("1");
    const TrainingEstimate estimate = estimateTraining(small, measureTrainingSpeed(small, "cpu", {}));
    TrainingPass pass(small, "cpu");
    Windows windows;
    windows.tokens = at::zeros({8, 128}, at::kLong);
    windows.targets = windows.tokens;
    pass.run(windows, 0, 8, small.packing, 1.0, {});
    const auto began = std::chrono::steady_clock::now();
    pass.run(windows, 0, 8, small.packing, 1.0, {});
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    QVERIFY2(estimate.seconds > seconds / 10 && estimate.seconds < seconds * 10,
             qPrintable(QString("%1 s foretold, %2 s taken").arg(estimate.seconds).arg(seconds)));
  }

  void stops() {
    std::stop_source source;
    source.request_stop();
    QVERIFY_THROWS_EXCEPTION(Stopped, measureTrainingSpeed(recipe("1"), "cpu", Job(source.get_token())));
  }
};

QTEST_GUILESS_MAIN(EstimateTest)
#include "tst_estimate.moc"
