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
                              << "relu"
                              << "the field 'activation' is 'relu', but one of 'silu'";
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
