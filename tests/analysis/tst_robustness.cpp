#include "core/analysis/robustness.h"
#include "core/error.h"
#include "core/model/decoder.h"
#include "tests/compare.h"

#include <ATen/TensorOperators.h>

#include "tests/app/tiny_folder.h"

#include <cmath>
#include <set>
#include <stop_token>

using namespace sinkscope;

namespace {

/// Log-probabilities of one whole pass, [token, V]; the first token's values set to 0 where asked.
at::Tensor predictions(const Model& model, const std::vector<std::int64_t>& ids, bool zeroed) {
  struct Nothing : Observer {
    bool wants(const Place&) const override { return false; }
    at::Tensor visit(const Place&, at::Tensor value) override { return value; }
  } nothing;
  ConditionObserver observer(zeroed ? Condition::ZeroedValue : Condition::Bos, model.config().heads, true, nothing);
  const at::Tensor logits =
      forward(model.config(), model.parameters, at::tensor(ids, at::kLong).unsqueeze(0), &observer);
  return at::log_softmax(logits[0].to(at::kDouble), -1);
}

double meanLoss(const at::Tensor& p, const std::vector<std::int64_t>& ids, std::size_t first) {
  double sum = 0.0;
  for (std::size_t t = first; t < ids.size(); ++t) sum -= p[static_cast<std::int64_t>(t) - 1][ids[t]].item<double>();
  return sum / static_cast<double>(ids.size() - first);
}

}  // namespace

/// Swaps at many places of a tiny random model, against one whole pass after the other.
class TestRobustness : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    model_ = loadModel(folder_.path().toStdString(), "cpu", Job());
    tokenizer_ = loadTokenizer(folder_.path().toStdString());
  }

  void everySwapIsMeasuredAsTwoPassesDo() {
    const RobustnessRequest request = requestFor({"the quick brown fox", "jumps"});
    const RobustnessResult result = robustness(*model_, *tokenizer_, request, Job());
    QCOMPARE(result.swaps.size(), std::size_t{3 + 3});
    QCOMPARE(result.outcomes.size(), std::size_t{3});
    for (const RobustnessOutcome& outcome : result.outcomes) {
      const bool bos = outcome.condition != Condition::NoBos, zeroed = outcome.condition == Condition::ZeroedValue;
      double sum = 0.0;
      std::size_t tokens = 0;
      for (std::size_t i = 0; i < result.swaps.size(); ++i) {
        std::vector<std::int64_t> ids = idsOf(tokenizer_->encode(
            request.prompts[static_cast<std::size_t>(result.swaps.prompt[i])], {.addBos = bos, .limit = 0}));
        const at::Tensor p = predictions(*model_, ids, zeroed);
        const auto at = static_cast<std::size_t>(result.swaps.position[i]) + (bos ? 1 : 0);
        const double before = meanLoss(p, ids, at + 1);
        if (i % 3 == 0) {
          sum += meanLoss(p, ids, 1) * static_cast<double>(ids.size() - 1);
          tokens += ids.size() - 1;
        }
        QVERIFY(ids[at] != result.swaps.id[i]);
        ids[at] = result.swaps.id[i];
        const at::Tensor q = predictions(*model_, ids, zeroed);
        const double divergence =
            (p.exp() * (p - q)).sum(-1).slice(0, static_cast<std::int64_t>(at)).mean().item<double>();
        QVERIFY2(std::abs(outcome.divergence[i] - divergence) < 1e-6 + 1e-4 * divergence,
                 qPrintable(QString("%1 %2").arg(outcome.divergence[i]).arg(divergence)));
        QVERIFY(std::abs(outcome.lossChange[i] - (meanLoss(q, ids, at + 1) - before)) < 1e-5);
      }
      QVERIFY(std::abs(outcome.loss - sum / static_cast<double>(tokens)) < 1e-5);
    }
  }

  void placesAreDistinctAndNeverTheLast() {
    RobustnessRequest request = requestFor({"abcdef"});
    request.swaps = 20;  // more than there are
    const RobustnessResult result = robustness(*model_, *tokenizer_, request, Job());
    const std::set<std::int64_t> places(result.swaps.position.begin(), result.swaps.position.end());
    QVERIFY(places == (std::set<std::int64_t>{0, 1, 2, 3, 4}));
    QCOMPARE(result.swaps.size(), std::size_t{5});
  }

  void theSeedDecides() {
    RobustnessRequest request = requestFor({"the quick brown fox"});
    const RobustnessResult one = robustness(*model_, *tokenizer_, request, Job());
    const RobustnessResult same = robustness(*model_, *tokenizer_, request, Job());
    request.seed = 9;
    const RobustnessResult other = robustness(*model_, *tokenizer_, request, Job());
    QVERIFY(one.swaps == same.swaps && !(one.swaps == other.swaps));
    QCOMPARE(one.outcomes.front().divergence, same.outcomes.front().divergence);
  }

  void meansAreOverRangesOfPositions() {
    RobustnessResult result;
    result.swaps.position = {0, 1, 1, 7};
    const std::vector<PositionBin> bins = binned(result, {1.0, 2.0, 3.0, 10.0}, 4);  // widths of 2
    QCOMPARE(bins.size(), std::size_t{2});
    QCOMPARE(bins[0].count, std::size_t{3});
    QCOMPARE(bins[0].mean, 2.0);
    QVERIFY(std::abs(bins[0].standardError - 1.0 / std::sqrt(3.0)) < 1e-12);  // deviation 1, of three
    QCOMPARE(bins[1].begin, 6);
    QCOMPARE(bins[1].end, 8);
    QCOMPARE(bins[1].mean, 10.0);
    QVERIFY(std::isnan(bins[1].standardError));
  }

  void badRequestsGetASentence() {
    const auto sentence = [&](const RobustnessRequest& request) -> QString {
      try {
        robustness(*model_, *tokenizer_, request, Job());
      } catch (const Error& error) {
        return QString::fromUtf8(error.what());
      }
      return {};
    };
    QVERIFY(sentence(requestFor({})).contains("no prompt"));
    QVERIFY(sentence(requestFor({"a"})).contains("expected at least two"));
    RobustnessRequest request = requestFor({"ab"});
    request.conditions.clear();
    QVERIFY(sentence(request).contains("no condition"));
  }

  void itCanBeStopped() {
    std::stop_source stop;
    stop.request_stop();
    QVERIFY_THROWS_EXCEPTION(Stopped, robustness(*model_, *tokenizer_, requestFor({"abcd"}), Job(stop.get_token())));
  }

 private:
  RobustnessRequest requestFor(const std::vector<std::string>& prompts) const {
    RobustnessRequest request;
    request.model = folder_.path().toStdString();
    request.prompts = prompts;
    request.swaps = 3;
    return request;
  }

  TinyFolder folder_;
  std::shared_ptr<const Model> model_;
  std::shared_ptr<const Tokenizer> tokenizer_;
};

QTEST_APPLESS_MAIN(TestRobustness)
#include "tst_robustness.moc"
