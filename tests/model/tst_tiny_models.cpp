#include "core/error.h"
#include "core/model/decoder.h"
#include "tests/compare.h"
#include "tests/site_recorder.h"
#include "tests/tiny_model.h"

#include <QTest>

#include <functional>
#include <map>
#include <stop_token>

using namespace sinkscope;

namespace {

constexpr double kRelative = 1.3e-5, kAbsolute = 1e-5;
constexpr std::int64_t kLong = 1100;

/// 0 where a query sees a key, minus infinity elsewhere: [token, token], double.
at::Tensor denseMask(std::int64_t tokens, std::int64_t window) {
  const at::Tensor seen = at::ones({tokens, tokens}, at::kBool).tril();
  const at::Tensor near = window == 0 ? seen : seen.triu(1 - window);
  return at::zeros({tokens, tokens}, at::kDouble).masked_fill(near.logical_not(), -HUGE_VAL);
}

struct WrongSetting {
  std::string name;
  std::function<void(ModelConfig&)> apply;
};

std::vector<WrongSetting> wrongSettings(const ModelConfig& right) {
  std::vector<WrongSetting> wrong = {
      {"eps", [](ModelConfig& c) { c.normEpsilon *= 1000; }},
      {"attention scale", [](ModelConfig& c) { c.attentionScale *= 1.01; }},
      {"activation",
       [](ModelConfig& c) {
         c.activation = c.activation == Activation::Silu ? Activation::GeluTanh : Activation::Silu;
       }},
      {"embedding scale", [](ModelConfig& c) { c.embeddingScale *= 1.01; }},
  };
  for (std::size_t l = 0; l < right.perLayer.size(); ++l) {
    const std::string layer = " of layer " + std::to_string(l);
    wrong.push_back({"RoPE base" + layer, [l](ModelConfig& c) { c.perLayer[l].ropeBase *= 1.1; }});
    wrong.push_back({"RoPE scale" + layer, [l](ModelConfig& c) { c.perLayer[l].ropeScale *= 1.1; }});
    if (right.perLayer[l].window == 0) {
      wrong.push_back({"a window" + layer, [l](ModelConfig& c) { c.perLayer[l].window = 8; }});
      continue;
    }
    wrong.push_back({"no window" + layer, [l](ModelConfig& c) { c.perLayer[l].window = 0; }});
    wrong.push_back({"longer window" + layer, [l](ModelConfig& c) { ++c.perLayer[l].window; }});
    wrong.push_back({"shorter window" + layer, [l](ModelConfig& c) { --c.perLayer[l].window; }});
  }
  if (right.queryKeyNorm) wrong.push_back({"no QK norm", [](ModelConfig& c) { c.queryKeyNorm = false; }});
  if (right.postNorms) wrong.push_back({"no post norms", [](ModelConfig& c) { c.postNorms = false; }});
  return wrong;
}

std::string logitsMismatch(const TinyModel& tiny, const ModelConfig& config, const Parameters& parameters) {
  const at::Tensor logits = forward(config, parameters, tiny.tokens()).squeeze(0);
  return mismatch("logits", logits, tiny.expected("logits"), {kRelative, kAbsolute});
}

}  // namespace

/// Small random models in Hugging Face's layout against transformers (float32, eager attention).
class TestTinyModels : public QObject {
  Q_OBJECT

 private slots:
  void logits_data() { addModels(); }
  void logits() {
    const TinyModel tiny = load();
    COMPARE_NUMBERS("logits", forward(tiny.model->config(), tiny.model->parameters, tiny.tokens()).squeeze(0),
                    tiny.expected("logits"), kRelative, kAbsolute);
  }

  void residualStream_data() { addModels(); }
  void residualStream() {
    const TinyModel tiny = load();
    SiteRecorder seen;
    forward(tiny.model->config(), tiny.model->parameters, tiny.tokens(), &seen);
    std::vector<at::Tensor> streams = {seen.at(Site::Embedding)};
    for (std::int64_t l = 0; l < tiny.model->config().layers; ++l) streams.push_back(seen.at(Site::Residual, l));
    COMPARE_NUMBERS("residual", at::stack(streams), tiny.expected("residual"), kRelative, kAbsolute);
    COMPARE_NUMBERS("final norm", seen.at(Site::FinalNorm), tiny.expected("final"), kRelative, kAbsolute);
  }

  void whichLogits_data() { addModels(); }
  void whichLogits() {
    const TinyModel tiny = load();
    const auto& [config, parameters] = std::tie(tiny.model->config(), tiny.model->parameters);
    const at::Tensor last = forward(config, parameters, tiny.tokens(), nullptr, LogitsOf::LastToken);
    COMPARE_NUMBERS("last logits", last.squeeze(0), tiny.expected("logits").slice(0, -1), kRelative, kAbsolute);
    QVERIFY(!forward(config, parameters, tiny.tokens(), nullptr, LogitsOf::None).defined());
  }

  void batch_data() { addModels(); }
  void batch() {
    const TinyModel tiny = load();
    const auto& [config, parameters] = std::tie(tiny.model->config(), tiny.model->parameters);
    const at::Tensor tokens = tiny.tokens(), reversed = tokens.flip(1);
    const at::Tensor both = forward(config, parameters, at::cat({reversed, tokens}));
    COMPARE_NUMBERS("second of the batch", both[1], tiny.expected("logits"), kRelative, kAbsolute);
    COMPARE_NUMBERS("first of the batch", both[0], forward(config, parameters, reversed)[0], kRelative, kAbsolute);
  }

