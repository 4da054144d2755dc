#include "core/analysis/collapse.h"
#include "core/error.h"
#include "core/trace/trace.h"
#include "tests/byte_tokenizer.h"
#include "tests/compare.h"
#include "tests/slow_attention.h"
#include "tests/slow_rank.h"
#include "tests/tiny_model.h"

#include <QTest>

#include <ATen/TensorOperators.h>

#include <stop_token>

using namespace sinkscope;

namespace {

constexpr double kRelative = 3e-5, kAbsolute = 1e-5;  // of float32 states
constexpr Tolerance kExact{1e-9, 1e-9};               // of the same numbers in double precision

std::vector<double> list(const RankMeasures& m) {
  return {m.residual, m.relativeResidual, m.dongResidual, m.effectiveRank, m.matrixEntropy, m.meanCosine};
}

at::Tensor randomRows(std::int64_t tokens, std::int64_t width, std::uint64_t seed) {
  at::Tensor rows = at::empty({tokens, width}, at::kDouble);
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  for (std::int64_t i = 0; i < rows.numel(); ++i) rows.data_ptr<double>()[i] = normal(random) + 0.3;
  return rows;
}

/// `tokens` rows of unit length that are orthogonal to each other.
at::Tensor orthogonalRows(std::int64_t tokens, std::int64_t width) {
  return std::get<0>(at::linalg_qr(randomRows(width, tokens, 5))).t().contiguous();
}

CollapseResult collapseOf(const TinyModel& tiny, const std::vector<std::int64_t>& ids, bool bos = false) {
  CollapseRequest request;
  request.prompt = ByteTokenizer::textOf(ids);
  request.bos = bos;
  request.tokenLimit = 0;
  return collapse(*tiny.model, ByteTokenizer(tiny.model->config().vocabulary), request, Job());
}

}  // namespace

/// The collapse measures of matrices known by hand, and of tiny models from transformers' hidden states.
class TestCollapse : public QObject {
  Q_OBJECT

 private slots:
  void rankMeasuresAgainstTheDefinitions_data() {
    QTest::addColumn<int>("tokens");
    QTest::addColumn<int>("width");
    for (const auto& [tokens, width] : {std::pair{2, 7}, {9, 9}, {12, 30}, {40, 11}, {1, 6}})
      QTest::addRow("%d x %d", tokens, width) << tokens << width;
  }
  void rankMeasuresAgainstTheDefinitions() {
    QFETCH(int, tokens);
    QFETCH(int, width);
    at::Tensor rows = randomRows(tokens, width, 1);
    const auto check = [&](const char* name) {
      std::vector<double> actual = list(rankMeasures(rows)), expected = list(slow::rankMeasures(rows));
      if (tokens == 1) {
        QVERIFY2(std::isnan(actual.back()), name);
        actual.back() = expected.back() = 0.0;
      }
      COMPARE_NUMBERS(name, actual, expected, kExact);
    };
    check("random");
    rows[0].mul_(1000.0);
    check("one row outweighs the others");
    if (tokens > 2) rows[1].zero_();
    check("a row of zeros");
  }

  void rowsThatAreAlikeHaveCollapsed() {
    const at::Tensor rows = randomRows(1, 24, 2).repeat({15, 1});
    const RankMeasures m = rankMeasures(rows);
    COMPARE_NUMBERS("alike", list(m), (std::vector<double>{0, 0, 0, 1, 0, 1}), 0, 1e-12);
  }

  void multiplesOfOneRowHaveRankOne() {
    const at::Tensor factors = at::arange(1, 7, at::kDouble).unsqueeze(1);
    const RankMeasures m = rankMeasures(factors * randomRows(1, 24, 2));
    COMPARE_NUMBERS("rank, entropy, cosine", (std::vector{m.effectiveRank, m.matrixEntropy, m.meanCosine}),
                    (std::vector<double>{1, 0, 1}), 0, 1e-9);
    QVERIFY(m.relativeResidual > 0.3);
  }

