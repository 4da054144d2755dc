#include "core/error.h"
#include "core/model/decoder.h"
#include "core/trace/trace.h"
#include "tests/compare.h"
#include "tests/site_recorder.h"
#include "tests/slow_attention.h"
#include "tests/tiny_model.h"

#include <QTest>

#include <stop_token>

using namespace sinkscope;

namespace {

constexpr double kRelative = 1.3e-5, kAbsolute = 1e-5;
constexpr std::int64_t kLong = 1100;

/// One head's golden map.
slow::Map mapOf(const at::Tensor& attention, std::int64_t layer, std::int64_t head) {
  const Numbers flat = numbers(attention[layer][head]);
  slow::Map map({static_cast<std::size_t>(flat.shape[0]), static_cast<std::size_t>(flat.shape[1])});
  std::copy(flat.values.begin(), flat.values.end(), map.data());
  return map;
}

std::uint64_t bytesOf(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.nbytes() : 0;
}

std::uint64_t tensorBytes(const Trace& trace) {
  std::uint64_t bytes = bytesOf(trace.embedding);
  for (const Trace::Layer& layer : trace.layer)
    bytes += bytesOf(layer.query) + bytesOf(layer.key) + bytesOf(layer.logSumExp) + bytesOf(layer.residual);
  return bytes;
}

std::uint64_t arrayBytes(const Trace& trace) {
  return sizeof(float) * (trace.shares.size() + trace.rowEntropy.size() + trace.valueNorm.size() +
                          trace.outputNorm.size() + trace.residualNorm.size());
}

}  // namespace

/// What a forward pass leaves behind, against the attention and the streams of transformers.
class TestTrace : public QObject {
  Q_OBJECT

 private slots:
  void shapes_data() { addModels(); }
  void shapes() {
    load(Keep::Attention);
    const ModelConfig& config = tiny_->model->config();
    QCOMPARE(trace_.layers, config.layers);
    QCOMPARE(trace_.heads, config.heads);
    QCOMPARE(trace_.keyHeads, config.keyHeads);
    QCOMPARE(trace_.tokens, tiny_->tokens().size(1));
    QCOMPARE(trace_.scale, config.attentionScale);
    for (std::int64_t l = 0; l < trace_.layers; ++l) QCOMPARE(trace_.layer[l].window, config.perLayer[l].window);
  }

  void norms_data() { addModels(); }
  void norms() {
    load(Keep::Statistics);
    COMPARE_NUMBERS("value norm", trace_.valueNorm, tiny_->expected("valueNorm"), kRelative, kAbsolute);
    COMPARE_NUMBERS("output norm", trace_.outputNorm, tiny_->expected("outputNorm"), kRelative, kAbsolute);
    COMPARE_NUMBERS("residual norm", trace_.residualNorm, tiny_->expected("residual").norm(2, -1), kRelative,
                    kAbsolute);
  }

  void loss_data() { addModels(); }
  void loss() {
    load(Keep::Statistics);
    COMPARE_NUMBERS("loss", trace_.tokenLoss, tiny_->expected("loss"), kRelative, kAbsolute);
    COMPARE_NUMBERS("last logits", trace_.lastLogits, tiny_->expected("logits")[-1], kRelative, kAbsolute);
  }

  void statistics_data() { addModels(); }
  void statistics() {
    load(Keep::Statistics);
    const at::Tensor attention = tiny_->expected("attention");
    for (std::int64_t l = 0; l < trace_.layers; ++l) {
      for (std::int64_t h = 0; h < trace_.heads; ++h) {
        const slow::Map map = mapOf(attention, l, h);
        const auto shares = trace_.shares.row(l, h), entropy = trace_.rowEntropy.row(l, h);
        COMPARE_NUMBERS("shares", std::vector<float>(shares.begin(), shares.end()),
                        slow::shares(map, trace_.layer[l].window), kRelative, kAbsolute);
        COMPARE_NUMBERS("row entropy", std::vector<float>(entropy.begin(), entropy.end()), slow::rowEntropy(map),
                        kRelative, kAbsolute);
      }
    }
  }

  void attentionOnDemand_data() { addModels(); }
  void attentionOnDemand() {
    load(Keep::Attention);
    QVERIFY(trace_.hasAttention());
    const at::Tensor attention = tiny_->expected("attention");
    for (std::int64_t l = 0; l < trace_.layers; ++l)
      for (std::int64_t h = 0; h < trace_.heads; ++h) compareHead(trace_.head(l, h), mapOf(attention, l, h));
  }

  void everythingKept_data() { addModels(); }
  void everythingKept() {
    load(Keep::Everything);
    const at::Tensor residual = tiny_->expected("residual");
    COMPARE_NUMBERS("embedding", trace_.embedding, residual[0], kRelative, kAbsolute);
    for (std::int64_t l = 0; l < trace_.layers; ++l)
      COMPARE_NUMBERS("residual", trace_.layer[l].residual, residual[l + 1], kRelative, kAbsolute);
    QVERIFY(trace_.hasAttention());
  }

