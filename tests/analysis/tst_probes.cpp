#include "core/analysis/probes.h"
#include "core/analysis/rounding.h"
#include "core/error.h"
#include "core/model/decoder.h"
#include "tests/byte_tokenizer.h"
#include "tests/compare.h"
#include "tests/site_recorder.h"
#include "tests/tiny_model.h"

#include <QTest>

#include <ATen/TensorOperators.h>

#include <bit>
#include <limits>
#include <stop_token>

using namespace sinkscope;

namespace {

constexpr double kRelative = 3e-5, kAbsolute = 1e-5;
constexpr std::int64_t kOne = '1', kComma = ',', kSpace = ' ', kBos = 1;

LengthProbeResult probeOf(const TinyModel& tiny, const LengthProbeRequest& request, const Job& job = {}) {
  return lengthProbe(*tiny.model, ByteTokenizer(tiny.model->config().vocabulary), request, job);
}

RepetitionResult repeatOf(const TinyModel& tiny, const RepetitionRequest& request) {
  return repetitionProbe(*tiny.model, ByteTokenizer(tiny.model->config().vocabulary), request, Job());
}

/// The last token's states of one sequence on its own: after the last layer and after the final norm.
std::pair<std::vector<double>, std::vector<double>> lastStates(const TinyModel& tiny, const Parameters& parameters,
                                                               const std::vector<std::int64_t>& ids, bool rounded) {
  SiteRecorder seen;
  Bfloat16Observer rounding(&seen);
  forward(tiny.model->config(), parameters, at::tensor(ids, at::kLong).unsqueeze(0),
          rounded ? static_cast<Observer*>(&rounding) : &seen);
  return {numbers(seen.at(Site::Residual, tiny.model->config().layers - 1)[-1]).values,
          numbers(seen.at(Site::FinalNorm)[-1]).values};
}

double infNorm(const std::vector<double>& x, const std::vector<double>& minus) {
  double most = 0;
  for (std::size_t c = 0; c < x.size(); ++c) most = std::max(most, std::abs(x[c] - minus[c]));
  return most;
}

/// The curves from two passes for every sequence.
LengthProbeCurves slowCurves(const TinyModel& tiny, const Parameters& parameters,
                             const std::vector<std::vector<std::int64_t>>& sequences, bool rounded) {
  LengthProbeCurves curves;
  for (std::vector<std::int64_t> ids : sequences) {
    const auto [layer, norm] = lastStates(tiny, parameters, ids, rounded);
    ids.push_back(ids.back());
    const auto [longerLayer, longerNorm] = lastStates(tiny, parameters, ids, rounded);
    curves.layerDifference.push_back(infNorm(layer, longerLayer));
    curves.layerScale.push_back(infNorm(layer, std::vector<double>(layer.size())));
    curves.normDifference.push_back(infNorm(norm, longerNorm));
    curves.normScale.push_back(infNorm(norm, std::vector<double>(norm.size())));
  }
  return curves;
}

/// Round to nearest, ties to even, on the bits.
float slowBfloat16(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  return std::bit_cast<float>((bits + 0x7FFFu + ((bits >> 16) & 1u)) & 0xFFFF0000u);
}

}  // namespace

/// Length and repetition probes on tiny random models, against passes over each sequence on its own.
class TestProbes : public QObject {
  Q_OBJECT

