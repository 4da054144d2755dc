#include "core/analysis/explore.h"
#include "core/analysis/perturber.h"
#include "core/analysis/report_tables.h"
#include "core/error.h"
#include "tests/byte_tokenizer.h"
#include "tests/compare.h"
#include "tests/tiny_model.h"

#include "tests/app/tiny_folder.h"  // Qt after torch

#include <QTest>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <stop_token>

using namespace sinkscope;

namespace {

// Sums of the same numbers in another order.
constexpr Tolerance kExact{1e-12, 1e-12};
// A pass over a swapped prompt as a whole against one over its end alone, in float32.
constexpr Tolerance kPasses{2e-4, 1e-6};

class WithoutBos : public ByteTokenizer {
 public:
  using ByteTokenizer::ByteTokenizer;
  std::optional<std::int64_t> bos() const override { return std::nullopt; }
  bool addsBos() const override { return false; }
};

ReportRequest requestOf(std::size_t prompts = 4, std::size_t tokenLimit = 0) {
  ReportRequest request;
  request.models = {"tiny"};
  request.tokenLimit = tokenLimit;
  request.resamples = 50;
  // Random weights give no head much of a share: thresholds between which they fall.
  request.epsilons = {0.08, 0.2};
  for (std::size_t i = 0; i < prompts; ++i) {
    std::string prompt = "HE CAME ABOARD AND CALLED ALL ON DECK";
    std::rotate(prompt.begin(), prompt.begin() + static_cast<std::ptrdiff_t>(3 * i), prompt.end());
    request.prompts.push_back(prompt.substr(0, prompt.size() - i));
  }
  return request;
}

ModelReport reportOf(const TinyModel& tiny, const ReportRequest& request) {
  return reportModel(*tiny.model, ByteTokenizer(tiny.model->config().vocabulary), request, Job());
}

std::vector<double> listOf(const MeanInterval& interval) {
  return {interval.mean, interval.low, interval.high};
}

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

template <typename Call>
QString sentenceOf(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return QString::fromUtf8(error.what());
  }
  return {};
}

}  // namespace

/// A report against the analyses that it repeats over many prompts.
class TestReport : public QObject {
  Q_OBJECT

 private slots:
  void sameNumbersAsAnExploration_data() { addModels(); }
  void sameNumbersAsAnExploration() {
    const TinyModel tiny = load();
    for (const std::size_t limit : {std::size_t{0}, std::size_t{17}}) {
      const ReportRequest request = requestOf(4, limit);
      const ModelReport report = reportOf(tiny, request);
      QCOMPARE(report.conditions.size(), std::size_t{2});
      QVERIFY(report.conditions[0].bos && !report.conditions[1].bos && report.addsBos);
      QCOMPARE(report.bosText, std::string("<bos>"));
      for (const ReportCondition& condition : report.conditions) {
        ExploreRequest explored;
        explored.prompts = request.prompts;
        explored.bos = condition.bos;
        explored.tokenLimit = limit;
        const ByteTokenizer tokenizer(tiny.model->config().vocabulary);
        const auto result = explore(*tiny.model, tokenizer, explored, Job()).result;
        const std::vector<PromptShares> shares = result->shares();
        const SinkConventions conventions = result->conventions(0.2);
        QCOMPARE(condition.tokensMin, conventions.tokensMin);
        QCOMPARE(condition.tokensMax, conventions.tokensMax);
        for (std::size_t e = 0; e < 2; ++e) {
          QCOMPARE(condition.rate[e].mean, sinkRate(shares, request.epsilons[e]));
          COMPARE_NUMBERS("rate by layer",
                          std::vector(condition.rateByLayer.row(e).begin(), condition.rateByLayer.row(e).end()),
                          sinkRateByLayer(shares, request.epsilons[e]), kExact);
        }
        QVERIFY(condition.rate[0].mean > 0 && condition.rate[1].mean < 1);
        COMPARE_NUMBERS("share by layer", condition.shareByLayer, meanShareByLayer(shares), kExact);
        std::vector<double> losses, promptShares, entropies(condition.entropyByLayer.size());
        for (const PromptResult& prompt : result->prompts) {
          losses.push_back(prompt.loss());
          promptShares.push_back(meanShare(std::span(&prompt.shares, 1)));
          for (std::size_t l = 0; l < entropies.size(); ++l)
            for (std::size_t h = 0; h < prompt.rowEntropy.extent(1); ++h)
              for (const float entropy : prompt.rowEntropy.row(l, h))
                entropies[l] += entropy / static_cast<double>(prompt.rowEntropy.extent(1) * prompt.tokens.size() * 4);
        }
        COMPARE_NUMBERS("loss", condition.promptLoss, losses, kExact);
        COMPARE_NUMBERS("share", condition.promptShare, promptShares, kExact);
        COMPARE_NUMBERS("entropy", condition.entropyByLayer, entropies, kExact);
        QVERIFY(std::abs(condition.share.mean - meanShare(shares)) < 1e-12);
      }
    }
  }

