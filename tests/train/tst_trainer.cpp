#include "core/train/trainer.h"

#include "core/model/safetensors.h"
#include "tests/compare.h"
#include "tests/train/loop_recipe.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <cmath>

using namespace sinkscope;

namespace {

const std::filesystem::path kData = std::filesystem::path(SINKSCOPE_TEST_DATA) / "training";

/// A trainer at the weights that PyTorch began with.
Trainer trainerOf(const Recipe& recipe, const SmallCorpus& corpus) {
  Trainer trainer(recipe, corpus.file(), "cpu");
  const SafetensorsFile inputs(kData / "loop_inputs.safetensors");
  std::map<std::string, at::Tensor> state = trainer.state();
  for (const ParameterSpec& spec : parameterSpecs(recipe.model)) state[spec.name] = inputs.read(spec.name);
  trainer.restore(state);
  return trainer;
}

/// Fails unless both trainers' weights and moments are the same bits.
bool sameBits(const Trainer& one, const Trainer& other) {
  const std::map<std::string, at::Tensor> mine = one.state(), theirs = other.state();
  return std::ranges::all_of(mine,
                             [&](const auto& entry) { return at::equal(entry.second, theirs.at(entry.first)); }) &&
         mine.size() == theirs.size();
}

}  // namespace

/// Steps of training against torch.optim.AdamW and clip_grad_norm_ over the same windows.
class TrainerTest : public QObject {
  Q_OBJECT

  const SmallCorpus corpus_{loopDocuments(), 53};

 private slots:
  void windowsOfTheGolden() {
    const Recipe recipe = loopRecipe();
    const SafetensorsFile inputs(kData / "loop_inputs.safetensors");
    QCOMPARE(recipeFromJson(inputs.metadata().at("recipe"), "golden"), recipe);
    Trainer trainer(recipe, corpus_.file(), "cpu");
    Packer packer(corpus_.file(), trainer.split().training, recipe.packing, {}, recipe.seed);
    const Windows windows = packer.take(0, recipe.steps * recipe.windowsAt(0));
    const at::Tensor tokens = inputs.readStored("windows").to(at::kLong).flatten(0, 1);
    QVERIFY(at::equal(windows.tokens, tokens));
    const at::Tensor targets = inputs.readStored("targets").to(at::kLong).flatten(0, 1);
    QVERIFY(at::equal(windows.targets, targets.masked_fill(targets.eq(255), -1)));
  }

  void fiftySteps() {
    QFile file(QString::fromStdString((kData / "loop.json").string()));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonArray rows = QJsonDocument::fromJson(file.readAll()).object()["steps"].toArray();
    const Recipe recipe = loopRecipe();
    Trainer trainer = trainerOf(recipe, corpus_);
    QCOMPARE(rows.size(), static_cast<qsizetype>(recipe.steps));
    std::vector<double> loss, norm, rate, expectedLoss, expectedNorm, expectedRate;
    for (const QJsonValue& row : rows) {
      const StepResult step = trainer.step(Job());
      loss.push_back(step.loss);
      norm.push_back(step.gradientNorm);
      rate.push_back(step.learningRate);
      expectedLoss.push_back(row["loss"].toDouble());
      expectedNorm.push_back(row["gradient_norm"].toDouble());
      expectedRate.push_back(row["learning_rate"].toDouble());
      QCOMPARE(step.tokens, recipe.tokensPerStep);
    }
    QVERIFY(expectedLoss.back() < expectedLoss.front() - 1.0);  // it has learned
    COMPARE_NUMBERS("loss", loss, expectedLoss, 0, 2e-5);
    COMPARE_NUMBERS("gradient norm", norm, expectedNorm, 1e-4, 0);
    COMPARE_NUMBERS("learning rate", rate, expectedRate, 1e-12, 0);
    QCOMPARE(trainer.steps(), recipe.steps);
    QCOMPARE(trainer.tokens(), recipe.steps * recipe.tokensPerStep);
  }