 private slots:
  void lengthsAgainstTwoPasses_data() { addModels(); }
  void lengthsAgainstTwoPasses() {
    const TinyModel tiny = load();
    const std::vector<std::vector<std::int64_t>> ones = {
        {kBos, kOne}, {kBos, kOne, kOne, kOne}, {kBos, kOne, kOne, kOne, kOne, kOne, kOne, kOne}};
    const std::vector<std::vector<std::int64_t>> digits = {
        {kBos, kOne}, {kBos, kOne, kOne, kOne}, {kBos, kOne, kOne, kOne, kComma, kOne, kOne, kOne, kComma, kOne}};
    for (const auto& [probe, sequences] : {std::pair{LengthProbe::Ones, ones}, {LengthProbe::Digits, digits}}) {
      LengthProbeRequest request;
      request.probe = probe;
      request.lengths = {1, 3, 7};
      const LengthProbeResult result = probeOf(tiny, request);
      std::vector<std::size_t> tokens;
      for (const auto& ids : sequences) tokens.push_back(ids.size());
      QCOMPARE(result.tokens, tokens);
      compareCurves("float32", result.float32, slowCurves(tiny, tiny.model->parameters, sequences, false),
                    {kRelative, kAbsolute});
      // A sum that comes out a little differently may be rounded to the neighbour, and this grows from layer to layer.
      const Tolerance coarse{0, 8 * kTypeEpsilons[2].epsilon};
      compareCurves("bfloat16", result.bfloat16,
                    slowCurves(tiny, roundedToBfloat16(tiny.model->parameters), sequences, true), coarse);
      QVERIFY(!mismatch("layer", result.bfloat16.layerScale, result.float32.layerScale, {1e-4}).empty());
    }
  }

  void separatorsStandBetweenDigits() {
    const TinyModel tiny("llama-gqa");
    LengthProbeRequest request;
    request.lengths = {4};
    request.separator = " ";
    request.bfloat16 = false;
    const LengthProbeCurves ones =
        slowCurves(tiny, tiny.model->parameters, {{kBos, kOne, kSpace, kOne, kSpace, kOne, kSpace, kOne}}, false);
    compareCurves("ones", probeOf(tiny, request).float32, ones, {kRelative, kAbsolute});
    request.probe = LengthProbe::Digits;
    const LengthProbeCurves digits = slowCurves(
        tiny, tiny.model->parameters, {{kBos, kOne, kSpace, kOne, kSpace, kOne, kComma, kSpace, kOne}}, false);
    const LengthProbeResult result = probeOf(tiny, request);
    compareCurves("digits", result.float32, digits, {kRelative, kAbsolute});
    QVERIFY(result.bfloat16.layerDifference.empty());
  }

  /// Attention is a mean of values: where all tokens are one token, every mean is the same. With <bos> they are not.
  void withoutBosOnesAreAllAlike_data() { addModels(); }
  void withoutBosOnesAreAllAlike() {
    const TinyModel tiny = load();
    const ModelConfig& config = tiny.model->config();
    // With learned positions they are not alike to begin with, with a sink logit no row sums to 1.
    if (config.positions == Positions::Learned || config.extraKey != ExtraKey::None)
      QSKIP("The claim is about attention that is a mean, of tokens that don't say where they stand.");
    LengthProbeRequest request;
    request.lengths = {2, 9, 30};
    request.bfloat16 = false;
    request.bos = false;
    const LengthProbeCurves alike = probeOf(tiny, request).float32;
    COMPARE_NUMBERS("difference", alike.layerDifference, std::vector<double>(3), 0, kAbsolute);
    request.bos = true;
    for (const double difference : probeOf(tiny, request).float32.layerDifference) QVERIFY(difference > 1e-3);
  }

  void typeEpsilons() {
    QCOMPARE(kTypeEpsilons[0].epsilon, static_cast<double>(std::numeric_limits<float>::epsilon()));
    for (const auto& [index, type] : {std::pair{0, at::kFloat}, {1, at::kHalf}, {2, at::kBFloat16}}) {
      const double epsilon = kTypeEpsilons[index].epsilon;
      const at::Tensor next = at::tensor({1.0 + epsilon, 1.0 + 0.49 * epsilon}, at::kDouble).to(type).to(at::kDouble);
      COMPARE_NUMBERS(kTypeEpsilons[index].type, next, (std::vector{1.0 + epsilon, 1.0}), 0, 0);
    }
  }

