#include "core/analysis/ablation.h"
#include "core/error.h"
#include "tests/compare.h"

#include "tests/app/tiny_folder.h"

#include <cmath>
#include <stop_token>

using namespace sinkscope;

namespace {

const char* const kPrompt = "the quick brown fox";

double largest(const Array<double, 2>& values) {
  double most = 0.0;
  for (const double value : values.values()) most = std::max(most, std::abs(value));
  return most;
}

}  // namespace

/// Interventions on a tiny random model: what must change nothing, what must change all, and what follows from what.
class TestAblation : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    model_ = loadModel(folder_.path().toStdString(), "cpu", Job());
    tokenizer_ = loadTokenizer(folder_.path().toStdString());
  }

  void whatChangesNothingChangesNothing_data() {
    QTest::addColumn<QString>("what");
    for (const char* what : {"value=1", "window=64", "window=10+60", "remove@40-50", "hide:0.0@0", "value=0@30"})
      QTest::newRow(what) << what;
  }
  void whatChangesNothingChangesNothing() {
    QFETCH(QString, what);
    const AblationResult result = run({what});
    const AblationOutcome& changed = result.changed.front();
    COMPARE_NUMBERS("loss", changed.lossAt, result.untouched.lossAt, 0, 1e-5);
    COMPARE_NUMBERS("KL", changed.divergence, std::vector<double>(1, 0.0), 0, 1e-6);
    COMPARE_NUMBERS("alpha_0", changed.share, result.untouched.share, 0, 1e-6);
    COMPARE_NUMBERS("spread", changed.spread, result.untouched.spread, 1e-4, 1e-7);
  }

  void whatDoesSomethingIsMeasured_data() {
    QTest::addColumn<QString>("what");
    for (const char* what :
         {"remove:1.3", "remove=mean:1.3", "remove=noise:1.3", "remove=shuffle:1.3", "hide:0.2", "value:2.5",
          "value=2:0.1", "off-by-one", "first=q", "prepend=q", "window=4", "window=4+1"})
      QTest::newRow(what) << what;
  }
  void whatDoesSomethingIsMeasured() {
    QFETCH(QString, what);
    const AblationResult result = run({what});
    QVERIFY(result.changed.front().divergence.front() > 1e-7);
    QVERIFY(std::isfinite(result.changed.front().loss.front()));
  }

  void theSameSeedGivesTheSameNoise() {
    const AblationResult one = run({"remove=noise:1.*", "remove=shuffle:1.*"}),
                         same = run({"remove=noise:1.*", "remove=shuffle:1.*"});
    const AblationResult other = run({"remove=noise:1.*", "remove=shuffle:1.*"}, true, 7);
    for (std::size_t i = 0; i < 2; ++i) {
      QCOMPARE(one.changed[i].loss, same.changed[i].loss);
      QVERIFY(one.changed[i].loss != other.changed[i].loss);
    }
  }

  void withoutAnyHeadsNothingSpreads() {
    const AblationResult result = run({"remove"});
    QVERIFY(largest(result.untouched.change) > 1e-3);
    QCOMPARE(largest(result.changed.front().change), 0.0);
  }

  void oneSampleIsItsOwnMean() {
    // Two tokens: one behind the first, so that mean, noise and shuffling all put the same in place.
    AblationRequest request = requestFor({"remove=mean:1.*", "remove=noise:1.*", "remove=shuffle:1.*"}, false);
    request.prompts = {"ab"};
    const AblationResult result = ablate(*model_, *tokenizer_, request, Job());
    for (const AblationOutcome& outcome : result.changed)
      COMPARE_NUMBERS("loss", outcome.loss, result.changed.front().loss, 0, 1e-6);
  }

  void sharedValuesAreChangedHeadByHead() {
    // Six heads share two value heads: all of them one by one are all of them together, and a part is only a part.
    const AblationResult result = run({"value:1.*", "value:1.0,1.1,1.2,1.3,1.4,1.5", "value:1.0"});
    COMPARE_NUMBERS("loss", result.changed[0].lossAt, result.changed[1].lossAt, 0, 1e-6);
    QVERIFY(std::abs(result.changed[0].loss[0] - result.changed[2].loss[0]) > 1e-6);
  }

  void aValueSetToZeroIsTheSameByFactor() {
    const AblationResult result = run({"value", "value=0"});
    COMPARE_NUMBERS("loss", result.changed[0].lossAt, result.changed[1].lossAt, 0, 1e-6);
  }

  void aHiddenSinkHasNoShareButItsOwn() {
    const AblationResult result = run({"hide:1.2"});
    const double tokens = static_cast<double>(result.prompts.front().tokens.size());
    QVERIFY(std::abs(result.changed.front().share(0, 1, 2) - 1.0 / tokens) < 1e-6);
    QVERIFY(std::abs(result.changed.front().share(0, 0, 2) - result.untouched.share(0, 0, 2)) < 1e-6);
  }

  void aWindowThatForgotTheFirstTokenSeesItNoMore() {
    const AblationResult result = run({"window=1"});
    const double tokens = static_cast<double>(result.prompts.front().tokens.size());
    for (const float share : result.changed.front().share.values()) QVERIFY(std::abs(share - 1.0 / tokens) < 1e-6);
    QCOMPARE(largest(result.changed.front().change), 0.0);  // each token sees itself alone
  }

  void offByOneTakesWeightAway() {
    const AblationResult result = run({"off-by-one:0.*"});
    for (std::size_t head = 0; head < result.untouched.share.extent(2); ++head)
      QVERIFY(result.changed.front().share(0, 0, head) < result.untouched.share(0, 0, head));
  }

  void aTokenBeforeBosMovesTheFirstPlace() {
    const AblationResult result = run({"prepend=q", "first=q"});
    QVERIFY(!result.changed[0].bosShare.empty());
    QVERIFY(result.changed[1].bosShare.empty() && result.untouched.bosShare.empty());
  }

  void lossesAreOfTheText() {
    const AblationResult with = run({}), without = run({}, false);
    const std::size_t text = with.prompts.front().tokens.size() - 1;
    QCOMPARE(with.untouched.lossAt.size(), text);
    QCOMPARE(without.untouched.lossAt.size(), text);
    QVERIFY(std::isfinite(with.untouched.lossAt.front()) && std::isnan(without.untouched.lossAt.front()));
    QVERIFY(std::abs(meanOf(with.untouched.lossAt) - with.untouched.loss.front()) < 1e-6);
  }

  void meansOfPositionsAreOverThePromptsThatReachThem() {
    AblationRequest request = requestFor({}, true);
    request.prompts = {"ab", "abcd"};
    const AblationResult both = ablate(*model_, *tokenizer_, request, Job());
    request.prompts = {"ab"};
    const AblationResult first = ablate(*model_, *tokenizer_, request, Job());
    request.prompts = {"abcd"};
    const AblationResult second = ablate(*model_, *tokenizer_, request, Job());
    QVERIFY(std::abs(both.untouched.lossAt[0] - (first.untouched.lossAt[0] + second.untouched.lossAt[0]) / 2) < 1e-6);
    QVERIFY(std::abs(both.untouched.lossAt[3] - second.untouched.lossAt[3]) < 1e-6);
  }

  void sharesAreThresholdedPerPrompt() {
    Array<float, 3> share({2, 1, 2});
    for (std::size_t i = 0; i < 4; ++i) share.data()[i] = std::array{0.25f, 0.9f, 0.5f, 0.75f}[i];
    QCOMPARE(sinkRate(share, 0.5), 0.5);  // strictly above
    QVERIFY(std::abs(meanShare(share) - 0.6) < 1e-7);
    QVERIFY(std::abs(meanHeadShares(share)(0, 1) - 0.825) < 1e-7);
  }

  void badRequestsGetASentence() {
    const auto sentence = [&](const AblationRequest& request) -> QString {
      try {
        ablate(*model_, *tokenizer_, request, Job());
      } catch (const Error& error) {
        return QString::fromUtf8(error.what());
      }
      return {};
    };
    AblationRequest request = requestFor({}, true);
    request.prompts = {};
    QVERIFY(sentence(request).contains("no prompt"));
    request.prompts = {"a"};
    QVERIFY(sentence(request).contains("at least two"));
    QVERIFY(sentence(requestFor({"remove:9.0"}, true)).contains("layers 0 to 2"));
    QVERIFY(sentence(requestFor({"first=zebra"}, true)).contains("no token \"zebra\""));
  }

  void itCanBeStopped() {
    std::stop_source stop;
    stop.request_stop();
    QVERIFY_THROWS_EXCEPTION(Stopped, ablate(*model_, *tokenizer_, requestFor({}, true), Job(stop.get_token())));
  }

 private:
  AblationRequest requestFor(const QStringList& interventions, bool bos, std::uint64_t seed = 1) const {
    AblationRequest request;
    request.model = folder_.path().toStdString();
    request.prompts = {kPrompt};
    request.bos = bos;
    request.seed = seed;
    for (const QString& one : interventions) request.interventions.push_back(parseIntervention(one.toStdString()));
    return request;
  }
  AblationResult run(const QStringList& interventions, bool bos = true, std::uint64_t seed = 1) const {
    return ablate(*model_, *tokenizer_, requestFor(interventions, bos, seed), Job());
  }

  TinyFolder folder_;
  std::shared_ptr<const Model> model_;
  std::shared_ptr<const Tokenizer> tokenizer_;
};

QTEST_APPLESS_MAIN(TestAblation)
#include "tst_ablation.moc"
