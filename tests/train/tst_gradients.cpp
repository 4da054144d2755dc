#include "core/model/decoder.h"
#include "core/train/next_token_loss.h"
#include "tests/compare.h"
#include "tests/variants.h"

#include <ATen/Functions.h>
#include <ATen/autocast_mode.h>

#include <QTest>

#include <cmath>

using namespace sinkscope;

namespace {

/// Leaves as the trainer holds them: each with a gradient to which the backward pass adds.
Parameters leavesOf(const Parameters& parameters) {
  Parameters result;
  for (const auto& [name, value] : parameters.all()) {
    at::Tensor leaf = value.clone().requires_grad_();
    leaf.mutable_grad() = at::zeros_like(value);
    result.set(name, leaf);
  }
  return result;
}

/// The hidden states after the final norm.
class FinalHidden : public Observer {
 public:
  bool wants(const Place& place) const override { return place.site == Site::FinalNorm; }
  at::Tensor visit(const Place&, at::Tensor value) override { return hidden = value; }
  at::Tensor hidden;  // [window, token, D]
};

const Context kTraining{.routing = Routing::Top};

/// Forward and backward over windows [begin, begin + count), as in a step of training; the sum of the losses.
double lossOf(const Variant& variant, const Parameters& leaves, std::int64_t begin, std::int64_t count, double scale) {
  FinalHidden observer;
  forward(variant.config, leaves, variant.tokens.narrow(0, begin, count), &observer, LogitsOf::None, {}, kTraining);
  const NextTokenLoss loss =
      nextTokenLoss(observer.hidden.flatten(0, 1), leaves[variant.config.tiedEmbedding ? "embedding" : "output"],
                    variant.targets.narrow(0, begin, count).flatten(), scale);
  observer.hidden.flatten(0, 1).backward(loss.gradient);
  return loss.sum;
}

}  // namespace

/// Every variant of the decoder, forward and backward, against a decoder in PyTorch and its autograd in double
/// precision (make_training_goldens.py).
class GradientsTest : public QObject {
  Q_OBJECT

 private slots:
  void everyVariant_data() { addVariants(); }
  void everyVariant() {
    QFETCH(std::string, name);
    const Variant variant(name);
    const SafetensorsFile golden(trainingData() / (name + ".safetensors"));

    const at::Tensor logits =
        forward(variant.config, variant.parameters, variant.tokens, nullptr, LogitsOf::EveryToken, {}, kTraining);
    COMPARE_NUMBERS("logits", logits[1], golden.read("logits"), 0, 1e-4);

    const Parameters leaves = leavesOf(variant.parameters);
    const double predicted = variant.targets.ge(0).sum().item<double>();
    const double loss = lossOf(variant, leaves, 0, 3, 1.0 / predicted) / predicted;
    COMPARE_NUMBERS("loss", std::vector{loss}, golden.read("loss"), 0, 1e-5);
    QCOMPARE(golden.tensors().size(), leaves.all().size() + 2);
    for (const auto& [leaf, value] : leaves.all()) {
      const at::Tensor expected = golden.read(leaf);
      const double largest = expected.abs().max().item<double>();
      QVERIFY2(largest > 0.0, leaf.c_str());
      COMPARE_NUMBERS("gradient of " + leaf, value.grad(), expected, 0, 1e-4 * largest);  // largest difference
    }
  }

  // Windows one after the other add up to the same gradient.
  void accumulates_data() { addVariants(); }
  void accumulates() {
    QFETCH(std::string, name);
    const Variant variant(name);
    const Parameters whole = leavesOf(variant.parameters), parts = leavesOf(variant.parameters);
    const double all = lossOf(variant, whole, 0, 3, 1.0);
    double sum = 0.0;
    for (std::int64_t window = 0; window < 3; ++window) sum += lossOf(variant, parts, window, 1, 1.0);
    COMPARE_NUMBERS("loss", std::vector{sum}, std::vector{all}, 1e-6, 0);
    for (const auto& [leaf, value] : whole.all()) {
      const double largest = value.grad().abs().max().item<double>();
      COMPARE_NUMBERS("gradient of " + leaf, parts[leaf].grad(), value.grad(), 0, 2e-6 * largest);
    }
  }

  // Products in bfloat16, of three digits, leave loss and gradients near those in double precision; and they are used.
  void bfloat16_data() {
    QTest::addColumn<std::string>("name");
    for (const char* name : {"plain", "bias", "query_key_norm", "output_gate", "sink_logit"})
      QTest::newRow(name) << std::string(name);
  }
  void bfloat16() {
    QFETCH(std::string, name);
    const Variant variant(name);
    const SafetensorsFile golden(trainingData() / (name + ".safetensors"));
    const Parameters leaves = leavesOf(variant.parameters);
    const double predicted = variant.targets.ge(0).sum().item<double>();
    at::autocast::set_autocast_enabled(at::kCPU, true);
    at::autocast::set_autocast_dtype(at::kCPU, at::kBFloat16);
    const double loss = lossOf(variant, leaves, 0, 3, 1.0 / predicted) / predicted;
    at::autocast::set_autocast_enabled(at::kCPU, false);
    const double exact = golden.read("loss").item<double>();
    QVERIFY2(std::abs(loss - exact) < 0.01 * exact && std::abs(loss - exact) > 1e-6 * exact,
             std::to_string(loss - exact).c_str());
    for (const auto& [leaf, value] : leaves.all()) {
      const at::Tensor expected = golden.read(leaf);
      const double largest = expected.abs().max().item<double>();
      COMPARE_NUMBERS("gradient of " + leaf, value.grad(), expected, 0, 0.08 * largest);
    }
  }

 private:
  static void addVariants() {
    QTest::addColumn<std::string>("name");
    for (const std::string& name : Variant::names()) QTest::newRow(name.c_str()) << name;
  }
};

QTEST_GUILESS_MAIN(GradientsTest)
#include "tst_gradients.moc"