  void sameSpreadAsAPerturbation_data() { addModels(); }
  void sameSpreadAsAPerturbation() {
    const TinyModel tiny = load();
    const ReportRequest request = requestOf();
    const ModelReport report = reportOf(tiny, request);
    const auto tokenizer = std::make_shared<ByteTokenizer>(tiny.model->config().vocabulary);
    Perturber perturber(tiny.model, tokenizer);
    for (std::size_t c = 0; c < 2; ++c) {
      std::vector<double> last, byLayer(report.conditions[c].spreadByLayer.size());
      for (std::size_t i = 0; i < request.prompts.size(); ++i) {
        PerturbRequest swapped;
        swapped.prompt = request.prompts[i];
        swapped.tokenLimit = 0;
        swapped.swap = drawnSwap(*tokenizer, tokenizer->encode(request.prompts[i]), request.seed + i);
        swapped.conditions = {c == 0 ? Condition::Bos : Condition::NoBos};
        const auto result = perturber.run(swapped, Job(), Perturber::Detail::Map);
        const std::vector<double> places = spread(result->maps[0], ChangeNorm::L2);  // embedding, layers, final norm
        last.push_back(places[places.size() - 2]);
        for (std::size_t l = 0; l < byLayer.size(); ++l) byLayer[l] += places[l + 1] / 4.0;
      }
      COMPARE_NUMBERS("spread", report.conditions[c].promptSpread, last, kPasses);
      COMPARE_NUMBERS("spread by layer", report.conditions[c].spreadByLayer, byLayer, kPasses);
      QVERIFY(last[0] > 0);
    }
  }

  void intervalsAreTheBootstraps() {
    const ReportRequest request = requestOf();
    const ReportCondition condition = reportOf(TinyModel("llama-gqa"), request).conditions[0];
    const auto expected = [&](std::span<const double> values) { return listOf(bootstrapMean(values, 50, 1)); };
    COMPARE_NUMBERS("loss", listOf(condition.loss), expected(condition.promptLoss), 0, 0);
    COMPARE_NUMBERS("share", listOf(condition.share), expected(condition.promptShare), 0, 0);
    COMPARE_NUMBERS("spread", listOf(condition.spread), expected(condition.promptSpread), 0, 0);
    for (std::size_t e = 0; e < 2; ++e) {
      COMPARE_NUMBERS("rate", listOf(condition.rate[e]), expected(condition.promptRate.row(e)), 0, 0);
      QCOMPARE(condition.rate[e].mean, mean(condition.promptRate.row(e)));
    }
    QVERIFY(condition.loss.low < condition.loss.mean && condition.loss.mean < condition.loss.high);
  }

  void withoutBosThereIsOneCondition() {
    const TinyModel tiny("llama-gqa");
    const WithoutBos tokenizer(tiny.model->config().vocabulary);
    const ModelReport report = reportModel(*tiny.model, tokenizer, requestOf(), Job());
    QCOMPARE(report.conditions.size(), std::size_t{1});
    QVERIFY(!report.conditions[0].bos && report.bosText.empty());
  }

