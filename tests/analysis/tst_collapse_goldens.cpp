#include "core/analysis/collapse.h"
#include "core/analysis/no_op.h"
#include "core/analysis/probes.h"
#include "core/model/demo_models.h"
#include "core/text/prompts.h"
#include "tests/compare.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <ATen/TensorOperators.h>

#include <algorithm>
#include <map>
#include <memory>

using namespace sinkscope;

namespace {

constexpr double kRelative = 1e-3;
/// Of measures that are fractions, entropies or cosines, and may be near 0.
constexpr Tolerance kPlain{kRelative, 1e-4};

/// A fetched demo model with its goldens (see tests/data/make_collapse_goldens.py).
struct Demo {
  std::shared_ptr<const Model> model;
  std::shared_ptr<const Tokenizer> tokenizer;
  std::unique_ptr<TensorFile> golden;
  QJsonObject about;

  at::Tensor expected(const QString& name) const { return golden->read(name.toStdString()); }
};

std::unique_ptr<Demo> loadDemo(const std::string& name) {
  const std::string stem = SINKSCOPE_TEST_DATA "/collapse/" + name;
  QFile file(QString::fromStdString(stem + ".json"));
  if (!file.open(QIODevice::ReadOnly)) throw Error("No golden file of " + name + ".");
  const auto path = resolveModel(name);
  return std::make_unique<Demo>(Demo{loadModel(path, "cpu", Job()), loadTokenizer(path),
                                     openTensorFile(stem + ".safetensors"),
                                     QJsonDocument::fromJson(file.readAll()).object()});
}

}  // namespace

