#include "core/runs/config_json.h"

#include "core/error.h"
#include "sample_run.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <set>

using namespace sinkscope;

class ConfigJsonTest : public QObject {
  Q_OBJECT

 private slots:
  void comesBackEqual();
  void everyFieldIsStored();
  void brokenTextIsRefused_data();
  void brokenTextIsRefused();
};

void ConfigJsonTest::comesBackEqual() {
  ModelConfig config = sample::model().config;
  config.normEpsilon = 0.1 + 0.2;
  QVERIFY(configFromJson(toJson(config), "test") == config);
  config.normKind = NormKind::Mean;
  config.order = LayerOrder::ParallelSharedNorm;
  config.gated = false;
  config.attentionCap = 50.0;
  config.ropeScaling = {.stretch = RopeStretch::Long, .originalLength = 64, .shortFactors = {1.0, 1.5}};
  config.perLayer.front().rotates = false;
  QVERIFY(configFromJson(toJson(config), "test") == config);
  QVERIFY(configFromJson(toJson({}), "test") == ModelConfig());
  const QJsonObject json = QJsonDocument::fromJson(QByteArray::fromStdString(toJson(config))).object();
  QCOMPARE(json["activation"].toString(), QString("gelu_tanh"));
  QCOMPARE(json["head_width"].toInt(), 5);
}

/// A field that were left out would make two different configs one.
void ConfigJsonTest::everyFieldIsStored() {
  const auto text = [](auto change) {
    ModelConfig config = sample::model().config;
    change(config);
    return toJson(config);
  };
  const std::vector<std::string> texts{
      text([](ModelConfig&) {}),
      text([](ModelConfig& c) { c.family = "llama"; }),
      text([](ModelConfig& c) { ++c.vocabulary; }),
      text([](ModelConfig& c) { ++c.layers; }),
      text([](ModelConfig& c) { ++c.heads; }),
      text([](ModelConfig& c) { ++c.keyHeads; }),
      text([](ModelConfig& c) { ++c.width; }),
      text([](ModelConfig& c) { ++c.headWidth; }),
      text([](ModelConfig& c) { ++c.feedForwardWidth; }),
      text([](ModelConfig& c) { ++c.contextLength; }),
      text([](ModelConfig& c) { c.normEpsilon *= 2; }),
      text([](ModelConfig& c) { c.activation = Activation::Silu; }),
      text([](ModelConfig& c) { c.embeddingScale *= 2; }),
      text([](ModelConfig& c) { c.attentionScale *= 2; }),
      text([](ModelConfig& c) { c.queryKeyNorm = !c.queryKeyNorm; }),
      text([](ModelConfig& c) { c.postNorms = !c.postNorms; }),
      text([](ModelConfig& c) { c.tiedEmbedding = !c.tiedEmbedding; }),
      text([](ModelConfig& c) { c.attentionBias = !c.attentionBias; }),
      text([](ModelConfig& c) { c.attentionCap = 50.0; }),
      text([](ModelConfig& c) { c.logitCap = 30.0; }),
      text([](ModelConfig& c) { c.normsAllHeads = true; }),
      text([](ModelConfig& c) { c.outputBias = true; }),
      text([](ModelConfig& c) { c.gated = false; }),
      text([](ModelConfig& c) { c.feedForwardBias = true; }),
      text([](ModelConfig& c) { c.rotaryWidth = 2; }),
      text([](ModelConfig& c) { c.experts = 4; }),
      text([](ModelConfig& c) { c.expertsPerToken = 2; }),
      text([](ModelConfig& c) { c.expertWidth = 6; }),
      text([](ModelConfig& c) { c.expertSharesSumToOne = false; }),
      text([](ModelConfig& c) { c.normKind = NormKind::Mean; }),
      text([](ModelConfig& c) { c.order = LayerOrder::Parallel; }),
      text([](ModelConfig& c) { c.ropeScaling.stretch = RopeStretch::Yarn; }),
      text([](ModelConfig& c) { c.ropeScaling.factor = 8.0; }),
      text([](ModelConfig& c) { c.ropeScaling.originalLength = 64; }),
      text([](ModelConfig& c) { c.ropeScaling.lowFrequency = 0.5; }),
      text([](ModelConfig& c) { c.ropeScaling.highFrequency = 8.0; }),
      text([](ModelConfig& c) { c.ropeScaling.fastTurns = 16.0; }),
      text([](ModelConfig& c) { c.ropeScaling.slowTurns = 2.0; }),
      text([](ModelConfig& c) { c.ropeScaling.wholePairs = false; }),
      text([](ModelConfig& c) { c.ropeScaling.magnitude = 1.2; }),
      text([](ModelConfig& c) {
        c.ropeScaling.shortFactors = {1.0, 2.0};
      }),
      text([](ModelConfig& c) {
        c.ropeScaling.longFactors = {1.0, 2.0};
      }),
      text([](ModelConfig& c) { c.perLayer.front().rotates = false; }),
      text([](ModelConfig& c) { c.perLayer.front().mixesExperts = true; }),
      text([](ModelConfig& c) { c.perLayer.pop_back(); }),
      text([](ModelConfig& c) { ++c.perLayer[1].window; }),
      text([](ModelConfig& c) { c.perLayer[1].ropeBase *= 2; }),
      text([](ModelConfig& c) { c.perLayer[1].ropeScale *= 2; }),
  };
  QCOMPARE(std::set<std::string>(texts.begin(), texts.end()).size(), texts.size());
}

void ConfigJsonTest::brokenTextIsRefused_data() {
  QTest::addColumn<QString>("from");
  QTest::addColumn<QString>("to");
  QTest::addColumn<QString>("sentence");
  QTest::newRow("cut") << "}]}"
                       << "}]"
                       << "parse error";
  QTest::newRow("missing") << "head_width"
                           << "head_wide"
                           << "head_width";
  QTest::newRow("type") << "\"heads\":4"
                        << "\"heads\":\"4\""
                        << "must be number";
  QTest::newRow("activation") << "gelu_tanh"
                              << "tanh"
                              << "the field 'activation' is 'tanh', but one of 'silu'";
  QTest::newRow("layers") << "\"window\":0"
                          << "\"window\":null"
                          << "must be number";
}

void ConfigJsonTest::brokenTextIsRefused() {
  QFETCH(QString, from);
  QFETCH(QString, to);
  QFETCH(QString, sentence);
  const QString good = QString::fromStdString(toJson(sample::model().config));
  QVERIFY(good.contains(from));
  try {
    configFromJson(QString(good).replace(from, to).toStdString(), "run.h5: /model/config");
    QFAIL("nothing was thrown");
  } catch (const Error& error) {
    const QString found = error.what();
    QVERIFY2(found.startsWith("run.h5: /model/config") && found.contains(sentence), error.what());
  }
}

QTEST_GUILESS_MAIN(ConfigJsonTest)
#include "tst_config_json.moc"