  void weightsAreRoundedToNearest() {
    const TinyModel tiny("gemma3-tied");
    const Parameters rounded = roundedToBfloat16(tiny.model->parameters);
    QCOMPARE(rounded.all().size(), tiny.model->parameters.all().size());
    for (const auto& [name, value] : tiny.model->parameters.all()) {
      std::vector<float> expected;
      for (const double x : numbers(value).values) expected.push_back(slowBfloat16(static_cast<float>(x)));
      QCOMPARE(rounded[name].scalar_type(), at::kFloat);
      COMPARE_NUMBERS(name, rounded[name].flatten(), expected, 0, 0);
    }
  }

  void everyStateIsRounded_data() { addModels(); }
  void everyStateIsRounded() {
    const TinyModel tiny = load();
    SiteRecorder seen;
    Bfloat16Observer rounding(&seen);
    forward(tiny.model->config(), roundedToBfloat16(tiny.model->parameters), tiny.tokens(), &rounding);
    for (std::int64_t l = 0; l < tiny.model->config().layers; ++l) {
      for (const Site site :
           {Site::AttentionNorm, Site::Query, Site::Key, Site::Value, Site::HeadOutput, Site::AttentionWrite,
            Site::ResidualMiddle, Site::FeedForwardNorm, Site::FeedForwardWrite, Site::Residual}) {
        const at::Tensor& value = seen.at(site, l);
        COMPARE_NUMBERS(toString({site, static_cast<int>(l)}), value, value.to(at::kBFloat16), 0, 0);
      }
      // The pass went on with what was rounded.
      const at::Tensor sum =
          seen.at(Site::ResidualMiddle, l).to(at::kBFloat16) + seen.at(Site::FeedForwardWrite, l).to(at::kBFloat16);
      COMPARE_NUMBERS("sum", seen.at(Site::Residual, l), sum, 0, 0);
    }
    const at::Tensor& logits = seen.at(Site::Logits);
    QVERIFY(!at::equal(logits, roundedToBfloat16(logits)));
    QVERIFY(!Bfloat16Observer().wants({Site::Logits}) && !Bfloat16Observer().wants({Site::LogSumExp, 0}));
  }

  void copiesAgainstThePass_data() { addModels(); }
  void copiesAgainstThePass() {
    const TinyModel tiny = load();
    RepetitionRequest request;
    request.text = "12";
    request.copies = 11;
    const RepetitionResult result = repeatOf(tiny, request);
    QCOMPARE(result.token.bytes, std::string("2"));
    std::vector<std::int64_t> ids(12, '2');
    ids[0] = kBos;
    SiteRecorder seen;
    forward(tiny.model->config(), tiny.model->parameters, at::tensor(ids, at::kLong).unsqueeze(0), &seen);
    std::vector<at::Tensor> norms = {at::linalg_vector_norm(seen.at(Site::Embedding), 2, -1)};
    for (std::int64_t l = 0; l < tiny.model->config().layers; ++l)
      norms.push_back(at::linalg_vector_norm(seen.at(Site::Residual, l), 2, -1));
    COMPARE_NUMBERS("copies", result.norm, at::stack(norms).slice(1, 1), kRelative, kAbsolute);
    COMPARE_NUMBERS("<bos>", result.bosNorm, at::stack(norms).select(1, 0), kRelative, kAbsolute);
  }

  void withoutBosCopiesAreAllAlike() {
    RepetitionRequest request;
    request.text = "2";
    request.copies = 20;
    request.bos = false;
    const RepetitionResult result = repeatOf(TinyModel("gemma3-tied"), request);
    QVERIFY(result.bosNorm.empty());
    for (std::size_t place = 0; place < result.norm.extent(0); ++place)
      COMPARE_NUMBERS("copies", std::vector<float>(result.norm.row(place).begin(), result.norm.row(place).end()),
                      std::vector<float>(20, result.norm(place, 0)), kRelative, 0);
  }