/// Collapse measures and probes of the two demo models against transformers. Fails where the models were not fetched.
class TestCollapseGoldens : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    for (const DemoModel& demo : demoModels()) demos_[demo.name] = loadDemo(demo.name);
    QCOMPARE(demos_.size(), std::size_t{2});
  }

  void everyLayer_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<QJsonObject>("one");
    for (const auto& [name, demo] : demos_)
      for (const QJsonValue& one : demo->about["cases"].toArray())
        QTest::addRow("%s, %s", name.c_str(), qPrintable(one["case"].toString()))
            << QString::fromStdString(name) << one.toObject();
  }
  void everyLayer() {
    const Demo& demo = fetch();
    QFETCH(QJsonObject, one);
    CollapseRequest request;
    request.prompt = one["prompt"].toString().toStdString();
    request.bos = one["bos"].toBool();
    const CollapseResult result = collapse(*demo.model, *demo.tokenizer, request, Job());
    const auto expected = [&](const char* measure) { return demo.expected(one["case"].toString() + "." + measure); };
    QCOMPARE(static_cast<int>(result.tokens.size()), one["tokens"].toInt());
    COMPARE_NUMBERS("residual", result.all.residual, expected("all.residual"), kRelative);
    COMPARE_NUMBERS("relative", result.all.relativeResidual, expected("all.relative"), kPlain);
    COMPARE_NUMBERS("Dong", result.all.dongResidual, expected("all.dong"), kPlain);
    COMPARE_NUMBERS("rank", result.all.effectiveRank, expected("all.rank"), kRelative);
    COMPARE_NUMBERS("entropy", result.all.matrixEntropy, expected("all.entropy"), kPlain);
    COMPARE_NUMBERS("cosine", result.all.meanCosine, expected("all.cosine"), kPlain);
    COMPARE_NUMBERS("residual, rest", result.withoutFirst.residual, expected("rest.residual"), kRelative);
    COMPARE_NUMBERS("relative, rest", result.withoutFirst.relativeResidual, expected("rest.relative"), kPlain);
    COMPARE_NUMBERS("Dong, rest", result.withoutFirst.dongResidual, expected("rest.dong"), kPlain);
    COMPARE_NUMBERS("rank, rest", result.withoutFirst.effectiveRank, expected("rest.rank"), kRelative);
    COMPARE_NUMBERS("entropy, rest", result.withoutFirst.matrixEntropy, expected("rest.entropy"), kPlain);
    COMPARE_NUMBERS("cosine, rest", result.withoutFirst.meanCosine, expected("rest.cosine"), kPlain);
    COMPARE_NUMBERS("last", result.lastDistance, expected("last.l2"), kRelative);
    COMPARE_NUMBERS("last, max", result.lastDistanceMax, expected("last.max"), kRelative);
    COMPARE_NUMBERS("first", result.firstNorm, expected("first.norm"), kRelative);
    COMPARE_NUMBERS("first ratio", result.firstNormRatio, expected("first.ratio"), kRelative);
    COMPARE_NUMBERS("row entropy", result.rowEntropy, expected("rowEntropy"), kPlain);
    Array<float, 2> alpha0({result.shares.shares.extent(0), result.shares.shares.extent(1)});
    for (std::size_t l = 0; l < alpha0.extent(0); ++l)
      for (std::size_t h = 0; h < alpha0.extent(1); ++h) alpha0(l, h) = result.shares.shares(l, h, 0);
    COMPARE_NUMBERS("alpha_0", alpha0, expected("alpha0"), 0, 1e-4);
  }

  void lengths_data() { addModels(); }
  void lengths() {
    const Demo& demo = fetch();
    LengthProbeRequest request;
    request.lengths.clear();
    for (const QJsonValue& length : demo.about["lengths"].toArray())
      request.lengths.push_back(static_cast<std::size_t>(length.toInt()));
    for (const LengthProbe probe : {LengthProbe::Ones, LengthProbe::Digits}) {
      request.probe = probe;
      const LengthProbeResult result = lengthProbe(*demo.model, *demo.tokenizer, request, Job());
      const QString name = probe == LengthProbe::Ones ? "ones" : "digits";
      compareExactly(result.float32.layerDifference, result.float32.layerScale, demo.expected(name + ".layer"));
      compareExactly(result.float32.normDifference, result.float32.normScale, demo.expected(name + ".norm"));
      compareWithinRounding(result.bfloat16.layerDifference, result.bfloat16.layerScale,
                            demo.expected(name + ".layer.bf16"));
      compareWithinRounding(result.bfloat16.normDifference, result.bfloat16.normScale,
                            demo.expected(name + ".norm.bf16"));
    }
  }

  void copies_data() { addModels(); }
  void copies() {
    const Demo& demo = fetch();
    RepetitionRequest request;
    request.text = "1";
    request.copies = static_cast<std::size_t>(demo.about["copies"].toInt());
    const RepetitionResult result = repetitionProbe(*demo.model, *demo.tokenizer, request, Job());
    COMPARE_NUMBERS("copies", result.norm, demo.expected("repeat"), kRelative);
  }

  /// The scan over real prompts, for the most frequent token with an apostrophe (see make_waking_goldens.py).
  void waking_data() { addModels(); }
  void waking() {
    const Demo& demo = fetch();
    QFETCH(QString, model);
    const auto golden = openTensorFile(SINKSCOPE_TEST_DATA "/collapse/" + model.toStdString() + ".waking.safetensors");
    NoOpRequest request;
    request.prompts = readPrompts(SINKSCOPE_TEST_DATA "/../../resources/prompts/waking.txt");
    request.prompts.resize(8);
    const WakeScan scan = noOpHeads(*demo.model, *demo.tokenizer, request, Job()).scan;
    const auto number = [&](const char* name) { return golden->read(name).item<double>(); };
    const auto token = std::ranges::find(scan.tokens, static_cast<std::int64_t>(number("id")), &Token::id);
    QVERIFY(token != scan.tokens.end());
    QCOMPARE(tokenClass(*token), TokenClass::Apostrophe);
    const auto kind = static_cast<std::size_t>(token - scan.tokens.begin());
    for (std::size_t l = 0; l < scan.overall.count.extent(0); ++l) {
      QCOMPARE(static_cast<double>(scan.byToken.count(l, kind)), number("count"));
      QCOMPARE(static_cast<double>(scan.overall.count(l, 0)), number("all"));
    }
    COMPARE_NUMBERS("awake", ofKind(scan.byToken.awake, kind), golden->read("awake"), 0, 1e-4);
    COMPARE_NUMBERS("overall", ofKind(scan.overall.awake, 0), golden->read("overall"), 0, 1e-4);
    COMPARE_NUMBERS("previous", ofKind(scan.byToken.previous, kind), golden->read("previous"), 0, 1e-4);
    COMPARE_NUMBERS("all previous", ofKind(scan.overall.previous, 0), golden->read("overallPrevious"), 0, 1e-4);
    COMPARE_NUMBERS("variance", ofKind(scan.byToken.variance, kind), golden->read("variance"), 1e-3, 1e-5);
  }

 private:
  static Array<double, 2> ofKind(const Array<double, 3>& table, std::size_t kind) {
    Array<double, 2> result({table.extent(0), table.extent(1)});
    for (std::size_t l = 0; l < result.extent(0); ++l)
      for (std::size_t h = 0; h < result.extent(1); ++h) result(l, h) = table(l, h, kind);
    return result;
  }
  void addModels() {
    QTest::addColumn<QString>("model");
    for (const auto& [name, demo] : demos_) QTest::newRow(name.c_str()) << QString::fromStdString(name);
  }
  const Demo& fetch() const {
    QFETCH(QString, model);
    return *demos_.at(model.toStdString());
  }

  /// The difference of two states of size `scale` cannot be known better than the states.
  static void compareExactly(const std::vector<double>& distance, const std::vector<double>& scale,
                             const at::Tensor& expected) {
    COMPARE_NUMBERS("scale", scale, expected.select(1, 1), kRelative);
    QVERIFY(!mismatch("rounded", scale, at::tensor(scale, at::kDouble).to(at::kBFloat16), {1e-6}).empty());
    COMPARE_NUMBERS("difference", distance, expected.select(1, 0), kRelative);
  }

  /// Two models in bfloat16 that round at different places drift apart: within some spacings of the numbers themselves.
  static void compareWithinRounding(const std::vector<double>& distance, const std::vector<double>& scale,
                                    const at::Tensor& expected) {
    const double allowed = 6 * kTypeEpsilons[2].epsilon;
    COMPARE_NUMBERS("bfloat16 scale", scale, expected.select(1, 1), allowed);
    COMPARE_NUMBERS("bfloat16 difference over scale", ratios(distance, scale),
                    expected.select(1, 0) / expected.select(1, 1), 0, allowed);
    COMPARE_NUMBERS("a bfloat16 number", scale, at::tensor(scale, at::kDouble).to(at::kBFloat16), 0, 0);
  }
  static std::vector<double> ratios(const std::vector<double>& distance, const std::vector<double>& scale) {
    std::vector<double> result;
    for (std::size_t i = 0; i < scale.size(); ++i) result.push_back(distance[i] / scale[i]);
    return result;
  }

  std::map<std::string, std::unique_ptr<Demo>> demos_;
};

QTEST_GUILESS_MAIN(TestCollapseGoldens)
#include "tst_collapse_goldens.moc"
