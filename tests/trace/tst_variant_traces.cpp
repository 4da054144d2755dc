#include "core/model/decoder.h"
#include "core/trace/trace.h"
#include "tests/compare.h"
#include "tests/site_recorder.h"
#include "tests/variants.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <QTest>

#include <numeric>
#include <random>

using namespace sinkscope;

namespace {

/// Longer than the blocks in which the decoder and the trace work, where positions are not learned.
std::vector<std::int64_t> idsFor(const ModelConfig& config) {
  const std::int64_t count = config.positions == Positions::Learned ? config.contextLength : 300;
  std::mt19937 random(7);
  std::vector<std::int64_t> ids;
  for (std::int64_t t = 0; t < count; ++t) ids.push_back(static_cast<std::int64_t>(random() % config.vocabulary));
  return ids;
}

at::Tensor row(const std::vector<std::int64_t>& ids) {
  return at::tensor(ids, at::kLong).unsqueeze(0);
}

/// 1e-5, and where plain sigmoids add up to much more than 1, 2e-6 of the largest number.
double near(const at::Tensor& expected) {
  return 2e-6 * std::max(5.0, expected.abs().max().item<double>());
}

/// Every head does without key 0, or none.
class Recorder : public SiteRecorder {
 public:
  explicit Recorder(const ModelConfig& config, bool hides) : hides_(at::full({config.heads}, hides, at::kBool)) {}
  at::Tensor hidesFirstKey(int) const override { return hides_; }

 private:
  at::Tensor hides_;
};

/// One head's attention from its definition, in double.
struct SlowHead {
  at::Tensor seen;     // [query, key], bool
  at::Tensor chosen;   // [token], bool: those the layer works on. Others see nothing and are not seen
  at::Tensor weights;  // [query, key]
  at::Tensor extra;    // [query]: weight on the extra key; 0 without one
  at::Tensor output;   // [query, d]

  SlowHead(const Variant& variant, const Recorder& pass, std::int64_t layer, std::int64_t head, bool hides = false) {
    const ModelConfig& config = variant.config;
    const std::int64_t shared = head / (config.heads / config.keyHeads);
    const auto narrow = [&](const at::Tensor& x) { return x.narrow(-1, 0, config.headWidth).to(at::kDouble); };
    const at::Tensor query = narrow(pass.at(Site::Query, layer)[head]);
    const at::Tensor key = narrow(pass.at(Site::Key, layer)[shared]);
    const at::Tensor value = pass.at(Site::Value, layer)[shared].to(at::kDouble);
    const at::Tensor i = at::arange(query.size(0)).unsqueeze(1), j = at::arange(query.size(0)).unsqueeze(0);
    const LayerConfig& own = config.perLayer[static_cast<std::size_t>(layer)];
    seen = j <= i;
    if (own.window > 0) seen = seen.logical_and((i - j < own.window).logical_or(j < own.firstKeys));
    if (hides) seen = seen.logical_and((j > 0).logical_or(i == 0));
    chosen =
        config.isRouted(layer) ? pass.at(Site::Router, layer).flatten() > 0.0 : at::ones({query.size(0)}, at::kBool);
    const at::Tensor visible = seen.logical_and(chosen);
    at::Tensor scores = at::mm(query, key.t()) * config.attentionScale;
    if (config.positions == Positions::Alibi) scores = scores - (i - j) * std::exp2(-8.0 * (head + 1.0) / config.heads);
    extra = at::zeros({query.size(0)}, at::kDouble);
    if (config.weights == AttentionWeights::Softmax) {
      const at::Tensor extraScore = this->extraScore(variant, query, layer, head, shared);
      const at::Tensor all =
          at::cat({extraScore.unsqueeze(1), scores.masked_fill(visible.logical_not(), -HUGE_VAL)}, 1);
      const at::Tensor softmax = at::softmax(all, 1);
      extra = softmax.select(1, 0);
      weights = softmax.narrow(1, 1, query.size(0));
    } else {
      weights = at::sigmoid(scores) * visible;
      if (config.weights == AttentionWeights::NormalisedSigmoid) weights = weights / weights.sum(1, true);
    }
    weights = at::where(chosen.unsqueeze(1), weights, 0.0);
    extra = at::where(chosen, extra, config.isRouted(layer) ? 1.0 : 0.0);
    output = at::mm(weights, value);
    if (config.extraKey == ExtraKey::KeyValueBias)
      output = output + at::outer(extra, variant.parameters.layer(layer, "extraValue")[shared].to(at::kDouble));
  }

  /// Of the chosen tokens; what the others would have got goes nowhere.
  at::Tensor ofChosen(const at::Tensor& x) const { return at::where(chosen.unsqueeze(1), x, 0.0); }
  at::Tensor shares() const { return weights.sum(0) / seen.sum(0); }
  at::Tensor entropy() const { return -(weights * weights.clamp_min(1e-300).log()).sum(1); }
  at::Tensor absorbed() const { return 1.0 - weights.sum(1); }

 private:
  static at::Tensor extraScore(const Variant& variant, const at::Tensor& query, std::int64_t layer, std::int64_t head,
                               std::int64_t shared) {
    switch (variant.config.extraKey) {
      case ExtraKey::None:
        return at::full({query.size(0)}, -HUGE_VAL, at::kDouble);
      case ExtraKey::OffByOne:
        return at::zeros({query.size(0)}, at::kDouble);
      case ExtraKey::SinkLogit:
        return variant.parameters.layer(layer, "sinkLogit")[head].to(at::kDouble).expand({query.size(0)});
      default:
        return at::mv(query, variant.parameters.layer(layer, "extraKey")[shared].to(at::kDouble)) *
               variant.config.attentionScale;
    }
  }
};

}  // namespace