  void swapsAreOfTheFirstHalfButNotTheFirst() {
    const ByteTokenizer tokenizer(101);
    const std::vector<Token> text = tokenizer.encode("ABCDEFGH");
    std::set<std::int64_t> positions, ids;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      const Swap swap = drawnSwap(tokenizer, text, seed).value();
      QVERIFY(swap.position >= 1 && swap.position < 4);
      QVERIFY(swap.id != text[static_cast<std::size_t>(swap.position)].id && !tokenizer.isSpecial(swap.id));
      QCOMPARE(drawnSwap(tokenizer, text, seed), std::optional(swap));
      positions.insert(swap.position);
      ids.insert(swap.id);
    }
    QCOMPARE(positions.size(), std::size_t{3});
    QVERIFY(ids.size() > 20);
    QVERIFY(!drawnSwap(tokenizer, tokenizer.encode("ABC"), 1));
  }

  void shortPromptsHaveNoSpread() {
    ReportRequest request = requestOf(2);
    request.prompts.insert(request.prompts.end(), {"A", "AB"});
    const ReportCondition condition = reportOf(TinyModel("llama-gqa"), request).conditions[1];
    QCOMPARE(condition.tokensMin, std::size_t{1});
    QVERIFY(std::isnan(condition.promptLoss[2]) && !std::isnan(condition.promptLoss[3]));
    QVERIFY(std::isnan(condition.promptSpread[2]) && std::isnan(condition.promptSpread[3]));
    QVERIFY(std::isfinite(condition.spread.mean) && std::isfinite(condition.loss.mean));
    QCOMPARE(condition.spreadByLayer.back(), condition.spread.mean);
    request.prompts = {"AB"};
    QVERIFY(std::isnan(reportOf(TinyModel("llama-gqa"), request).conditions[1].spread.mean));
  }

  void modelsComeOneAfterTheOther() {
    const TinyFolder one, other;
    ReportRequest request = requestOf(2);
    request.models = {one.path().toStdString(), other.path().toStdString()};
    std::vector<std::size_t> shown;
    double last = 0.0;
    bool rises = true;
    const Job job({}, [&](const Progress& progress) {
      rises = rises && progress.fraction >= last;
      last = progress.fraction;
    });
    const ReportResult result =
        reportModels(request, job, [&](const ReportResult& so) { shown.push_back(so.models.size()); });
    QCOMPARE(shown, (std::vector<std::size_t>{1, 2}));
    QVERIFY(rises && last > 0.8);
    QVERIFY(result.request == request);
    QCOMPARE(result.models[0].model.name, one.path().section('/', -1).toStdString());
    QCOMPARE(result.models[1].conditions[0].promptLoss, result.models[0].conditions[0].promptLoss);
    QVERIFY(!result.models[0].addsBos);
    const std::string text = describe(result);
    QVERIFY2(QString::fromStdString(text).endsWith(" · 2 prompts () · query 0 included"), text.c_str());
  }

  void mistakesAreOneSentence() {
    const TinyFolder tiny;
    int loaded = 0;
    const auto sentence = [&](auto change) {
      ReportRequest request = requestOf(2);
      request.models = {tiny.path().toStdString()};
      change(request);
      return sentenceOf([&] { reportModels(request, Job(), [&](const ReportResult&) { ++loaded; }); });
    };
    QVERIFY(sentence([](ReportRequest& r) { r.models.push_back("/no/such"); }).contains("/no/such"));
    QVERIFY(sentence([](ReportRequest& r) { r.models.clear(); }).contains("no model"));
    QVERIFY(sentence([](ReportRequest& r) { r.prompts.clear(); }).contains("no prompt"));
    QVERIFY(sentence([](ReportRequest& r) { r.epsilons = {}; }).contains("eps"));
    QVERIFY(sentence([](ReportRequest& r) { r.epsilons = {1.5}; }).contains("1.5"));
    QVERIFY(sentence([](ReportRequest& r) { r.prompts.push_back(""); }).contains("Prompt 3"));
    QCOMPARE(loaded, 0);
  }

  void stops() {
    const TinyModel tiny("llama-gqa");
    std::stop_source source;
    const auto stopSoon = [&](const Progress& progress) {
      if (progress.fraction > 0.3) source.request_stop();
    };
    QVERIFY_THROWS_EXCEPTION(
        Stopped, reportModel(*tiny.model, ByteTokenizer(101), requestOf(), Job(source.get_token(), stopSoon)));
  }

 private:
  static void addModels() {
    QTest::addColumn<QString>("model");
    for (const std::string& name : readingTinyModelNames()) QTest::newRow(name.c_str()) << QString::fromStdString(name);
  }
  static TinyModel load() {
    QFETCH(QString, model);
    return TinyModel(model.toStdString());
  }
};

QTEST_GUILESS_MAIN(TestReport)
#include "tst_report.moc"