  void severalAreTheSameAsEach() {
    const TinyModel tiny("llama-gqa");
    LengthProbeRequest ones, digits;
    ones.lengths = {2, 5};
    digits.lengths = {4};
    digits.probe = LengthProbe::Digits;
    digits.bfloat16 = false;
    RepetitionRequest repeat;
    repeat.text = "12";
    repeat.copies = 3;
    double last = -1.0;
    const Job job({}, [&last](const Progress& progress) {
      QVERIFY(progress.fraction >= last);
      last = progress.fraction;
    });
    const ProbeRun run =
        runProbes(*tiny.model, ByteTokenizer(tiny.model->config().vocabulary), {{ones, digits}, {repeat}}, job);
    QVERIFY(last > 0.67);
    QCOMPARE(run.lengths.size(), std::size_t{2});
    QVERIFY(run.lengths[0].request == ones && run.lengths[1].request == digits);
    QCOMPARE(run.lengths[0].bfloat16.normDifference, probeOf(tiny, ones).bfloat16.normDifference);
    QCOMPARE(run.lengths[1].float32.layerDifference, probeOf(tiny, digits).float32.layerDifference);
    QCOMPARE(run.repetitions.size(), std::size_t{1});
    QVERIFY(run.repetitions[0].norm == repeatOf(tiny, repeat).norm);
    QCOMPARE(run.model.name, run.lengths[0].model.name);
    QVERIFY_THROWS_EXCEPTION(
        Error, runProbes(*tiny.model, ByteTokenizer(tiny.model->config().vocabulary), ProbeRequest(), Job()));
  }

  void namesOfProbes() {
    QVERIFY(lengthProbeNamed("ones") == LengthProbe::Ones && lengthProbeNamed("digits") == LengthProbe::Digits);
    QVERIFY_THROWS_EXCEPTION(Error, lengthProbeNamed("twos"));
  }

  void impossibleRequestsAreErrors() {
    const TinyModel tiny("llama-gqa");
    LengthProbeRequest lengths;
    lengths.lengths = {3, 0};
    QVERIFY_THROWS_EXCEPTION(Error, probeOf(tiny, lengths));
    lengths.lengths = {};
    QVERIFY_THROWS_EXCEPTION(Error, probeOf(tiny, lengths));
    RepetitionRequest repeat;
    repeat.copies = 0;
    QVERIFY_THROWS_EXCEPTION(Error, repeatOf(tiny, repeat));
    repeat = {};
    repeat.text = "";
    QVERIFY_THROWS_EXCEPTION(Error, repeatOf(tiny, repeat));
  }

  void stops() {
    std::stop_source source;
    const auto stopSoon = [&](const Progress& progress) {
      if (progress.fraction > 0.4) source.request_stop();
    };
    QVERIFY_THROWS_EXCEPTION(Stopped, probeOf(TinyModel("llama-gqa"), {}, Job(source.get_token(), stopSoon)));
  }

 private:
  static void addModels() {
    QTest::addColumn<QString>("model");
    for (const std::string& name : someTinyModelNames()) QTest::newRow(name.c_str()) << QString::fromStdString(name);
  }
  static TinyModel load() {
    QFETCH(QString, model);
    return TinyModel(model.toStdString());
  }
  static void compareCurves(const std::string& name, const LengthProbeCurves& actual, const LengthProbeCurves& expected,
                            const Tolerance& tolerance) {
    COMPARE_NUMBERS(name + " layer difference", actual.layerDifference, expected.layerDifference, tolerance);
    COMPARE_NUMBERS(name + " layer scale", actual.layerScale, expected.layerScale, tolerance);
    COMPARE_NUMBERS(name + " norm difference", actual.normDifference, expected.normDifference, tolerance);
    COMPARE_NUMBERS(name + " norm scale", actual.normScale, expected.normScale, tolerance);
  }
};

QTEST_GUILESS_MAIN(TestProbes)
#include "tst_probes.moc"
