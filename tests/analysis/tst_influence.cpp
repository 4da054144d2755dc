#include "core/analysis/influence.h"
#include "core/error.h"
#include "core/model/demo_models.h"
#include "tests/compare.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <ATen/Functions.h>

#include <memory>

using namespace sinkscope;

namespace {

constexpr double kNorm = 1e-3, kLog = 1e-4;

at::Tensor tensorOf(const Array<double, 2>& array, std::size_t row) {
  return at::tensor(std::vector<double>(array.row(row).begin(), array.row(row).end()), at::kDouble);
}

}  // namespace

/// A whole request on SmolLM2, against transformers and PyTorch's autograd (see make_influence_goldens.py).
class TestInfluence : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    QFile file(SINKSCOPE_TEST_DATA "/models/smollm2-135m.influence.json");
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonObject about = QJsonDocument::fromJson(file.readAll()).object();
    for (const QJsonValue& id : about["ids"].toArray()) ids_.push_back(id.toInteger());
    golden_ = openTensorFile(SINKSCOPE_TEST_DATA "/models/smollm2-135m.influence.safetensors");
    const auto path = resolveModel("smollm2-135m");
    model_ = loadModel(path, "cpu", Job());
    tokenizer_ = loadTokenizer(path);
    request_.model = "smollm2-135m";
    request_.prompt = about["prompt"].toString().toStdString();
  }

  /// Every row of the Jacobian of the last token: the residual stream after the last layer by the embedding, and after
  /// 15 layers. One sweep gives both.
  void exactNormsAreAutograds() {
    const InfluenceResult result = ask({.probes = 0});
    std::vector<std::int64_t> ids;
    for (const Token& token : result.tokens) ids.push_back(token.id);
    QCOMPARE(ids, ids_);
    QVERIFY(ids.size() >= 20 && ids.size() <= 25);
    COMPARE_NUMBERS("from the embedding", tensorOf(result.measured, 0), golden_->read("from0.to30"), kNorm);
    COMPARE_NUMBERS("after 15 layers", tensorOf(result.measured, 15), golden_->read("from15.to30"), kNorm);
    QCOMPARE(result.products, 576);
    QVERIFY(result.standardError.empty());
    qInfo("%.1f products a second, %.1f s", result.productsPerSecond, result.seconds);
    exact_ = result.measured;
  }

  void afterTheFinalNorm() {
    const InfluenceResult result = ask({.from = 27, .finalNorm = true, .probes = 0});
    COMPARE_NUMBERS("after the final norm", tensorOf(result.measured, 0), golden_->read("from27.final"), kNorm);
  }

  void pathSumsAreThoseOfTheGoldenAttention() {
    const InfluenceResult result = ask({.probes = 2});
    COMPARE_NUMBERS("bound", result.bound, golden_->read("bound"), 0, kLog);
    COMPARE_NUMBERS("rollout", result.rollout, golden_->read("rollout"), 0, kLog);
    QVERIFY(result.sinkLogRatio[0] < result.sinkLogRatio[29] && result.sinkLogRatio[29] < 0.0);
  }

  void probesAreWithinThreeStandardErrors() {
    const InfluenceResult result = ask({.probes = 64, .seed = 3});
    for (const std::size_t start : {std::size_t{0}, std::size_t{15}})
      for (std::size_t token = 0; token < result.tokens.size(); ++token) {
        const double z = (result.measured(start, token) - exact_(start, token)) / result.standardError(start, token);
        QVERIFY2(std::abs(z) < 3.0, qPrintable(QString("token %1: %2 standard errors").arg(token).arg(z)));
        QVERIFY(result.standardError(start, token) < 0.1 * result.measured(start, token));
      }
  }

  /// The matrix holds the row, and the correlation is over all its pairs.
  void fullMatrix() {
    const InfluenceResult result = ask({.from = 26, .allQueries = true, .probes = 16});
    const std::size_t tokens = result.tokens.size();
    QCOMPARE(result.products, static_cast<std::int64_t>(16 * (tokens + 1)));
    for (std::size_t token = 0; token < tokens; ++token) {
      QVERIFY(std::abs(result.all.bound(tokens - 1, token) - result.bound(0, token)) < 1e-9);
      const double error = result.standardError(0, token) + result.all.standardError(tokens - 1, token);
      QVERIFY(std::abs(result.all.measured(tokens - 1, token) - result.measured(0, token)) < 3.0 * error);
      for (std::size_t query = 0; query < token; ++query) QCOMPARE(result.all.measured(query, token), 0.0);
    }
    std::vector<double> bound, rollout, measured;
    for (std::size_t query = 0; query < tokens; ++query)
      for (std::size_t token = 0; token <= query; ++token) {
        bound.push_back(result.all.bound(query, token));
        rollout.push_back(result.all.rollout(query, token));
        measured.push_back(result.all.measured(query, token));
      }
    QCOMPARE(result.boundCorrelation, spearman(bound, measured));
    QCOMPARE(result.rolloutCorrelation, spearman(rollout, measured));
  }

  /// Both conditions ask about the same token of the same text, and each is what it would be alone.
  void withAndWithoutBosIsTheSameText() {
    InfluenceRequest request = request_;
    request.bos = true;
    request.tokenLimit = 12;
    request.from = 27;
    request.query = 7;
    request.probes = 2;
    const InfluenceRun run = influenceUnder(*model_, *tokenizer_, request, {true, false}, Job());
    QCOMPARE(run.results.size(), std::size_t{2});
    const InfluenceResult &with = run.results[0], &without = run.results[1];
    QCOMPARE(with.tokens.size(), std::size_t{12});
    QVERIFY(std::equal(with.tokens.begin() + 1, with.tokens.end(), without.tokens.begin(), without.tokens.end()));
    QCOMPARE(with.query, 7);
    QCOMPARE(without.query, 6);
    QCOMPARE(with.bosText, std::string("<|im_start|>"));
    QVERIFY(run.seconds >= with.seconds + without.seconds);
    QVERIFY(influence(*model_, *tokenizer_, without.request, Job()).measured == without.measured);
    request = without.request;  // and the other way round
    QVERIFY(influenceUnder(*model_, *tokenizer_, request, {true}, Job()).results[0].request == with.request);
    request = with.request;
    request.query = 0;  // <bos> itself
    QVERIFY_THROWS_EXCEPTION(Error, influenceUnder(*model_, *tokenizer_, request, {false}, Job()));
  }

  /// What does not fit is said before it is tried, and more is said to be needed by what needs more.
  void memoryIsGuarded() {
    InfluenceRequest request = request_;
    request.probes = 1;
    const std::uint64_t row = influenceBytes(model_->config(), request, 22);
    request.allQueries = true;
    const std::uint64_t matrix = influenceBytes(model_->config(), request, 22);
    // The trace alone: queries, keys and log-sum-exp of 9 heads and 3 key heads of 64, the stream of 576, as floats.
    QVERIFY(row > 22u * 4 * (30 * ((9 + 3) * 64 + 9) + 31 * 576));
    QVERIFY(matrix >= row + 22 * 22 * 8 * 10);
    request.budgetBytes = matrix - 1;
    try {
      influence(*model_, *tokenizer_, request, Job());
      QFAIL("it was tried");
    } catch (const Error& error) {
      QVERIFY2(QString(error.what()).contains("22 takes"), error.what());
      QVERIFY2(QString(error.what()).contains("leave the full matrix out"), error.what());
    }
    request.allQueries = false;
    request.from = 29;
    influence(*model_, *tokenizer_, request, Job());
  }

  void sharesOfARow() {
    const double far = 900.0;  // whose exponential no double holds
    const std::vector<double> shares = rowShares(std::vector{far + std::log(3.0), -HUGE_VAL, far});
    QVERIFY(std::abs(shares[0] - 0.75) < 1e-12 && std::abs(shares[2] - 0.25) < 1e-12);
    QCOMPARE(shares[1], 0.0);
    QCOMPARE(rowShares(std::vector{-HUGE_VAL, -HUGE_VAL}), (std::vector{0.0, 0.0}));
    QVERIFY(rowShares({}).empty());
  }

  void spearmanOfRanks() {
    const auto check = [](std::vector<double> a, std::vector<double> b) { return spearman(a, b); };
    QCOMPARE(check({1, 2, 3, 4}, {10, 100, 1000, 10000}), 1.0);
    QCOMPARE(check({-HUGE_VAL, 2, 3}, {9, 5, 0}), -1.0);
    QCOMPARE(check({1, 2, 3, 4, 5}, {2, 1, 4, 3, 5}), 0.8);  // 1 - 6 * 4 / (5 * 24)
    // Ranks 1, 2.5, 2.5, 4 and 3, 1.5, 1.5, 4: a covariance of 1.5, both variances 4.5.
    QVERIFY(std::abs(check({1, 2, 2, 5}, {3, 1, 1, 7}) - 1.0 / 3) < 1e-12);
    QVERIFY(std::isnan(check({1}, {1})));
    QVERIFY(std::isnan(check({1, 1}, {1, 2})));
  }

  void refusesWhatThereIsNot() {
    QVERIFY_THROWS_EXCEPTION(Error, ask({.from = 30}));
    QVERIFY_THROWS_EXCEPTION(Error, ask({.to = 31}));
    QVERIFY_THROWS_EXCEPTION(Error, ask({.query = 22}));
    QVERIFY_THROWS_EXCEPTION(Error, ask({.query = -1}));
  }

 private:
  /// What of a request the tests vary.
  struct Question {
    std::int64_t from = 0;
    std::optional<std::int64_t> to = {}, query = {};
    bool finalNorm = false, allQueries = false;
    std::int64_t probes = 1;
    std::uint64_t seed = 0;
  };
  InfluenceResult ask(const Question& question) const {
    InfluenceRequest request = request_;
    request.from = question.from;
    request.to = question.to;
    request.query = question.query;
    request.finalNorm = question.finalNorm;
    request.allQueries = question.allQueries;
    request.probes = question.probes;
    request.seed = question.seed;
    return influence(*model_, *tokenizer_, request, Job());
  }

  InfluenceRequest request_;
  std::vector<std::int64_t> ids_;
  std::unique_ptr<TensorFile> golden_;
  std::shared_ptr<const Model> model_;
  std::shared_ptr<const Tokenizer> tokenizer_;
  Array<double, 2> exact_;
};

QTEST_GUILESS_MAIN(TestInfluence)
#include "tst_influence.moc"
