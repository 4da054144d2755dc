// torch comes before Qt: `slots` is a name of its own.
#include <ATen/Functions.h>

#include "core/model/demo_models.h"
#include "core/model/model.h"

#include <QCryptographicHash>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace sinkscope;

namespace {

QJsonObject readJson(const QString& name) {
  QFile file(QStringLiteral(SINKSCOPE_TEST_DATA "/") + name);
  if (!file.open(QIODevice::ReadOnly)) return {};
  return QJsonDocument::fromJson(file.readAll()).object();
}

QString md5Of(const at::Tensor& tensor) {
  const at::Tensor values = tensor.contiguous();
  QCryptographicHash hash(QCryptographicHash::Md5);
  const auto* bytes = reinterpret_cast<const char*>(values.data_ptr<float>());
  hash.addData(QByteArrayView(bytes, static_cast<qsizetype>(values.nbytes())));
  return QString::fromLatin1(hash.result().toHex());
}

}  // namespace

/// The demo models, read whole.
class TestModel : public QObject {
  Q_OBJECT
 private slots:
  void everyWeight_data();
  void everyWeight();
  void configOfGemma();
  void configOfSmolLm();
  void stopsWhileReading();
};

void TestModel::everyWeight_data() {
  QTest::addColumn<QString>("name");
  QTest::newRow("gemma-3-270m") << "gemma-3-270m";
  QTest::newRow("smollm2-135m") << "smollm2-135m";
}

// Bit for bit what the Python package `gguf` reads, rows of LLaMa's queries and keys put back.
void TestModel::everyWeight() {
  QFETCH(QString, name);
  QElapsedTimer timer;
  timer.start();
  const auto model = loadModel(resolveModel(name.toStdString()), "cpu", {});
  qInfo("read in %lld ms", timer.elapsed());
  const QJsonObject expected = readJson(QStringLiteral("models/%1.weights.json").arg(name));
  QVERIFY(expected.size() > 200);
  QCOMPARE(static_cast<qsizetype>(model->parameters.all().size()), expected.size());
  for (const auto& [parameter, value] : model->parameters.all()) {
    QVERIFY2(md5Of(value) == expected[QString::fromStdString(parameter)].toString(), parameter.c_str());
  }
  const QJsonObject golden = readJson(QStringLiteral("models/%1.json").arg(name));
  QCOMPARE(model->identity.files.size(), std::size_t{1});
  QCOMPARE(QString::fromStdString(model->identity.files[0].sha256), golden["sha256"].toString());
  QCOMPARE(QString::fromStdString(model->identity.files[0].name), golden["file"].toString());
}

void TestModel::configOfGemma() {
  const auto model = loadModel(resolveModel("gemma-3-270m"), "cpu", {});
  const ModelConfig& config = model->config();
  QCOMPARE(config, readConfig(model->path));
  QCOMPARE(config.family, std::string("gemma3"));
  QCOMPARE(config.vocabulary, 262144);
  QCOMPARE(config.layers, 18);
  QCOMPARE(config.heads, 4);
  QCOMPARE(config.keyHeads, 1);
  QCOMPARE(config.width, 640);
  QCOMPARE(config.headWidth, 256);
  QCOMPARE(config.feedForwardWidth, 2048);
  QCOMPARE(config.contextLength, 32768);
  QCOMPARE(static_cast<float>(config.normEpsilon), 1e-6f);
  QCOMPARE(config.attentionScale, 0.0625);
  QCOMPARE(static_cast<float>(config.embeddingScale), 25.298221f);
  QVERIFY(config.activation == Activation::GeluTanh && config.queryKeyNorm && config.postNorms);
  QVERIFY(config.tiedEmbedding && !config.attentionBias);
  for (int layer = 0; layer < 18; ++layer) {
    const bool seesAll = layer == 5 || layer == 11 || layer == 17;
    QCOMPARE(config.perLayer[layer], (seesAll ? LayerConfig{0, 1e6, 1.0} : LayerConfig{512, 1e4, 1.0}));
  }
  QCOMPARE(model->identity.licence, std::string("gemma"));
  QCOMPARE(model->identity.weightType, std::string("Q8_0"));
  QCOMPARE(model->identity.parameterCount, 268098176);
  QCOMPARE(model->parameters.bytes(), 4 * 268098176);
}

void TestModel::configOfSmolLm() {
  const ModelConfig config = readConfig(resolveModel("smollm2-135m"));
  QCOMPARE(config.family, std::string("llama"));
  QCOMPARE(config.vocabulary, 49152);
  QCOMPARE(config.layers, 30);
  QCOMPARE(config.heads, 9);
  QCOMPARE(config.keyHeads, 3);
  QCOMPARE(config.width, 576);
  QCOMPARE(config.headWidth, 64);
  QCOMPARE(config.feedForwardWidth, 1536);
  QCOMPARE(config.contextLength, 8192);
  QCOMPARE(static_cast<float>(config.normEpsilon), 1e-5f);
  QCOMPARE(config.attentionScale, 0.125);
  QCOMPARE(config.embeddingScale, 1.0);
  QVERIFY(config.activation == Activation::Silu && !config.queryKeyNorm && !config.postNorms);
  QVERIFY(config.tiedEmbedding && !config.attentionBias);
  QCOMPARE(config.perLayer, (std::vector<LayerConfig>(30, LayerConfig{0, 1e5, 1.0})));
}

void TestModel::stopsWhileReading() {
  std::stop_source stop;
  std::string last;
  const Job job(stop.get_token(), [&](const Progress& progress) {
    last = progress.what;
    if (progress.what == "reading layer 7 of 30") stop.request_stop();
  });
  QVERIFY_THROWS_EXCEPTION(Stopped, loadModel(resolveModel("smollm2-135m"), "cpu", job));
  QCOMPARE(last, std::string("reading layer 7 of 30"));
}

QTEST_GUILESS_MAIN(TestModel)
#include "tst_model.moc"