  void gradientsAddUp_data() {
    QTest::addColumn<qint64>("windows");
    for (const qint64 windows : {1, 3}) QTest::addRow("%lld at a time", windows) << windows;
  }
  void gradientsAddUp() {
    QFETCH(qint64, windows);
    Recipe recipe = loopRecipe();
    Trainer whole = trainerOf(recipe, corpus_);
    recipe.windowsAtATime = windows;
    Trainer parts = trainerOf(recipe, corpus_);
    for (int i = 0; i < 5; ++i) {
      const StepResult one = whole.step(Job()), other = parts.step(Job());
      COMPARE_NUMBERS("loss", std::vector{other.loss}, std::vector{one.loss}, 0, 1e-6);
      COMPARE_NUMBERS("gradient norm", std::vector{other.gradientNorm}, std::vector{one.gradientNorm}, 1e-6, 0);
    }
  }

  void sameSeedSameBits() {
    const Recipe recipe = loopRecipe();
    Trainer one(recipe, corpus_.file(), "cpu"), other(recipe, corpus_.file(), "cpu");
    for (int i = 0; i < 5; ++i) QCOMPARE(one.step(Job()).loss, other.step(Job()).loss);
    QVERIFY(sameBits(one, other));
    Recipe another = recipe;
    another.seed = 5;
    QVERIFY(!sameBits(one, Trainer(another, corpus_.file(), "cpu")));
  }

  // Also across a change of the packing, in the middle of an epoch of the second one.
  void goesOnFromItsState() {
    Recipe recipe = loopRecipe();
    recipe.curriculum = {{6, {48, Mask::Documents, BosPlace::Fixed, 0}},
                         {14, {8, Mask::Causal, BosPlace::Document, 0}}};
    recipe.model.contextLength = recipe.longestContext();
    Trainer whole(recipe, corpus_.file(), "cpu");
    for (std::int64_t step = 0; step < 20; ++step) {
      Trainer other(recipe, corpus_.file(), "cpu");
      other.restore(whole.state());
      QCOMPARE(other.step(Job()).loss, whole.step(Job()).loss);
      QVERIFY(sameBits(other, whole));
    }
  }

  // Deviations of the drawn weights; what is no matrix begins as something that changes nothing.
  void initialWeights() {
    Recipe recipe = loopRecipe();
    recipe.model.extraKey = ExtraKey::KeyValueBias;
    recipe.model.width = 96;  // enough numbers for a deviation
    const Parameters parameters = initialParameters(recipe);
    for (const auto& [name, value] : parameters.all()) {
      const double mean = value.mean().item<double>(), deviation = value.std(false).item<double>();
      const bool writes = name.ends_with("attentionOutput") || name.ends_with("down");
      const double expected = name.ends_with("Norm") || name.ends_with("extraValue") ? 0.0
                              : writes ? recipe.initialDeviation / std::sqrt(2.0 * 2.0)
                                       : recipe.initialDeviation;
      const double slack = expected * 3.5 / std::sqrt(static_cast<double>(value.numel()));
      QVERIFY2(std::abs(mean - (name.ends_with("Norm") ? 1.0 : 0.0)) <= slack, name.c_str());
      QVERIFY2(std::abs(deviation - expected) <= slack, name.c_str());
    }
  }

  void aStopChangesNothing() {
    Trainer trainer(loopRecipe(), corpus_.file(), "cpu"), untouched(loopRecipe(), corpus_.file(), "cpu");
    std::stop_source stop;
    stop.request_stop();
    QVERIFY_EXCEPTION_THROWN(trainer.step(Job(stop.get_token())), Stopped);
    QVERIFY(sameBits(trainer, untouched));
  }

  void whatDoesNotFit() {
    const SmallCorpus other(loopDocuments(), 54);
    const auto error = [](const auto& action) {
      try {
        action();
      } catch (const Error& caught) {
        return QString(caught.what());
      }
      return QString();
    };
    QCOMPARE(error([&] { Trainer(loopRecipe(), other.file(), "cpu"); }),
             QString("The corpus has a vocabulary of 54 tokens, but the recipe's model has one of 53."));
    Trainer trainer(loopRecipe(), corpus_.file(), "cpu");
    std::map<std::string, at::Tensor> state = trainer.state();
    state["mean.finalNorm"] = state["finalNorm"].narrow(0, 0, 3);
    QCOMPARE(error([&] { trainer.restore(state); }),
             QString("The checkpoint has no tensor 'mean.finalNorm' of the recipe's shape."));
  }
};

QTEST_GUILESS_MAIN(TrainerTest)
#include "tst_trainer.moc"