/// What a trace says of every variant of the decoder against the definition of its attention; and its passes with a
/// past and without the first key.
class VariantTracesTest : public QObject {
  Q_OBJECT

  static void addVariants() {
    QTest::addColumn<std::string>("name");
    for (const std::string& name : Variant::names()) QTest::newRow(name.c_str()) << name;
  }

 private slots:
  void statistics_data() { addVariants(); }
  void statistics() {
    QFETCH(std::string, name);
    const Variant variant(name);
    Model model;
    model.identity.config = variant.config;
    model.parameters = variant.parameters;
    model.device = "cpu";
    const std::vector<std::int64_t> ids = idsFor(variant.config);
    const auto tokens = static_cast<std::int64_t>(ids.size());
    const Trace trace = capture(model, ids, {.keep = Keep::Attention}, Job());

    // In float32 what ALiBi adds to a score and takes away again, up to T / 4, costs single rows some digits.
    const double ofARow = variant.config.positions == Positions::Alibi ? 3e-5 : 1e-5;

    const at::NoGradGuard noGradients;
    Recorder pass(variant.config, false);
    const at::Tensor logits = forward(variant.config, variant.parameters, row(ids), &pass);
    for (std::int64_t layer = 0; layer < variant.config.layers; ++layer)
      for (std::int64_t head = 0; head < variant.config.heads; ++head) {
        const SlowHead slow(variant, pass, layer, head);
        COMPARE_NUMBERS("output", slow.ofChosen(pass.at(Site::HeadOutput, layer)[head]), slow.ofChosen(slow.output), 0,
                        near(slow.output));
        const auto of = [&](const Array<float, 3>& x) {
          return std::vector<float>(x.row(layer, head).begin(), x.row(layer, head).end());
        };
        COMPARE_NUMBERS("alpha", of(trace.shares), slow.shares(), 0, 1e-5);
        COMPARE_NUMBERS("entropy", of(trace.rowEntropy), slow.entropy(), 0, near(slow.entropy()));
        const HeadAttention kept = trace.head(layer, head);
        std::vector<double> absorbed;
        for (std::int64_t query = 0; query < tokens; ++query) {
          const std::vector<float> weights = sinkscope::row(kept, query);
          absorbed.push_back(1.0 - std::accumulate(weights.begin(), weights.end(), 0.0));
        }
        COMPARE_NUMBERS("absorbed", absorbed, slow.absorbed(), 0, ofARow);
        COMPARE_NUMBERS("last row", sinkscope::row(kept, tokens - 1), slow.weights[tokens - 1], 0, ofARow);
        if (variant.config.weights == AttentionWeights::Softmax)
          COMPARE_NUMBERS("on the extra key", absorbed, slow.extra, 0, ofARow);
      }
    const at::Tensor logs = at::log_softmax(logits[0].to(at::kDouble), -1).narrow(0, 0, tokens - 1);
    const at::Tensor losses = -logs.gather(1, row(ids)[0].narrow(0, 1, tokens - 1).unsqueeze(1)).squeeze(1);
    COMPARE_NUMBERS("loss", trace.tokenLoss, losses, 0, 1e-5);
  }

  void aPastIsTheBeginningOfTheWhole_data() { addVariants(); }
  void aPastIsTheBeginningOfTheWhole() {
    QFETCH(std::string, name);
    const Variant variant(name);
    const at::NoGradGuard noGradients;
    const at::Tensor all = row(idsFor(variant.config));
    Recorder pass(variant.config, false);
    const at::Tensor whole = forward(variant.config, variant.parameters, all, &pass);
    KeyValueCache cache;
    for (std::int64_t layer = 0; layer < variant.config.layers; ++layer)
      cache.layer.push_back({pass.at(Site::Key, layer).unsqueeze(0), pass.at(Site::Value, layer).unsqueeze(0)});
    for (const std::int64_t past : {std::int64_t{1}, std::int64_t{11}, all.size(1) - 1}) {
      const KeyValueCache begin = cache.first(past);
      const at::Tensor rest = all.narrow(1, past, all.size(1) - past);
      const at::Tensor logits =
          forward(variant.config, variant.parameters, rest, nullptr, LogitsOf::EveryToken, Job(), {.past = &begin});
      COMPARE_NUMBERS("logits behind " + std::to_string(past), logits[0], whole[0].narrow(0, past, rest.size(1)), 0,
                      2e-5);
    }
  }

  void withoutTheFirstKey_data() { addVariants(); }
  void withoutTheFirstKey() {
    QFETCH(std::string, name);
    const Variant variant(name);
    const at::NoGradGuard noGradients;
    Recorder pass(variant.config, true);
    forward(variant.config, variant.parameters, row(idsFor(variant.config)), &pass, LogitsOf::None);
    for (std::int64_t layer = 0; layer < variant.config.layers; ++layer)
      for (std::int64_t head = 0; head < variant.config.heads; ++head) {
        const SlowHead slow(variant, pass, layer, head, true);
        COMPARE_NUMBERS("output", slow.ofChosen(pass.at(Site::HeadOutput, layer)[head]), slow.ofChosen(slow.output), 0,
                        near(slow.output));
      }
  }
};

QTEST_GUILESS_MAIN(VariantTracesTest)
#include "tst_variant_traces.moc"
