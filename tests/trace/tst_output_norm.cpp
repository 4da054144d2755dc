#include "core/trace/output_norm.h"

#include "core/model/tile_product.h"
#include "tests/compare.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <QTest>

#include <algorithm>

using namespace sinkscope;

/// `||W_O^h v_t||` of float32 and bfloat16 weights against the same in double precision.
class TestOutputNorm : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    if (!hasTiles()) qInfo("This processor has no bfloat16 tiles: weights become float32 first.");
  }
  void init() { at::manual_seed(5); }

  void norms_data() {
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("heads");
    QTest::addColumn<int>("keyHeads");
    QTest::addColumn<int>("headWidth");
    QTest::addColumn<int>("tokens");
    const auto add = [](const char* name, int width, int heads, int keyHeads, int headWidth, int tokens) {
      QTest::newRow(name) << width << heads << keyHeads << headWidth << tokens;
    };
    add("one token", 64, 2, 1, 16, 1);
    add("whole tiles", 256, 4, 4, 64, 64);
    add("shared key heads", 200, 6, 2, 32, 50);
    add("tokens of several groups", 130, 3, 1, 80, 150);
    add("heads of odd width", 60, 4, 2, 15, 20);
    add("long enough to factor", 96, 4, 2, 16, 40);
    add("heads as wide as the model", 32, 2, 1, 32, 70);
  }
  void norms() {
    QFETCH(int, width);
    QFETCH(int, heads);
    QFETCH(int, keyHeads);
    QFETCH(int, headWidth);
    QFETCH(int, tokens);
    const at::Tensor weights = at::randn({width, heads * headWidth}).to(at::kBFloat16);
    // The first token drains: far smaller than the others.
    const at::Tensor value = at::randn({keyHeads, tokens, headWidth}) * at::exp(2 * at::randn({1, tokens, 1}));
    value.select(1, 0).mul_(1e-3);
    at::Tensor expected = at::empty({heads, tokens}, at::kDouble);
    for (int h = 0; h < heads; ++h) {
      const at::Tensor block = weights.narrow(1, h * headWidth, headWidth).to(at::kDouble);
      const at::Tensor of = value[h * keyHeads / heads].to(at::kDouble);
      expected[h].copy_(at::linalg_vector_norm(at::matmul(of, block.t()), 2, -1));
    }
    const WeightMatrix stored(weights.view(at::kByte), *ggmlType("BF16"), weights.size(1));
    for (const WeightMatrix& matrix : {stored, WeightMatrix(weights.to(at::kFloat))}) {
      const Array<float, 2> norms = outputNorms(matrix, value, heads);
      const at::Tensor found = at::empty({heads, tokens}, at::kFloat);
      std::ranges::copy(norms.values(), found.mutable_data_ptr<float>());
      COMPARE_NUMBERS(matrix.isStored() ? "stored" : "float32", found, expected.to(at::kFloat), 2e-6, 0.0);
    }
  }
};

QTEST_GUILESS_MAIN(TestOutputNorm)
#include "tst_output_norm.moc"
