#include "core/train/exported_model.h"

#include "core/model/decoder.h"
#include "core/runs/checkpoint_folder.h"
#include "core/train/trainer.h"
#include "tests/compare.h"
#include "tests/model/damage.h"
#include "tests/train/tiny_training.h"
#include "tests/variants.h"

#include <ATen/core/grad_mode.h>

#include <QJsonArray>
#include <QTest>

using namespace sinkscope;

namespace {

/// The model of a checkpoint as it was in the trainer, not through a file of its own.
at::Tensor logitsOf(const TrainingRequest& request, const at::Tensor& tokens) {
  Parameters parameters;
  const Checkpoint last = CheckpointFolder(request.run).last().value();
  for (const ParameterSpec& spec : parameterSpecs(request.recipe.model))
    parameters.set(spec.name, last.tensors.at(spec.name));
  return forward(request.recipe.model, parameters, tokens);
}

at::Tensor drawnTokens(const ModelConfig& config) {
  return at::arange(2 * config.contextLength).mul(37).add(5).remainder(config.vocabulary).view({2, -1});
}

}  // namespace

/// What a training leaves as a model for others, and for this program.
class ExportedModelTest : public QObject {
  Q_OBJECT

  const TinyTraining tiny_;
  const std::filesystem::path golden_ = trainingData() / "exported";

 private slots:
  // The folder and transformers' words about it are goldens (make_training_goldens.py).
  void tokensAreThoseOfTransformers() {
    const auto tokenizer = loadTokenizer(golden_);
    QVERIFY(tokenizer->addsBos());
    QFile file(QString::fromStdString((trainingData() / "exported.json").string()));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonArray texts = QJsonDocument::fromJson(file.readAll()).object()["texts"].toArray();
    QVERIFY(texts.size() > 10);
    for (const QJsonValue& text : texts) {
      std::vector<std::int64_t> expected;
      for (const QJsonValue& id : text["ids"].toArray()) expected.push_back(id.toInteger());
      QCOMPARE(idsOf(tokenizer->encode(text["text"].toString().toStdString(), {.addBos = true})), expected);
    }
  }

  void logitsAreThoseOfTransformers() {
    const auto model = loadModel(golden_, "cpu", Job());
    const SafetensorsFile expected(trainingData() / "exported.safetensors");
    const at::Tensor tokens = expected.readStored("tokens").to(at::kLong).unsqueeze(0);
    COMPARE_NUMBERS("logits", forward(model->config(), model->parameters, tokens)[0], expected.read("logits"), 0, 1e-4);
  }

  // What transformers was shown is what is written now.
  void writesTheGoldenAgain() {
    const auto model = loadModel(golden_, "cpu", Job());
    const auto folder = tiny_.path("again");
    exportModel(folder, *model, golden_ / "tokenizer.model", *loadTokenizer(golden_));
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(golden_)) {
      const auto bytes = [&](const std::filesystem::path& in) {
        return damage::readAll(QString::fromStdString((in / entry.path().filename()).string()));
      };
      QVERIFY2(bytes(golden_) == bytes(folder), entry.path().filename().c_str());
      ++files;
    }
    QCOMPARE(files, 4);
  }

  void aTrainedModelIsTheCheckpoint_data() {
    QTest::addColumn<std::string>("model");
    for (const char* model :
         {R"({})", R"({"tied_embedding": true, "key_heads": 1})", R"({"extra_key": "off_by_one"})",
          R"({"extra_key": "sink_logit", "positions": "alibi"})", R"({"extra_key": "key_value_bias"})",
          R"({"weights": "sigmoid", "positions": "none"})", R"({"weights": "normalised_sigmoid"})",
          R"({"positions": "learned", "output_gate": true})", R"({"query_key_norm": true, "norms": "post"})",
          R"({"window": 5, "first_keys": 1, "tied_embedding": true, "rope_base": 500.0, "norm_epsilon": 1e-3})"})
      QTest::newRow(model) << std::string(model);
  }
  void aTrainedModelIsTheCheckpoint() {
    QFETCH(std::string, model);
    const TrainingRequest request = tiny_.request("run.h5", R"({"steps": 4, "model": )" + model + "}");
    QCOMPARE(startTraining(request, Job()), TrainingEnd::Finished);
    const auto folder = trainedModelFolder(request.run);
    const auto loaded = loadModel(folder, "cpu", Job());
    ModelConfig config = request.recipe.model;
    QCOMPARE(loaded->config().family, config.family);
    QVERIFY(loaded->config() == config);
    const at::NoGradGuard noGradients;
    const at::Tensor tokens = drawnTokens(config);
    QVERIFY(at::equal(forward(config, loaded->parameters, tokens), logitsOf(request, tokens)));
    QCOMPARE(loadTokenizer(folder)->size(), config.vocabulary);
    QVERIFY(!std::filesystem::exists(folder.string() + ".part"));
  }
};

QTEST_GUILESS_MAIN(ExportedModelTest)
#include "tst_exported_model.moc"
