#include "core/analysis/toy.h"
#include "core/error.h"
#include "tests/compare.h"

#include <QTest>

using namespace sinkscope;

namespace {

constexpr std::size_t kTokens = 6, kLayers = 4;

/// One layer's matrix I + A, written down entry by entry.
Array<double, 2> layerMatrix(std::optional<double> sinkShare) {
  Array<double, 2> matrix({kTokens, kTokens});
  for (std::size_t i = 0; i < kTokens; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      if (!sinkShare)
        matrix(i, j) = 1.0 / static_cast<double>(i + 1);
      else if (j > 0)  // token 0 is attended to, but its value is 0
        matrix(i, j) = (1.0 - *sinkShare) / static_cast<double>(i);
    }
    matrix(i, i) += 1.0;
  }
  return matrix;
}

/// Column `token` of the product of `layers` such matrices.
std::vector<double> slowChange(std::optional<double> sinkShare, std::size_t layers, std::size_t token) {
  const Array<double, 2> matrix = layerMatrix(sinkShare);
  std::vector<double> value(kTokens);
  value[token] = 1.0;
  for (std::size_t layer = 0; layer < layers; ++layer) {
    std::vector<double> next(kTokens);
    for (std::size_t i = 0; i < kTokens; ++i)
      for (std::size_t j = 0; j < kTokens; ++j) next[i] += matrix(i, j) * value[j];
    value = next;
  }
  return value;
}

}  // namespace

class TestToy : public QObject {
  Q_OBJECT

 private slots:
  void isTheProductOfItsMatrices() {
    for (const std::optional<double> share : {std::optional<double>(), std::optional(0.0), std::optional(0.8)})
      for (std::size_t perturbed = 1; perturbed < kTokens; ++perturbed) {
        const ToyChange toy = toyChange({kTokens, kLayers, perturbed, share});
        for (std::size_t layer = 0; layer <= kLayers; ++layer) {
          const std::vector<double> change = slowChange(share, layer, perturbed);
          const auto row = toy.change.row(layer), relative = toy.relative.row(layer);
          COMPARE_NUMBERS("change", std::vector<double>(row.begin(), row.end()), change, 1e-14);
          std::vector<double> expected;
          for (std::size_t t = 0; t < kTokens; ++t) expected.push_back(change[t] / slowChange(share, layer, t)[t]);
          COMPARE_NUMBERS("relative", std::vector<double>(relative.begin(), relative.end()), expected, 1e-14);
        }
      }
  }

  /// Tokens 3, 4, 5 after token 2 was changed, to three digits.
  void knownNumbers() {
    const ToyChange without = toyChange({.sinkShare = {}}), with = toyChange({.sinkShare = 0.8});
    const auto behind = [](const ToyChange& toy) {
      const auto last = toy.relative.row(kLayers).subspan(3);
      return std::vector<double>(last.begin(), last.end());
    };
    COMPARE_NUMBERS("without a sink", behind(without), (std::vector{0.884, 1.016, 1.104}), 0, 5e-4);
    COMPARE_NUMBERS("with a sink", behind(with), (std::vector{0.262, 0.223, 0.195}), 0, 5e-4);
    const double meanWithout = meanToyChange(without, 2), meanWith = meanToyChange(with, 2);
    COMPARE_NUMBERS("means", (std::vector{meanWithout, meanWith}), (std::vector{1.001, 0.227}), 0, 5e-4);
    COMPARE_NUMBERS("ratio", std::vector{meanWithout / meanWith}, std::vector{4.41}, 0, 5e-3);
  }

  void meansOfEveryLayer() {
    const ToyChange toy = toyChange({.sinkShare = 0.5});
    const std::vector<double> means = meanToyChanges(toy, 2);
    QCOMPARE(means.size(), kLayers + 1);
    QCOMPARE(means[0], 0.0);
    for (std::size_t layer = 0; layer <= kLayers; ++layer) {
      const auto row = toy.relative.row(layer);
      COMPARE_NUMBERS("mean", std::vector{means[layer]}, std::vector{(row[3] + row[4] + row[5]) / 3.0}, 1e-14);
    }
    QCOMPARE(meanToyChange(toy, 2), means.back());
    QVERIFY(std::isnan(meanToyChange(toyChange({.perturbed = 5, .sinkShare = {}}), 5)));
  }

  void nothingPassesAWholeSink() {
    const ToyChange toy = toyChange({.sinkShare = 1.0});
    for (std::size_t token = 0; token < kTokens; ++token) QCOMPARE(toy.change(kLayers, token), token == 2 ? 1.0 : 0.0);
  }

  void refusesWhatIsNoToy() {
    QVERIFY_THROWS_EXCEPTION(Error, toyChange({.perturbed = 0, .sinkShare = {}}));
    QVERIFY_THROWS_EXCEPTION(Error, toyChange({.perturbed = 6, .sinkShare = {}}));
    QVERIFY_THROWS_EXCEPTION(Error, toyChange({.sinkShare = 1.5}));
    QVERIFY_THROWS_EXCEPTION(Error, toyChange({.sinkShare = std::nan("")}));
  }
};

QTEST_APPLESS_MAIN(TestToy)
#include "tst_toy.moc"