  /// A prompt longer than any block the trace works in, against whole matrices.
  void longPrompt_data() { addModels(someTinyModelNames()); }
  void longPrompt() {
    QFETCH(QString, name);
    const TinyModel tiny(name.toStdString());
    const ModelConfig& config = tiny.model->config();
    const std::vector<std::int64_t> ids = drawnIds(config, kLong);
    const std::size_t count = ids.size();
    const at::Tensor tokens = at::tensor(ids, at::kLong);
    const Trace trace = capture(*tiny.model, ids, {Keep::Attention}, Job());
    SiteRecorder seen;
    forward(config, tiny.model->parameters, tokens.unsqueeze(0), &seen);

    const at::Tensor logProbability = seen.at(Site::Logits).to(at::kDouble).log_softmax(-1);
    const at::Tensor chosen = logProbability.slice(0, 0, -1).gather(1, tokens.slice(0, 1).unsqueeze(1)).squeeze(1);
    COMPARE_NUMBERS("loss", trace.tokenLoss, -chosen, kRelative, kAbsolute);
    for (std::int64_t l = 0; l < config.layers; ++l) {
      const at::Tensor output = tiny.model->parameters.layer(l, "attentionOutput");
      std::vector<at::Tensor> norms;
      for (std::int64_t h = 0; h < config.heads; ++h) {
        const at::Tensor block = output.slice(1, h * config.headWidth, (h + 1) * config.headWidth);
        norms.push_back(at::mm(seen.at(Site::Value, l)[h * config.keyHeads / config.heads], block.t()).norm(2, -1));
      }
      const at::Tensor written = at::stack(norms);
      const auto kept = numbers(trace.outputNorm);
      const std::size_t size = static_cast<std::size_t>(config.heads) * count;
      COMPARE_NUMBERS("output norm",
                      std::vector<double>(kept.values.begin() + l * size, kept.values.begin() + (l + 1) * size),
                      written.flatten(), kRelative, kAbsolute);
    }
    // One head of the first and of the last layer: with and without a window in Gemma's case.
    for (const std::int64_t l : {std::int64_t{0}, config.layers - 1}) {
      const auto rows = tile(trace.head(l, 1), 0, count, 0, count);
      slow::Map map({count, count});
      std::copy(rows.values().begin(), rows.values().end(), map.data());
      for (std::size_t i = 0; i < count; ++i) {
        double sum = 0;
        for (const double weight : map.row(i)) sum += weight;
        QVERIFY(config.extraKey == ExtraKey::None ? std::abs(sum - 1) < 1e-5 : sum < 1 + 1e-5);
      }
      const auto shares = trace.shares.row(l, 1), entropy = trace.rowEntropy.row(l, 1);
      COMPARE_NUMBERS("shares", std::vector<float>(shares.begin(), shares.end()),
                      slow::shares(map, trace.layer[l].window), kRelative, kAbsolute);
      COMPARE_NUMBERS("row entropy", std::vector<float>(entropy.begin(), entropy.end()), slow::rowEntropy(map),
                      kRelative, kAbsolute);
    }
  }

  /// A head whose output matrix has not full rank, and a prompt long enough for the factored norm.
  void outputNormOfADeadDirection() {
    const TinyModel tiny("llama-gqa");
    Model model = *tiny.model;
    at::Tensor output = model.parameters.layer(1, "attentionOutput").clone();
    output.slice(1, 8, 10).zero_();
    model.parameters.set("layer1.attentionOutput", output);
    const std::vector<std::int64_t> ids = drawnIds(model.config(), 60);
    const Trace trace = capture(model, ids, {Keep::Statistics}, Job());
    SiteRecorder seen;
    forward(model.config(), model.parameters, at::tensor(ids, at::kLong).unsqueeze(0), &seen);
    const at::Tensor written = at::mm(seen.at(Site::Value, 1)[0], output.slice(1, 8, 16).t()).norm(2, -1);
    const auto norms = trace.outputNorm.row(1, 1);
    COMPARE_NUMBERS("output norm", std::vector<float>(norms.begin(), norms.end()), written, kRelative, kAbsolute);
  }

  void nothingIsKeptUnasked() {
    const TinyModel tiny("gemma3-tied");
    const Trace trace = capture(*tiny.model, tiny.ids(), {Keep::Statistics, false, false}, Job());
    QCOMPARE(tensorBytes(trace), std::uint64_t{0});
    QVERIFY(!trace.hasAttention());
    QVERIFY_THROWS_EXCEPTION(Error, trace.head(0, 0));
    QVERIFY(trace.shares.empty() && trace.rowEntropy.empty() && trace.tokenLoss.empty());
    QVERIFY(!trace.lastLogits.defined());
    COMPARE_NUMBERS("value norm", trace.valueNorm, tiny.expected("valueNorm"), kRelative, kAbsolute);
  }

