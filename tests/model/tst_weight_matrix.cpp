#include "core/model/weight_matrix.h"

#include "core/model/tile_product.h"
#include "tests/compare.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <QTest>

#include <vector>

using namespace sinkscope;

namespace {

/// Weights in a type that libtorch knows, as the bytes of a file.
WeightMatrix stored(const at::Tensor& weights, const char* type) {
  return {weights.view(at::kByte), *ggmlType(type), weights.size(1)};
}

/// The largest difference of a product, as a part of what its terms are large.
double difference(const at::Tensor& product, const at::Tensor& x, const at::Tensor& weights) {
  const at::Tensor wide = weights.to(at::kDouble), exactX = x.to(at::kDouble);
  const at::Tensor scale = at::matmul(exactX.abs(), wide.abs().t());
  return ((product.to(at::kDouble) - at::matmul(exactX, wide.t())).abs() / scale).max().item<double>();
}

}  // namespace

/// Products of weights in a file's type against the same products in double precision.
class TestWeightMatrix : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    if (!hasTiles()) qInfo("This processor has no bfloat16 tiles: weights become float32 first.");
  }
  void init() { at::manual_seed(7); }

  void products_data() {
    QTest::addColumn<QString>("type");
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("columns");
    QTest::addColumn<int>("tokens");
    for (const char* type : {"BF16", "F16"})
      for (const auto& [rows, columns] : {std::pair{1, 2}, {130, 30}, {127, 1030}, {300, 2048}, {64, 5001}})
        for (const int tokens : {1, 16, 50, 64, 150})
          QTest::addRow("%s %d x %d, %d tokens", type, rows, columns, tokens) << type << rows << columns << tokens;
  }
  void products() {
    QFETCH(QString, type);
    QFETCH(int, rows);
    QFETCH(int, columns);
    QFETCH(int, tokens);
    const at::Tensor weights = at::randn({rows, columns}).to(type == "F16" ? at::kHalf : at::kBFloat16);
    const WeightMatrix matrix = stored(weights, type.toUtf8().constData());
    // Numbers of very different size, as residual streams have them.
    const at::Tensor x = at::randn({tokens, columns}) * at::exp(3 * at::randn({1, columns}));
    constexpr double kFloatSums = 3e-6;
    const at::Tensor product = matrix.map(x);
    const double largest = difference(product, x, weights);
    QVERIFY2(largest < kFloatSums, QByteArray::number(largest).constData());
    const at::Tensor bias = at::randn({rows});
    COMPARE_NUMBERS("with a bias", matrix.map(x, bias), product + bias, 1e-6, 1e-6);
    COMPARE_NUMBERS("in a batch", matrix.map(x.unsqueeze(0)), product.unsqueeze(0), 0.0, 0.0);
  }

  /// Three terms of bfloat16 hold a float32 number: a product with one is that number.
  void termsAreExact() {
    if (!hasTiles()) QSKIP("This processor has no bfloat16 tiles.");
    const at::Tensor x = at::randn({40, 64}) * at::exp(5 * at::randn({40, 64}));
    const at::Tensor ones = at::eye(64).to(at::kBFloat16);
    COMPARE_NUMBERS("numbers", tileProduct(ones.const_data_ptr(), 64, x).t(), x, 0.0, 0.0);
  }
};

QTEST_GUILESS_MAIN(TestWeightMatrix)
#include "tst_weight_matrix.moc"
