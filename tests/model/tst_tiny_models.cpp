#include "core/error.h"
#include "core/model/config_names.h"
#include "core/model/decoder.h"
#include "tests/compare.h"
#include "tests/site_recorder.h"
#include "tests/slow_layer.h"
#include "tests/tiny_model.h"

#include <QTest>

#include <functional>
#include <map>
#include <stop_token>

using namespace sinkscope;

namespace {

constexpr double kRelative = 1.3e-5, kAbsolute = 1e-5;
constexpr std::int64_t kLong = 1100;

struct WrongSetting {
  std::string name;
  std::function<void(ModelConfig&)> apply;
};

using Wrongs = std::vector<WrongSetting>;

void addLayers(const ModelConfig& right, Wrongs& wrong) {
  for (std::size_t l = 0; l < right.perLayer.size(); ++l) {
    const std::string layer = " of layer " + std::to_string(l);
    if (right.rotates(static_cast<std::int64_t>(l))) {
      wrong.push_back({"RoPE base" + layer, [l](ModelConfig& c) { c.perLayer[l].ropeBase *= 1.1; }});
      wrong.push_back({"RoPE scale" + layer, [l](ModelConfig& c) { c.perLayer[l].ropeScale *= 1.1; }});
    }
    if (right.positions == Positions::Rotary)
      wrong.push_back({"RoPE or not" + layer, [l](ModelConfig& c) { c.perLayer[l].rotates = !c.perLayer[l].rotates; }});
    if (right.perLayer[l].window == 0) {
      wrong.push_back({"a window" + layer, [l](ModelConfig& c) { c.perLayer[l].window = 8; }});
      continue;
    }
    wrong.push_back({"no window" + layer, [l](ModelConfig& c) { c.perLayer[l].window = 0; }});
    wrong.push_back({"longer window" + layer, [l](ModelConfig& c) { ++c.perLayer[l].window; }});
    wrong.push_back({"shorter window" + layer, [l](ModelConfig& c) { --c.perLayer[l].window; }});
  }
}

void addRopeScaling(const ModelConfig& right, std::int64_t tokens, Wrongs& wrong) {
  const auto add = [&](const char* name, auto change) {
    wrong.push_back({name, [change](ModelConfig& c) { change(c.ropeScaling); }});
  };
  if (right.ropeScaling.stretch == RopeStretch::None) return;
  add("no scaling of RoPE", [](RopeScaling& r) { r.stretch = RopeStretch::None; });
  add("magnitude", [](RopeScaling& r) { r.magnitude *= 1.01; });
  if (right.ropeScaling.stretch == RopeStretch::Long) {
    const bool beyond =
        right.ropeScaling.longFactors.back() == 5.0;  // phi3-long, which is longer than the first length
    add("divisors of RoPE", [beyond](RopeScaling& r) { (beyond ? r.longFactors : r.shortFactors)[1] *= 1.1; });
    add("original length", [beyond](RopeScaling& r) { r.originalLength = beyond ? 1000 : 2; });
    return;
  }
  add("factor of RoPE", [](RopeScaling& r) { r.factor *= 1.1; });
  add("original length", [](RopeScaling& r) { r.originalLength *= 2; });
  if (right.ropeScaling.stretch == RopeStretch::Llama3) {
    add("low frequency", [](RopeScaling& r) { r.lowFrequency *= 1.1; });
    add("high frequency", [](RopeScaling& r) { r.highFrequency *= 1.1; });
  } else {
    add("fast turns", [](RopeScaling& r) { r.fastTurns *= 0.5; });
    add("slow turns", [](RopeScaling& r) { r.slowTurns *= 2.0; });
    add("whole pairs", [](RopeScaling& r) { r.wholePairs = !r.wholePairs; });
  }
}

void addSwitches(const ModelConfig& right, Wrongs& wrong) {
  const auto add = [&](bool used, const char* name, std::function<void(ModelConfig&)> change) {
    if (used) wrong.push_back({name, std::move(change)});
  };
  add(right.queryKeyNorm, "no QK norm", [](ModelConfig& c) { c.queryKeyNorm = false; });
  const bool hasNorms = right.norms != NormPlacement::None;
  add(right.postNorms && hasNorms, "no post norms", [](ModelConfig& c) { c.postNorms = false; });
  add(right.attentionCap > 0, "cap of attention", [](ModelConfig& c) { c.attentionCap *= 1.1; });
  add(right.attentionCap > 0, "no cap of attention", [](ModelConfig& c) { c.attentionCap = 0; });
  add(right.logitCap > 0, "cap of the logits", [](ModelConfig& c) { c.logitCap *= 1.1; });
  add(right.attentionBias, "no bias of attention", [](ModelConfig& c) { c.attentionBias = false; });
  add(right.outputBias, "no bias of attention's output", [](ModelConfig& c) { c.outputBias = false; });
  add(right.feedForwardBias, "no biases of feed-forward", [](ModelConfig& c) { c.feedForwardBias = false; });
  add(right.rotaryWidth > 0 && right.ropeScaling.stretch != RopeStretch::Long, "rotated numbers",
      [](ModelConfig& c) { c.rotaryWidth += 2; });
  add(right.normKind == NormKind::Mean, "no mean", [](ModelConfig& c) { c.normKind = NormKind::RootMeanSquare; });
  add(right.order != LayerOrder::Sequential, "one after the other",
      [](ModelConfig& c) { c.order = LayerOrder::Sequential; });
  add(right.order == LayerOrder::Sequential && hasNorms, "side by side",
      [](ModelConfig& c) { c.order = LayerOrder::Parallel; });
  add(right.extraKey == ExtraKey::SinkLogit, "no sink logit", [](ModelConfig& c) { c.extraKey = ExtraKey::None; });
  add(right.extraKey == ExtraKey::SinkLogit, "sink logit 0", [](ModelConfig& c) { c.extraKey = ExtraKey::OffByOne; });
  add(right.experts > 0, "shares of experts", [](ModelConfig& c) { c.expertSharesSumToOne = !c.expertSharesSumToOne; });
  add(right.experts > 0, "fewer experts", [](ModelConfig& c) { --c.expertsPerToken; });
}

Wrongs wrongSettings(const ModelConfig& right, std::int64_t tokens) {
  Wrongs wrong = {
      {"eps", [](ModelConfig& c) { c.normEpsilon *= 1000; }},
      {"attention scale", [](ModelConfig& c) { c.attentionScale *= 1.01; }},
      {"embedding scale", [](ModelConfig& c) { c.embeddingScale *= 1.01; }},
  };
  for (const Activation other : {Activation::Silu, Activation::GeluTanh, Activation::Gelu, Activation::Relu})
    if (other != right.activation)
      wrong.push_back({"activation " + nameOf(other), [other](ModelConfig& c) { c.activation = other; }});
  addLayers(right, wrong);
  if (right.positions == Positions::Rotary) addRopeScaling(right, tokens, wrong);
  addSwitches(right, wrong);
  return wrong;
}

/// Every parameter, whatever type it is kept in.
std::map<std::string, at::Tensor> valuesOf(const Parameters& parameters) {
  std::map<std::string, at::Tensor> values = parameters.all();
  for (const auto& [name, matrix] : parameters.stored()) values[name] = matrix.dense();
  return values;
}

/// A key's bias moves all scores of a row alike where no position turns it.
bool isUnseen(const std::string& name, const ModelConfig& config) {
  return name.ends_with("keyBias") && config.positions == Positions::Learned;
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
  void longPrompt_data() { addModels(someTinyModelNames()); }
  void longPrompt() {
    const TinyModel tiny = load();
    const auto& [config, parameters] = std::tie(tiny.model->config(), tiny.model->parameters);
    SiteRecorder seen;
    forward(config, parameters, at::tensor(drawnIds(config, kLong), at::kLong).unsqueeze(0), &seen);
    for (std::int64_t l = 0; l < config.layers; ++l) {
      for (std::int64_t h = 0; h < config.heads; ++h) {
        const slow::Head head = slow::head(seen, config, parameters, l, h);
        COMPARE_NUMBERS("log-sum-exp", seen.at(Site::LogSumExp, l)[h], head.logSumExp, kRelative, kAbsolute);
        COMPARE_NUMBERS("head output", seen.at(Site::HeadOutput, l)[h], head.output, kRelative, kAbsolute);
      }
      at::Tensor write = slow::feedForward(seen, config, parameters, l);
      if (config.postNorms)
        write = write * (write.square().mean(-1, true) + config.normEpsilon).rsqrt() *
                parameters.layer(l, "postFeedForwardNorm");
      COMPARE_NUMBERS("feed-forward", seen.at(Site::FeedForwardWrite, l), write, kRelative, kAbsolute);
    }
  }

  void wrongSettingsShow_data() { addModels(); }
  void wrongSettingsShow() {
    const TinyModel tiny = load();
    const ModelConfig& right = tiny.model->config();
    Parameters parameters = tiny.model->parameters;
    if (right.order == LayerOrder::ParallelSharedNorm)  // for another order, which would look for a second norm
      for (std::int64_t l = 0; l < right.layers; ++l)
        for (const char* name : {"Norm", "NormBias"})
          parameters.set(Parameters::nameOf(l, std::string("feedForward") + name),
                         parameters.layer(l, std::string("attention") + name));
    for (const auto& [name, apply] : wrongSettings(right, tiny.tokens().size(1))) {
      ModelConfig config = right;
      apply(config);
      QVERIFY2(!logitsMismatch(tiny, config, parameters).empty(), (name + " goes unseen").c_str());
    }
  }

  void wrongWeightsShow_data() { addModels(); }
  void wrongWeightsShow() {
    const TinyModel tiny = load();
    const std::map<std::string, at::Tensor> right = valuesOf(tiny.model->parameters);
    for (const auto& [name, value] : right) {
      Parameters parameters = tiny.model->parameters;
      // A norm or bias without its weights; any other matrix with its rows in the wrong order.
      parameters.set(name, WeightMatrix(value.dim() == 1 ? at::ones_like(value) : value.roll(1, 0)));
      if (isUnseen(name, tiny.model->config())) continue;
      QVERIFY2(!logitsMismatch(tiny, tiny.model->config(), parameters).empty(), (name + " goes unseen").c_str());
    }
  }

  void everyParameterIsSpecified_data() { addModels(); }
  void everyParameterIsSpecified() {
    const TinyModel tiny = load();
    std::map<std::string, std::vector<std::int64_t>> specified, loaded;
    for (const ParameterSpec& spec : parameterSpecs(tiny.model->config())) specified[spec.name] = spec.shape;
    for (const auto& [name, value] : valuesOf(tiny.model->parameters)) loaded[name] = value.sizes().vec();
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
  static void addModels(const std::vector<std::string>& names = tinyModelNames()) {
    QTest::addColumn<QString>("name");
    for (const std::string& name : names) QTest::newRow(name.c_str()) << QString::fromStdString(name);
  }
  static TinyModel load() {
    QFETCH(QString, name);
    return TinyModel(name.toStdString());
  }
};

QTEST_GUILESS_MAIN(TestTinyModels)
#include "tst_tiny_models.moc"
