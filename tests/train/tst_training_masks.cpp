#include "core/model/attend.h"
#include "tests/compare.h"
#include "tests/train/slow_packer.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace sinkscope;

namespace {

constexpr std::uint64_t kSeed = 20250402;

/// Attention over whole matrices in double: `seen` [batch, query, key].
at::Tensor slowAttention(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                         const AttentionForm& form, const at::Tensor& seen) {
  const std::int64_t group = query.size(1) / key.size(1);
  const auto heads = [&](const at::Tensor& x) { return x.repeat_interleave(group, 1).to(at::kDouble); };
  const at::Tensor q = query.to(at::kDouble), v = heads(value), mask = seen.unsqueeze(1);
  at::Tensor scores = at::matmul(q, heads(key).transpose(-1, -2)) * form.scale;
  if (form.weights != AttentionWeights::Softmax) {
    const at::Tensor weights = at::sigmoid(scores) * mask;
    const bool normalised = form.weights == AttentionWeights::NormalisedSigmoid;
    return at::matmul(normalised ? weights / weights.sum(-1, true) : weights, v);
  }
  scores = scores.masked_fill(mask.logical_not(), -HUGE_VAL);
  if (!form.extraKey.defined()) return at::matmul(at::softmax(scores, -1), v);
  const at::Tensor extraKey = heads(form.extraKey.unsqueeze(0).unsqueeze(2));
  const at::Tensor extraValue = heads(form.extraValue.unsqueeze(0).unsqueeze(2));
  const at::Tensor extra = (q * extraKey).sum(-1, true) * form.scale;
  const at::Tensor weights = at::softmax(at::cat({extra, scores}, -1), -1);
  return at::matmul(weights.narrow(-1, 1, v.size(2)), v) + weights.narrow(-1, 0, 1) * extraValue;
}

/// Queries, keys and values that learn.
struct Inputs {
  at::Tensor query, key, value;
  AttentionForm form;

  Inputs(std::int64_t batch, std::int64_t tokens, const std::string& kind) {
    at::manual_seed(5);
    const auto drawn = [](at::IntArrayRef shape) { return at::randn(shape).requires_grad_(); };
    query = drawn({batch, 4, tokens, 6});
    key = drawn({batch, 2, tokens, 6});
    value = drawn({batch, 2, tokens, 6});
    form.scale = 0.4;
    if (kind == "sigmoid") form.weights = AttentionWeights::Sigmoid;
    if (kind == "normalised_sigmoid") form.weights = AttentionWeights::NormalisedSigmoid;
    if (kind == "window") form.window = 5;
    if (kind == "extra_key") {
      form.extraKey = drawn({2, 6});
      form.extraValue = drawn({2, 6});
    }
  }

  std::vector<at::Tensor> leaves() const {
    std::vector<at::Tensor> all{query, key, value};
    if (form.extraKey.defined()) all.insert(all.end(), {form.extraKey, form.extraValue});
    return all;
  }

  /// Gradients of a weighted sum of an output, one a leaf.
  std::vector<at::Tensor> gradients(const at::Tensor& output, const at::Tensor& weights) const {
    for (const at::Tensor& leaf : leaves()) leaf.mutable_grad() = at::Tensor();
    (output * weights).sum().backward();
    std::vector<at::Tensor> result;
    for (const at::Tensor& leaf : leaves()) result.push_back(leaf.grad().clone());
    return result;
  }
};

/// Fails where output or gradients differ by more than 1e-6 of the largest number.
QString difference(const Inputs& inputs, const at::Tensor& actual, const at::Tensor& seen) {
  const at::Tensor expected = slowAttention(inputs.query, inputs.key, inputs.value, inputs.form, seen);
  const auto compare = [](const std::string& name, const at::Tensor& one, const at::Tensor& other) {
    return QString::fromStdString(
        mismatch(name, one, other, Tolerance{0, 1e-6 * std::max(1.0, other.abs().max().item<double>())}));
  };
  QString wrong = compare("output", actual, expected);
  const at::Tensor weights = at::randn(actual.sizes());
  const std::vector<at::Tensor> own = inputs.gradients(actual, weights), slow = inputs.gradients(expected, weights);
  for (std::size_t i = 0; i < own.size(); ++i) wrong += compare("gradient " + std::to_string(i), own[i], slow[i]);
  return wrong;
}

}  // namespace

/// Attention as training masks it against whole matrices with a mask made of the documents' numbers.
class TrainingMasksTest : public QObject {
  Q_OBJECT

 private slots:
  void attentionWithinDocuments_data() {
    QTest::addColumn<BosPlace>("bos");
    QTest::addColumn<std::string>("kind");
    for (const BosPlace bos : {BosPlace::None, BosPlace::Document, BosPlace::Fixed})
      for (const char* kind : {"plain", "extra_key", "sigmoid", "normalised_sigmoid"})
        QTest::addRow("bos %d, %s", static_cast<int>(bos), kind) << bos << std::string(kind);
  }
  void attentionWithinDocuments() {
    QFETCH(BosPlace, bos);
    QFETCH(std::string, kind);
    const Packing packing{40, Mask::Documents, bos, 0};
    const SmallCorpus corpus(SmallCorpus::distinct(60, 31), 1200);
    const std::vector<std::int64_t> documents = someDocuments(corpus);
    Packer packer(corpus.file(), documents, packing, {}, kSeed);
    const SlowPacker slow(corpus, documents, packing, {}, kSeed, 0);
    const std::int64_t count = slow.count();
    const Windows windows = packer.take(0, count);
    const at::Tensor document = at::empty({count, packing.context}, at::kLong);
    for (std::int64_t i = 0; i < count; ++i) {
      const std::vector<std::int64_t> own = slow.at(i).document;
      std::ranges::copy(own, document.mutable_data_ptr<std::int64_t>() + i * packing.context);
    }
    const at::Tensor causal = at::ones({packing.context, packing.context}, at::kBool).tril();
    at::Tensor alike = document.unsqueeze(2) == document.unsqueeze(1);  // [window, query, key]
    if (bos == BosPlace::Fixed) alike.select(2, 0).fill_(true);
    const Inputs inputs(count, packing.context, kind);
    const Attended seen = attendWithinDocuments(inputs.query, inputs.key, inputs.value, inputs.form, windows.borders);
    const QString wrong = difference(inputs, seen.output, alike.logical_and(causal));
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
  }

  void attentionWithAPrefix_data() {
    QTest::addColumn<qint64>("prefix");
    QTest::addColumn<std::string>("kind");
    for (const qint64 prefix : {1, 7, 39, 40})
      for (const char* kind : {"plain", "extra_key", "window"})
        QTest::addRow("prefix %lld, %s", prefix, kind) << prefix << std::string(kind);
  }
  void attentionWithAPrefix() {
    QFETCH(qint64, prefix);
    QFETCH(std::string, kind);
    const Inputs inputs(3, 40, kind);
    const at::Tensor i = at::arange(40).unsqueeze(1), j = at::arange(40).unsqueeze(0);
    at::Tensor seen = j <= i;
    if (inputs.form.window > 0) seen = seen.logical_and(i - j < inputs.form.window);
    seen = seen.logical_or((i < prefix).logical_and(j < prefix));
    const Attended own = attendWithPrefix(inputs.query, inputs.key, inputs.value, inputs.form, prefix);
    const QString wrong = difference(inputs, own.output, seen.unsqueeze(0));
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
  }
};

QTEST_GUILESS_MAIN(TrainingMasksTest)
#include "tst_training_masks.moc"