  void laterTokensChangeNothing_data() { addModels(); }
  void laterTokensChangeNothing() {
    const TinyModel tiny = load();
    at::Tensor tokens = tiny.tokens().clone();
    const std::int64_t kept = tokens.size(1) - 3;
    tokens.slice(1, kept).copy_((tokens.slice(1, kept) + 1).remainder(tiny.model->config().vocabulary));
    const at::Tensor logits = forward(tiny.model->config(), tiny.model->parameters, tokens)[0];
    const at::Tensor expected = tiny.expected("logits");
    COMPARE_NUMBERS("before the change", logits.slice(0, 0, kept), expected.slice(0, 0, kept), kRelative, kAbsolute);
    QVERIFY(!mismatch("after", logits.slice(0, kept), expected.slice(0, kept), {kRelative, kAbsolute}).empty());
  }

  /// A prompt longer than any block the decoder works in, each step against its definition over whole matrices.
  void longPrompt_data() { addModels(); }
  void longPrompt() {
    const TinyModel tiny = load();
    const ModelConfig& config = tiny.model->config();
    SiteRecorder seen;
    forward(config, tiny.model->parameters, at::tensor(drawnIds(config, kLong), at::kLong).unsqueeze(0), &seen);
    for (std::int64_t l = 0; l < config.layers; ++l) {
      const at::Tensor mask = denseMask(kLong, config.perLayer[l].window);
      for (std::int64_t h = 0; h < config.heads; ++h) {
        const std::int64_t k = h / (config.heads / config.keyHeads);
        const at::Tensor query = seen.at(Site::Query, l)[h].to(at::kDouble);
        const at::Tensor key = seen.at(Site::Key, l)[k].to(at::kDouble);
        const at::Tensor scores = at::mm(query, key.t()) * config.attentionScale + mask;
        COMPARE_NUMBERS("log-sum-exp", seen.at(Site::LogSumExp, l)[h], scores.logsumexp(-1), kRelative, kAbsolute);
        COMPARE_NUMBERS("head output", seen.at(Site::HeadOutput, l)[h],
                        at::mm(scores.softmax(-1), seen.at(Site::Value, l)[k].to(at::kDouble)), kRelative, kAbsolute);
      }
      const auto weight = [&](const char* name) { return tiny.model->parameters.layer(l, name).t(); };
      const at::Tensor x = seen.at(Site::FeedForwardNorm, l), gate = at::mm(x, weight("gate"));
      const at::Tensor active = config.activation == Activation::Silu ? at::silu(gate) : at::gelu(gate, "tanh");
      at::Tensor write = at::mm(active * at::mm(x, weight("up")), weight("down"));
      if (config.postNorms)
        write = write * (write.square().mean(-1, true) + config.normEpsilon).rsqrt() *
                tiny.model->parameters.layer(l, "postFeedForwardNorm");
      COMPARE_NUMBERS("feed-forward", seen.at(Site::FeedForwardWrite, l), write, kRelative, kAbsolute);
    }
  }

  void wrongSettingsShow_data() { addModels(); }
  void wrongSettingsShow() {
    const TinyModel tiny = load();
    for (const WrongSetting& wrong : wrongSettings(tiny.model->config())) {
      ModelConfig config = tiny.model->config();
      wrong.apply(config);
      QVERIFY2(!logitsMismatch(tiny, config, tiny.model->parameters).empty(), (wrong.name + " goes unseen").c_str());
    }
  }

  void wrongWeightsShow_data() { addModels(); }
  void wrongWeightsShow() {
    const TinyModel tiny = load();
    for (const auto& [name, value] : tiny.model->parameters.all()) {
      Parameters parameters = tiny.model->parameters;
      // A norm without its weights; any other matrix with its rows in the wrong order.
      parameters.set(name, value.dim() == 1 ? at::ones_like(value) : value.roll(1, 0));
      QVERIFY2(!logitsMismatch(tiny, tiny.model->config(), parameters).empty(), (name + " goes unseen").c_str());
    }
  }

  void everyParameterIsSpecified_data() { addModels(); }
  void everyParameterIsSpecified() {
    const TinyModel tiny = load();
    std::map<std::string, std::vector<std::int64_t>> specified, loaded;
    for (const ParameterSpec& spec : parameterSpecs(tiny.model->config())) specified[spec.name] = spec.shape;
    for (const auto& [name, value] : tiny.model->parameters.all()) loaded[name] = value.sizes().vec();
    QCOMPARE(loaded, specified);
  }

  void badTokensAreNamed() {
    const TinyModel tiny("llama-gqa");
    for (const std::int64_t id : {std::int64_t{-1}, tiny.model->config().vocabulary}) {
      at::Tensor tokens = tiny.tokens().clone();
      tokens[0][3] = id;
      try {
        forward(tiny.model->config(), tiny.model->parameters, tokens);
        QFAIL("an id outside the vocabulary was taken");
      } catch (const Error& error) {
        QVERIFY2(std::string(error.what()).find(std::to_string(id)) != std::string::npos, error.what());
      }
    }
  }

  void stops() {
    const TinyModel tiny("llama-gqa");
    std::stop_source source;
    source.request_stop();
    QVERIFY_THROWS_EXCEPTION(Stopped, forward(tiny.model->config(), tiny.model->parameters, tiny.tokens(), nullptr,
                                              LogitsOf::EveryToken, Job(source.get_token())));
  }

 private:
  static void addModels() {
    QTest::addColumn<QString>("name");
    for (const std::string& name : tinyModelNames()) QTest::newRow(name.c_str()) << QString::fromStdString(name);
  }
  static TinyModel load() {
    QFETCH(QString, name);
    return TinyModel(name.toStdString());
  }
};

QTEST_GUILESS_MAIN(TestTinyModels)
#include "tst_tiny_models.moc"