  void oneToken() {
    const TinyModel tiny("llama-gqa");
    const Trace trace = capture(*tiny.model, {tiny.ids().front()}, {}, Job());
    QCOMPARE(trace.tokens, 1);
    QVERIFY(trace.tokenLoss.empty());
    for (const float share : trace.shares.values()) QVERIFY(std::abs(share - 1.0F) < 1e-6F);
    for (const float entropy : trace.rowEntropy.values()) QVERIFY(std::abs(entropy) < 1e-6F);
  }

  void stops() {
    const TinyModel tiny("llama-gqa");
    std::stop_source source;
    source.request_stop();
    QVERIFY_THROWS_EXCEPTION(Stopped, capture(*tiny.model, tiny.ids(), {}, Job(source.get_token())));
  }

  void progressIsMonotone() {
    const TinyModel tiny("gemma3-tied");
    std::vector<double> fractions;
    const Job job(std::stop_token(), [&](const Progress& progress) { fractions.push_back(progress.fraction); });
    capture(*tiny.model, tiny.ids(), {}, job);
    QVERIFY(fractions.size() >= static_cast<std::size_t>(tiny.model->config().layers));
    QVERIFY(std::is_sorted(fractions.begin(), fractions.end()));
    QVERIFY(fractions.front() >= 0.0 && fractions.back() <= 1.0);
  }

  void planKnowsWhatIsHeld_data() { addModels(); }
  void planKnowsWhatIsHeld() {
    for (const Keep keep : {Keep::Statistics, Keep::Attention, Keep::Everything}) {
      load(keep);
      const TracePlan plan = planTrace(tiny_->model->config(), trace_.tokens, keep, UINT64_MAX);
      const std::uint64_t held = tensorBytes(trace_) + arrayBytes(trace_);
      QCOMPARE(plan.keep, keep);
      QVERIFY(plan.reason.empty());
      QVERIFY2(plan.bytes >= held, qPrintable(QString("%1 planned, %2 held").arg(plan.bytes).arg(held)));
      QVERIFY2(plan.bytes <= held + held / 2, qPrintable(QString("%1 planned, %2 held").arg(plan.bytes).arg(held)));
    }
  }

  void planStaysInBudget() {
    const TinyModel tiny("gemma3-tied");
    const ModelConfig& config = tiny.model->config();
    const auto bytes = [&](Keep keep) { return planTrace(config, 4096, keep, UINT64_MAX).bytes; };
    const auto statistics = bytes(Keep::Statistics), attention = bytes(Keep::Attention),
               everything = bytes(Keep::Everything);
    QVERIFY(statistics < attention && attention < everything);

    QCOMPARE(planTrace(config, 4096, Keep::Everything, everything).keep, Keep::Everything);
    QCOMPARE(planTrace(config, 4096, Keep::Everything, everything - 1).keep, Keep::Attention);
    const TracePlan least = planTrace(config, 4096, Keep::Everything, attention - 1);
    QCOMPARE(least.keep, Keep::Statistics);
    QCOMPARE(least.bytes, statistics);
    QVERIFY(!least.reason.empty());
    QVERIFY(planTrace(config, 4096, Keep::Attention, attention).reason.empty());
  }

 private:
  static void addModels(const std::vector<std::string>& names = tinyModelNames()) {
    QTest::addColumn<QString>("name");
    for (const std::string& name : names) QTest::newRow(name.c_str()) << QString::fromStdString(name);
  }

  void load(Keep keep) {
    QFETCH(QString, name);
    tiny_ = std::make_unique<TinyModel>(name.toStdString());
    trace_ = capture(*tiny_->model, tiny_->ids(), {keep}, Job());
  }

  static void compareHead(const HeadAttention& head, const slow::Map& map) {
    const auto count = static_cast<std::int64_t>(map.extent(0));
    QCOMPARE(head.tokens(), count);
    for (std::int64_t i = 0; i < count; ++i) {
      std::vector<double> entries, keys, queries;
      for (std::int64_t j = 0; j < count; ++j) {
        entries.push_back(entry(head, i, j));
        keys.push_back(map(i, j));
        queries.push_back(map(j, i));
        QVERIFY(head.sees(i, j) == (map(i, j) > 0));
      }
      COMPARE_NUMBERS("entries", entries, keys, kRelative, kAbsolute);
      COMPARE_NUMBERS("row", row(head, i), keys, kRelative, kAbsolute);
      COMPARE_NUMBERS("column", column(head, i), queries, kRelative, kAbsolute);
    }
    COMPARE_NUMBERS("tile", tile(head, 2, count - 1, 1, 6), slow::part(map, 2, count - 1, 1, 6), kRelative, kAbsolute);
    const PooledImage image = pooled(head, 0, count, 0, count, 4, 5);
    const slow::Pooled expected = slow::pooled(map, 4, 5);
    COMPARE_NUMBERS("pooled mean", image.mean, expected.mean, kRelative, kAbsolute);
    COMPARE_NUMBERS("pooled max", image.max, expected.max, kRelative, kAbsolute);
  }

  std::unique_ptr<TinyModel> tiny_;
  Trace trace_;
};

QTEST_GUILESS_MAIN(TestTrace)
#include "tst_trace.moc"