  void orthogonalRowsHaveFullRank() {
    for (const std::int64_t tokens : {2, 8, 20}) {
      const RankMeasures m = rankMeasures(orthogonalRows(tokens, 20));
      const auto n = static_cast<double>(tokens);
      // What the mean takes away of n orthogonal unit rows is a row of length 1 / sqrt n from each.
      COMPARE_NUMBERS("orthogonal",
                      (std::vector{m.residual, m.relativeResidual, m.effectiveRank, m.matrixEntropy, m.meanCosine}),
                      (std::vector{std::sqrt(n - 1), std::sqrt(1 - 1 / n), n, std::log(n), 0.0}), 0, 1e-9);
    }
  }

  void orthogonalPartsDoNotDependOnTheScale() {
    const at::Tensor rows = randomRows(10, 16, 3);
    std::vector<double> one = list(rankMeasures(rows)), large = list(rankMeasures(rows * 1e4));
    one[0] *= 1e4;
    COMPARE_NUMBERS("scaled", large, one, kExact);
  }

  /// Of so many tokens no matrix of all pairs could be held: 27 GiB.
  void longPromptsNeedNoMatrixOfPairs() {
    const RankMeasures m = rankMeasures(randomRows(60'000, 4, 4));
    QVERIFY(m.effectiveRank > 3 && m.effectiveRank <= 4);
  }

  void nothingToMeasureIsNotANumber() {
    for (const double value : list(rankMeasures(at::zeros({0, 4})))) QVERIFY(std::isnan(value));
    const RankMeasures zeros = rankMeasures(at::zeros({3, 4}));
    QCOMPARE(zeros.residual, 0.0);
    for (const double value :
         {zeros.relativeResidual, zeros.dongResidual, zeros.effectiveRank, zeros.matrixEntropy, zeros.meanCosine})
      QVERIFY(std::isnan(value));
  }

  void everyLayerAgainstTransformers_data() { addModels(); }
  void everyLayerAgainstTransformers() {
    const TinyModel tiny = load();
    const CollapseResult result = collapseOf(tiny, tiny.ids());
    const at::Tensor residual = tiny.expected("residual").to(at::kDouble);  // [place, token, D]
    QCOMPARE(result.tokens.size(), tiny.ids().size());
    slow::PlaceMeasures expected;
    for (std::int64_t place = 0; place < residual.size(0); ++place) expected.add(residual[place]);
    compareCurves("all", result.all, expected.all);
    compareCurves("without first", result.withoutFirst, expected.withoutFirst);
    COMPARE_NUMBERS("last", result.lastDistance, expected.lastDistance, kRelative, kAbsolute);
    COMPARE_NUMBERS("last, max", result.lastDistanceMax, expected.lastDistanceMax, kRelative, kAbsolute);
    COMPARE_NUMBERS("first", result.firstNorm, expected.firstNorm, kRelative, kAbsolute);
    COMPARE_NUMBERS("first ratio", result.firstNormRatio, expected.firstNormRatio, kRelative, kAbsolute);
  }

  void attentionAgainstTransformers_data() { addModels(); }
  void attentionAgainstTransformers() {
    const TinyModel tiny = load();
    const CollapseResult result = collapseOf(tiny, tiny.ids());
    const at::Tensor attention = tiny.expected("attention");  // [layer, head, query, key]
    Array<double, 2> entropies = result.rowEntropy;
    std::vector<double> byLayer(entropies.extent(0));
    Array<float, 3> shares = result.shares.shares;
    for (std::size_t l = 0; l < entropies.extent(0); ++l)
      for (std::size_t h = 0; h < entropies.extent(1); ++h) {
        const Numbers flat = numbers(attention[l][h]);
        slow::Map map({result.tokens.size(), result.tokens.size()});
        std::ranges::copy(flat.values, map.data());
        double sum = 0;
        for (const double entropy : slow::rowEntropy(map)) sum += entropy;
        entropies(l, h) = sum / static_cast<double>(map.extent(0));
        byLayer[l] += entropies(l, h) / static_cast<double>(entropies.extent(1));
        const std::vector<double> columns = slow::shares(map, tiny.model->config().perLayer[l].window);
        std::ranges::copy(columns, shares.row(l, h).begin());
      }
    COMPARE_NUMBERS("entropy", result.rowEntropy, entropies, kRelative, kAbsolute);
    COMPARE_NUMBERS("entropy by layer", result.rowEntropyByLayer(), byLayer, kRelative, kAbsolute);
    COMPARE_NUMBERS("shares", result.shares.shares, shares, kRelative, kAbsolute);
  }

  void drainIsThatOfTheTrace_data() { addModels(); }
  void drainIsThatOfTheTrace() {
    const TinyModel tiny = load();
    const Trace trace = capture(*tiny.model, tiny.ids(), {.keep = Keep::Everything, .loss = false}, Job());
    COMPARE_NUMBERS("drain", collapseOf(tiny, tiny.ids()).drain, valueDrain(trace.outputNorm), kExact);
  }

  void conditionsStandBesideEachOther() {
    const TinyModel tiny("llama-gqa");
    CollapseRequest request;
    request.prompt = ByteTokenizer::textOf({50, 51, 52});
    request.bos = false;
    const CollapseRun run = collapseUnder(*tiny.model, ByteTokenizer(101), request, {true, false}, Job());
    QCOMPARE(run.results.size(), std::size_t{2});
    QVERIFY(run.results[0].request.bos && !run.results[1].request.bos);
    const CollapseResult with = collapseOf(tiny, {1, 50, 51, 52}), without = collapseOf(tiny, {50, 51, 52});
    COMPARE_NUMBERS("with", run.results[0].all.matrixEntropy, with.all.matrixEntropy, 0, 0);
    COMPARE_NUMBERS("without", run.results[1].all.matrixEntropy, without.all.matrixEntropy, 0, 0);
  }

  void bosComesFirst() {
    const TinyModel tiny("llama-gqa");
    const CollapseResult with = collapseOf(tiny, {50, 51, 52}, true), typed = collapseOf(tiny, {1, 50, 51, 52});
    QCOMPARE(with.tokens.size(), std::size_t{4});
    QVERIFY(with.tokens[0].special);
    QCOMPARE(with.bosText, std::string("<bos>"));
    COMPARE_NUMBERS("residual", with.all.residual, typed.all.residual, 0, 0);
  }

  void oneTokenHasNoOther() {
    const CollapseResult result = collapseOf(TinyModel("llama-gqa"), {50});
    for (std::size_t place = 0; place < 4; ++place) {
      QVERIFY(result.all.residual[place] < 1e-12);
      QVERIFY(result.firstNorm[place] > 0);
      QVERIFY(std::isnan(result.lastDistance[place]) && std::isnan(result.firstNormRatio[place]));
      QVERIFY(std::isnan(result.withoutFirst.residual[place]));
    }
    QVERIFY(std::isnan(result.drain(0, 0)));
  }

  void anEmptyPromptIsAnError() { QVERIFY_THROWS_EXCEPTION(Error, collapseOf(TinyModel("llama-gqa"), {})); }

  void stops() {
    const TinyModel tiny("llama-gqa");
    std::stop_source source;
    const auto stopSoon = [&](const Progress& progress) {
      if (progress.fraction > 0.3) source.request_stop();
    };
    CollapseRequest request;
    request.prompt = "23456";
    QVERIFY_THROWS_EXCEPTION(Stopped,
                             collapse(*tiny.model, ByteTokenizer(101), request, Job(source.get_token(), stopSoon)));
  }

 private:
  static void addModels() {
    QTest::addColumn<QString>("model");
    for (const std::string& name : someTinyModelNames()) QTest::newRow(name.c_str()) << QString::fromStdString(name);
  }
  static TinyModel load() {
    QFETCH(QString, model);
    return TinyModel(model.toStdString());
  }
  static void compareCurves(const std::string& name, const RankCurves& actual, const RankCurves& expected) {
    COMPARE_NUMBERS(name + " residual", actual.residual, expected.residual, kRelative, kAbsolute);
    COMPARE_NUMBERS(name + " relative", actual.relativeResidual, expected.relativeResidual, kRelative, kAbsolute);
    COMPARE_NUMBERS(name + " Dong", actual.dongResidual, expected.dongResidual, kRelative, kAbsolute);
    COMPARE_NUMBERS(name + " rank", actual.effectiveRank, expected.effectiveRank, kRelative, kAbsolute);
    COMPARE_NUMBERS(name + " entropy", actual.matrixEntropy, expected.matrixEntropy, kRelative, kAbsolute);
    COMPARE_NUMBERS(name + " cosine", actual.meanCosine, expected.meanCosine, kRelative, kAbsolute);
  }
};

QTEST_GUILESS_MAIN(TestCollapse)
#include "tst_collapse.moc"
