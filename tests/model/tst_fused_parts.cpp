#include "core/model/attend.h"
#include "core/model/fused_parts.h"
#include "core/model/halved_attention.h"
#include "tests/compare.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/autocast_mode.h>

#include <QTest>

#include <cmath>
#include <limits>
#include <vector>

using namespace sinkscope;

namespace {

at::Tensor drawn(std::vector<std::int64_t> shape) {
  return at::randn(shape).requires_grad_();
}

/// The same numbers in double precision, to be learned anew.
at::Tensor exactly(const at::Tensor& x) {
  return x.detach().to(at::kDouble).requires_grad_();
}

/// A weight as the trainer holds it, with a gradient of ones to which backward adds.
at::Tensor accumulating(at::Tensor weight) {
  weight.mutable_grad() = at::ones_like(weight);
  return weight;
}

}  // namespace

/// Parts in one pass against the same parts of single operators and autograd in double precision.
class FusedPartsTest : public QObject {
  Q_OBJECT

 private slots:
  void init() { at::manual_seed(5); }

  void norm_data() {
    QTest::addColumn<int>("width");
    for (const int width : {1, 5, 16, 37, 256}) QTest::addRow("%d", width) << width;
  }
  void norm() {
    QFETCH(int, width);
    const at::Tensor x = drawn({3, 70, width}), weight = accumulating(drawn({width})),
                     above = at::randn({3, 70, width});
    const at::Tensor y = fusedNorm(x, weight, 1e-3);
    y.backward(above);
    const at::Tensor exactX = exactly(x), exactWeight = exactly(weight);
    const at::Tensor exact = exactX * (exactX.pow(2).mean(-1, true) + 1e-3).rsqrt() * exactWeight;
    exact.backward(above.to(at::kDouble));
    COMPARE_NUMBERS("output", y, exact, 1e-6, 1e-6);
    COMPARE_NUMBERS("input's gradient", x.grad(), exactX.grad(), 1e-5, 1e-5);
    COMPARE_NUMBERS("weight's gradient", weight.grad(), exactWeight.grad() + 1.0, 1e-5, 3e-5);
  }

  void gatedMap_data() {
    QTest::addColumn<bool>("silu");
    QTest::newRow("silu") << true;
    QTest::newRow("gelu") << false;
  }
  void gatedMap() {
    QFETCH(bool, silu);
    // More numbers than stay in a core's cache, and no whole number of pieces.
    const at::Tensor gate = drawn({2, 101, 331}), up = drawn({2, 101, 331}), down = accumulating(drawn({7, 331}));
    const at::Tensor above = at::randn({2, 101, 7});
    const at::Tensor y = fusedGatedMap(gate, up, down, silu ? Activation::Silu : Activation::GeluTanh);
    y.backward(above);
    const at::Tensor exactGate = exactly(gate), exactUp = exactly(up), exactDown = exactly(down);
    const at::Tensor active = silu ? at::silu(exactGate) : at::gelu(exactGate, "tanh");
    const at::Tensor exact = at::linear(active * exactUp, exactDown);
    exact.backward(above.to(at::kDouble));
    COMPARE_NUMBERS("output", y, exact, 1e-5, 3e-5);
    COMPARE_NUMBERS("gate's gradient", gate.grad(), exactGate.grad(), 1e-5, 1e-5);
    COMPARE_NUMBERS("up's gradient", up.grad(), exactUp.grad(), 1e-5, 1e-5);
    COMPARE_NUMBERS("down's gradient", down.grad(), exactDown.grad() + 1.0, 1e-5, 3e-5);
  }

  /// Heads side by side as the products leave them, and one behind another.
  void rotation() {
    for (const bool sideBySide : {true, false}) {
      const at::Tensor given =
          drawn(sideBySide ? std::vector<std::int64_t>{2, 9, 3, 8} : std::vector<std::int64_t>{2, 3, 9, 8});
      const at::Tensor x = sideBySide ? given.transpose(1, 2) : given, angle = at::randn({9, 4});
      const at::Tensor above = at::randn({2, 3, 9, 8});
      const at::Tensor y = fusedRotation(x, angle.cos(), angle.sin());
      y.backward(above);
      const at::Tensor exactGiven = exactly(given), exactX = sideBySide ? exactGiven.transpose(1, 2) : exactGiven;
      const at::Tensor first = exactX.narrow(3, 0, 4), second = exactX.narrow(3, 4, 4);
      const at::Tensor c = angle.to(at::kDouble).cos(), s = angle.to(at::kDouble).sin();
      const at::Tensor exact = at::cat({first * c - second * s, second * c + first * s}, 3);
      exact.backward(above.to(at::kDouble));
      COMPARE_NUMBERS("output", y, exact, 1e-6, 1e-6);
      COMPARE_NUMBERS("gradient", given.grad(), exactGiven.grad(), 1e-6, 1e-6);
      QCOMPARE(y.strides() == x.strides(), true);
    }
  }

  void halvedAttention_data() {
    QTest::addColumn<int>("tokens");
    for (const int tokens : {256, 301, 512}) QTest::addRow("%d", tokens) << tokens;
  }
  void halvedAttention() {
    QFETCH(int, tokens);
    QVERIFY(halves(tokens));
    const at::Tensor query = drawn({2, 3, tokens, 8}), key = drawn({2, 3, tokens, 8}), value = drawn({2, 3, tokens, 8});
    const at::Tensor above = at::randn({2, 3, tokens, 8});
    const Attended attended = attendCausally(query, key, value, {.scale = 0.7, .training = true});
    attended.output.backward(above);
    QVERIFY(!attended.logSumExp.requires_grad());
    const at::Tensor exactQuery = exactly(query), exactKey = exactly(key), exactValue = exactly(value);
    const at::Tensor future = at::ones({tokens, tokens}, at::kBool).triu(1);
    const at::Tensor scores = (at::matmul(exactQuery, exactKey.transpose(2, 3)) * 0.7)
                                  .masked_fill(future, -std::numeric_limits<double>::infinity());
    const at::Tensor exact = at::matmul(at::softmax(scores, -1), exactValue);
    exact.backward(above.to(at::kDouble));
    COMPARE_NUMBERS("output", attended.output, exact, 1e-5, 1e-5);
    COMPARE_NUMBERS("log-sum-exp", attended.logSumExp, at::logsumexp(scores, -1), 1e-5, 1e-5);
    COMPARE_NUMBERS("query's gradient", query.grad(), exactQuery.grad(), 1e-4, 1e-5);
    COMPARE_NUMBERS("key's gradient", key.grad(), exactKey.grad(), 1e-4, 1e-5);
    COMPARE_NUMBERS("value's gradient", value.grad(), exactValue.grad(), 1e-4, 1e-5);
  }

  void whatIsFused() {
    QVERIFY(fuses(at::zeros({2})));
    QVERIFY(!fuses(at::zeros({2}, at::kDouble)));
    at::autocast::set_autocast_enabled(at::kCPU, true);
    const bool underAutocast = fuses(at::zeros({2}));
    at::autocast::set_autocast_enabled(at::kCPU, false);
    QVERIFY(!underAutocast);
  }
};

QTEST_GUILESS_MAIN(FusedPartsTest)
#include "tst_fused_parts.moc"
