#include "core/model/decoder.h"
#include "tests/compare.h"
#include "tests/site_recorder.h"
#include "tests/slow_layer.h"
#include "tests/tiny_model.h"

#include <QTest>

#include <algorithm>

using namespace sinkscope;

namespace {

constexpr double kRelative = 1.3e-5, kAbsolute = 1e-5;
constexpr std::int64_t kShort = 24, kLong = 900;

at::Tensor tokensOf(const TinyModel& tiny, std::int64_t count) {
  return at::tensor(drawnIds(tiny.model->config(), count), at::kLong).unsqueeze(0);
}

KeyValueCache cacheOf(const SiteRecorder& seen, std::int64_t layers) {
  KeyValueCache cache;
  for (std::int64_t l = 0; l < layers; ++l)
    cache.layer.push_back({seen.at(Site::Key, l).unsqueeze(0), seen.at(Site::Value, l).unsqueeze(0)});
  return cache;
}

/// Records a pass in which the heads with an even number do without key 0.
class EvenHeadsHide : public SiteRecorder {
 public:
  explicit EvenHeadsHide(std::int64_t heads) : even_(at::arange(heads).remainder(2).eq(0)) {}
  at::Tensor hidesFirstKey(int) const override { return even_; }

 private:
  at::Tensor even_;
};

}  // namespace

/// Passes over the end of a sequence, and passes without the sink.
class TestContext : public QObject {
  Q_OBJECT

 private slots:
  void aSuffixIsTheEndOfTheWhole_data() { addModels(someTinyModelNames()); }
  void aSuffixIsTheEndOfTheWhole() {
    const TinyModel tiny = load();
    const auto& [config, parameters] = std::tie(tiny.model->config(), tiny.model->parameters);
    for (const auto& [count, cut] :
         {std::pair{kShort, std::int64_t{1}}, {kShort, std::int64_t{17}}, {kLong, std::int64_t{500}}}) {
      if (cut >= fitting(config, count)) continue;
      const at::Tensor tokens = tokensOf(tiny, count);
      SiteRecorder whole, suffix;
      const at::Tensor logits = forward(config, parameters, tokens, &whole);
      const KeyValueCache past = cacheOf(whole, config.layers).first(cut);
      const at::Tensor later =
          forward(config, parameters, tokens.slice(1, cut), &suffix, LogitsOf::EveryToken, Job(), {.past = &past});
      COMPARE_NUMBERS("logits", later[0], logits[0].slice(0, cut), kRelative, kAbsolute);
      for (std::int64_t l = 0; l < config.layers; ++l) {
        COMPARE_NUMBERS("residual", suffix.at(Site::Residual, l), whole.at(Site::Residual, l).slice(0, cut), kRelative,
                        kAbsolute);
        COMPARE_NUMBERS("log-sum-exp", suffix.at(Site::LogSumExp, l), whole.at(Site::LogSumExp, l).slice(1, cut),
                        kRelative, kAbsolute);
      }
    }
  }

  void aBatchSharesItsPast_data() { addModels(); }
  void aBatchSharesItsPast() {
    const TinyModel tiny = load();
    const auto& [config, parameters] = std::tie(tiny.model->config(), tiny.model->parameters);
    const at::Tensor tokens = tokensOf(tiny, kShort);
    SiteRecorder whole;
    forward(config, parameters, tokens, &whole);
    const KeyValueCache past = cacheOf(whole, config.layers).first(9);
    const at::Tensor ends = at::cat({tokens.slice(1, 9), tokens.slice(1, 9).flip(1)});
    const at::Tensor logits = forward(config, parameters, ends, nullptr, LogitsOf::EveryToken, Job(), {.past = &past});
    for (std::int64_t b = 0; b < 2; ++b) {
      const at::Tensor alone =
          forward(config, parameters, at::cat({tokens.slice(1, 0, 9), ends.slice(0, b, b + 1)}, 1));
      COMPARE_NUMBERS("logits", logits[b], alone[0].slice(0, 9), kRelative, kAbsolute);
    }
  }

  /// RoPE is relative: a sequence that begins elsewhere gives the same, up to rounding. Learned positions are not.
  void firstPositionIsOnlyRelative_data() { addModels(); }
  void firstPositionIsOnlyRelative() {
    const TinyModel tiny = load();
    const auto& [config, parameters] = std::tie(tiny.model->config(), tiny.model->parameters);
    const at::Tensor tokens = tokensOf(tiny, kShort);
    SiteRecorder here, there;
    const at::Tensor logits = forward(config, parameters, tokens, &here);
    const at::Tensor moved =
        forward(config, parameters, tokens, &there, LogitsOf::EveryToken, Job(), {.firstPosition = 7});
    if (config.positions == Positions::Rotary) COMPARE_NUMBERS("logits", moved, logits, 1e-4, 1e-4);
    if (config.positions == Positions::Learned) QVERIFY(!at::allclose(moved, logits, 1e-2, 1e-2));
    QVERIFY(!at::allclose(there.at(Site::Key, 0), here.at(Site::Key, 0)));
  }

  void hiddenFirstKey_data() { addModels(); }
  void hiddenFirstKey() {
    const TinyModel tiny = load();
    const auto& [config, parameters] = std::tie(tiny.model->config(), tiny.model->parameters);
    const at::Tensor tokens = tokensOf(tiny, kShort);
    EvenHeadsHide seen(config.heads);
    const at::Tensor logits = forward(config, parameters, tokens, &seen);
    for (std::int64_t l = 0; l < config.layers; ++l)
      for (std::int64_t h = 0; h < config.heads; ++h) {
        const slow::Head head = slow::head(seen, config, parameters, l, h, h % 2 == 0);
        COMPARE_NUMBERS("log-sum-exp", seen.at(Site::LogSumExp, l)[h], head.logSumExp, kRelative, kAbsolute);
        COMPARE_NUMBERS("head output", seen.at(Site::HeadOutput, l)[h], head.output, kRelative, kAbsolute);
      }
    const KeyValueCache past = cacheOf(seen, config.layers).first(5);
    EvenHeadsHide later(config.heads);
    COMPARE_NUMBERS(
        "logits of a suffix",
        forward(config, parameters, tokens.slice(1, 5), &later, LogitsOf::EveryToken, Job(), {.past = &past})[0],
        logits[0].slice(0, 5), kRelative, kAbsolute);
    EvenHeadsHide alone(config.heads);
    COMPARE_NUMBERS("logits of one token", forward(config, parameters, tokens.slice(1, 0, 1), &alone),
                    forward(config, parameters, tokens.slice(1, 0, 1)), kRelative, kAbsolute);
  }

 private:
  static void addModels(const std::vector<std::string>& names = tinyModelNames()) {
    QTest::addColumn<QString>("name");
    for (const std::string& name : names) QTest::newRow(name.c_str()) << QString::fromStdString(name);
  }
  static TinyModel load() {
    QFETCH(QString, name);
    return TinyModel(name.toStdString());
  }
};

QTEST_GUILESS_MAIN(TestContext)
#include "tst_context.moc"
