#include "core/analysis/jacobian.h"
#include "core/error.h"
#include "core/model/decoder.h"
#include "tests/compare.h"
#include "tests/tiny_model.h"

#include <QTest>

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>

#include <stop_token>

using namespace sinkscope;

namespace {

/// Puts a stream in the place of the one after `from` layers and keeps the one after `to` layers (or the final norm).
class Replacing : public Observer {
 public:
  Replacing(at::Tensor stream, std::int64_t from, std::int64_t to, bool finalNorm)
      : stream_(std::move(stream)), from_(after(from)), to_(finalNorm ? Place{Site::FinalNorm} : after(to)) {}

  bool wants(const Place& place) const override { return place == from_ || place == to_; }
  at::Tensor visit(const Place& place, at::Tensor value) override {
    if (place == from_) return stream_;
    output = value;
    return value;
  }

  at::Tensor output;

 private:
  static Place after(std::int64_t layers) {
    return layers == 0 ? Place{Site::Embedding} : Place{Site::Residual, static_cast<int>(layers - 1)};
  }
  at::Tensor stream_;
  Place from_, to_;
};

Parameters converted(const Parameters& parameters, at::ScalarType type) {
  Parameters result;
  for (const auto& [name, value] : parameters.all()) result.set(name, value.to(type));
  return result;
}

bool anyWindow(const ModelConfig& config, std::int64_t tokens) {
  return std::ranges::any_of(config.perLayer, [&](const LayerConfig& l) { return l.window > 0 && l.window < tokens; });
}

/// All ||d v_j / d v_i||_F, [query, token], of slopes [input token, D, query, D].
at::Tensor blockNorms(const at::Tensor& slopes) {
  return slopes.square().sum(std::vector<std::int64_t>{1, 3}).sqrt().t().contiguous();
}

/// The same by central differences through the whole model. In double precision, but for windows: their masks are
/// float32, which the fused attention takes for the numbers' own type.
at::Tensor differenceNorms(const Model& model, const std::vector<std::int64_t>& ids, const at::Tensor& stream,
                           std::int64_t from, std::int64_t to, bool finalNorm) {
  const at::NoGradGuard noGradients;
  const std::int64_t tokens = stream.size(0), width = stream.size(1), inputs = tokens * width;
  const bool coarse = anyWindow(model.config(), tokens);
  const at::ScalarType type = coarse ? at::kFloat : at::kDouble;
  const double step = coarse ? 1e-3 : 1e-6;
  const Parameters parameters = converted(model.parameters, type);
  const at::Tensor batch = at::tensor(ids, at::kLong).expand({inputs, tokens}).contiguous();
  const at::Tensor steps = at::eye(inputs, type).view({inputs, tokens, width}) * step;
  std::vector<at::Tensor> ends;
  for (const double sign : {1.0, -1.0}) {
    Replacing observer(stream.to(type).unsqueeze(0) + sign * steps, from, to, finalNorm);
    forward(model.config(), parameters, batch, &observer, LogitsOf::None);
    ends.push_back(observer.output);
  }
  return blockNorms(((ends[0] - ends[1]) / (2 * step)).view({tokens, width, tokens, width}));
}

/// The same by autograd through the whole model as one graph, one component of the output after the other.
at::Tensor wholeGraphNorms(const Model& model, const std::vector<std::int64_t>& ids, const at::Tensor& stream,
                           std::int64_t from, std::int64_t to) {
  const at::Tensor leaf = stream.unsqueeze(0).clone().requires_grad_();
  Replacing observer(leaf, from, to, false);
  forward(model.config(), model.parameters, at::tensor(ids, at::kLong).unsqueeze(0), &observer, LogitsOf::None);
  std::vector<at::Tensor> rows;
  for (std::int64_t t = 0; t < stream.size(0); ++t)
    for (std::int64_t c = 0; c < stream.size(1); ++c)
      rows.push_back(torch::autograd::grad({observer.output[0][t][c]}, {leaf}, {}, true).front()[0]);
  const std::int64_t tokens = stream.size(0), width = stream.size(1);
  return blockNorms(at::stack(rows).view({tokens, width, tokens, width})).t().contiguous();
}

std::vector<std::int64_t> countTo(std::int64_t n) {
  std::vector<std::int64_t> result;
  for (std::int64_t i = 0; i < n; ++i) result.push_back(i);
  return result;
}

struct Tiny {
  explicit Tiny(const std::string& name) : files(name) {
    trace = capture(*files.model, files.ids(), {Keep::Everything, false, false}, {});
  }
  JacobianNorms norms(const InfluenceRows& rows, const JacobianOptions& options = {}) const {
    return jacobianNorms(*files.model, trace, rows, options, {});
  }
  const at::Tensor& stream(std::int64_t layers) const {
    return layers == 0 ? trace.embedding : trace.layer[layers - 1].residual;
  }

  TinyModel files;
  Trace trace;
};

Array<double, 2> ofStart(const Array<double, 3>& rows, std::size_t start) {
  Array<double, 2> result({rows.extent(1), rows.extent(2)});
  for (std::size_t q = 0; q < rows.extent(1); ++q) std::ranges::copy(rows.row(start, q), result.row(q).begin());
  return result;
}

}  // namespace

/// Jacobian norms against finite differences of the whole model, and probes against the exact ones.
class TestJacobian : public QObject {
  Q_OBJECT

 private slots:
  /// Hundreds of tiny passes, in which threads would only wait for each other.
  void init() { at::set_num_threads(1); }

  void equalsFiniteDifferences_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<bool>("finalNorm");
    for (const std::string& name : someTinyModelNames())
      // Clamps and experts that are chosen anew: where gpt-oss bends or jumps, a difference is no derivative.
      for (const bool norm : name == "gpt-oss" ? std::vector<bool>() : std::vector<bool>{false, true})
        QTest::addRow("%s%s", name.c_str(), norm ? ", final norm" : "") << QString::fromStdString(name) << norm;
  }
  void equalsFiniteDifferences() {
    QFETCH(QString, model);
    QFETCH(bool, finalNorm);
    const Tiny tiny(model.toStdString());
    const std::int64_t layers = tiny.trace.layers, to = finalNorm ? layers : layers - 1;
    const JacobianNorms norms = tiny.norms({countTo(to), to, countTo(tiny.trace.tokens)}, {.finalNorm = finalNorm});
    QVERIFY(norms.standardError.empty());
    QCOMPARE(norms.products, tiny.trace.tokens * tiny.files.model->config().width);
    const double tolerance = anyWindow(tiny.files.model->config(), tiny.trace.tokens) ? 2e-2 : 1e-4;
    for (std::int64_t from = 0; from < to; ++from)
      COMPARE_NUMBERS("from " + std::to_string(from), ofStart(norms.norm, static_cast<std::size_t>(from)),
                      differenceNorms(*tiny.files.model, tiny.files.ids(), tiny.stream(from), from, to, finalNorm),
                      tolerance, tolerance);
  }

  /// Layer after layer, many rows at once, is what autograd makes of the whole, windows included.
  void equalsTheWholeGraph_data() { addModels(); }
  void equalsTheWholeGraph() {
    QFETCH(QString, model);
    const Tiny tiny(model.toStdString());
    const std::int64_t layers = tiny.trace.layers;
    const JacobianNorms norms = tiny.norms({countTo(layers), layers, countTo(tiny.trace.tokens)});
    for (std::int64_t from = 0; from < layers; ++from)
      COMPARE_NUMBERS("from " + std::to_string(from), ofStart(norms.norm, static_cast<std::size_t>(from)),
                      wholeGraphNorms(*tiny.files.model, tiny.files.ids(), tiny.stream(from), from, layers), 1e-4,
                      1e-6);
  }

  /// One row is that row of the matrix, and no token behind the query has influence.
  void rowsAreRowsAndCausal() {
    const Tiny tiny("gemma3-tied");
    const std::int64_t layers = tiny.trace.layers, tokens = tiny.trace.tokens;
    const JacobianNorms all = tiny.norms({{1}, layers, countTo(tokens)});
    const JacobianNorms some = tiny.norms({{0, 1}, layers, {3, 11}});
    for (std::int64_t t = 0; t < tokens; ++t) {
      for (const auto& [row, query] : {std::pair{0, 3}, std::pair{1, 11}}) {
        const double expected = all.norm(0, query, t), actual = some.norm(1, row, t);
        QVERIFY(std::abs(actual - expected) <= 1e-5 * expected);
        if (t > query) QCOMPARE(actual, 0.0);
      }
    }
  }

  void probesLieAroundTheExactNorms_data() { addModels(); }
  void probesLieAroundTheExactNorms() {
    QFETCH(QString, model);
    const Tiny tiny(model.toStdString());
    const InfluenceRows rows{{0, 1}, tiny.trace.layers, {tiny.trace.tokens / 2, tiny.trace.tokens - 1}};
    const JacobianNorms exact = tiny.norms(rows);
    double sum = 0, squares = 0, count = 0;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      const JacobianNorms probes = tiny.norms(rows, {.probes = 200, .seed = seed});
      QCOMPARE(probes.products, 400);
      for (std::size_t i = 0; i < exact.norm.size(); ++i) {
        const double error = probes.standardError.values()[i], expected = exact.norm.values()[i];
        QCOMPARE(probes.norm.values()[i] > 0.0, expected > 0.0);
        if (expected == 0.0) continue;
        QVERIFY(error > 0.0 && error < 0.2 * expected);
        const double z = (probes.norm.values()[i] - expected) / error;
        sum += z;
        squares += z * z;
        ++count;
      }
    }
    // The stated error is the real one, neither too small nor too large, and there is no bias to speak of.
    QVERIFY2(squares / count > 0.5 && squares / count < 2.0, qPrintable(QString::number(squares / count)));
    QVERIFY2(std::abs(sum / count) < 0.5, qPrintable(QString::number(sum / count)));
  }

  /// Blocks on threads of their own are the same blocks, but for the rounding of other products' company.
  void threadsChangeNothing() {
    const Tiny tiny("gemma3-tied");
    const InfluenceRows rows{{0, 2}, 4, {7, 18}};
    for (const std::int64_t probes : {0, 25}) {
      at::set_num_threads(1);
      const JacobianNorms one = tiny.norms(rows, {.probes = probes});
      at::set_num_threads(3);
      const JacobianNorms three = tiny.norms(rows, {.probes = probes});
      COMPARE_NUMBERS("norm", three.norm, one.norm, 1e-5);
      COMPARE_NUMBERS("standard error", three.standardError, one.standardError, 1e-3);
    }
  }

  void theSeedDecides() {
    const Tiny tiny("llama-gqa");
    const InfluenceRows rows{{0}, 3, {12}};
    const JacobianNorms one = tiny.norms(rows, {.probes = 3, .seed = 1});
    QCOMPARE(tiny.norms(rows, {.probes = 3, .seed = 1}).norm, one.norm);
    QVERIFY(tiny.norms(rows, {.probes = 3, .seed = 2}).norm != one.norm);
    QVERIFY(std::isnan(tiny.norms(rows, {.probes = 1}).standardError(0, 0, 0)));
  }

  /// Longer than a window, than a block of products and than the blocks in which the decoder attends.
  void longPrompts() {
    const TinyModel tiny("gemma3-tied");
    const std::vector<std::int64_t> ids = drawnIds(tiny.model->config(), 300);
    const Trace trace = capture(*tiny.model, ids, {Keep::Everything, false, false}, {});
    const JacobianNorms norms = jacobianNorms(*tiny.model, trace, {{3}, 4, {299}}, {}, {});
    const JacobianNorms window = jacobianNorms(*tiny.model, trace, {{2}, 3, {299}}, {}, {});
    const std::int64_t reach = tiny.model->config().perLayer[2].window;
    QVERIFY(reach > 0 && tiny.model->config().perLayer[3].window == 0);
    for (std::int64_t t = 0; t < 300; ++t) {
      QVERIFY(norms.norm(0, 0, t) > 0.0);
      QCOMPARE(window.norm(0, 0, t) > 0.0, t > 299 - reach);
    }
  }

  void refusesWhatThereIsNot() {
    const Tiny tiny("llama-gqa");
    QVERIFY_THROWS_EXCEPTION(Error, tiny.norms({{0}, 4, {0}}));
    QVERIFY_THROWS_EXCEPTION(Error, tiny.norms({{0}, 3, {13}}));
    QVERIFY_THROWS_EXCEPTION(Error, tiny.norms({{0}, 3, {0}}, {.probes = -1}));
    QVERIFY_THROWS_EXCEPTION(Error, tiny.norms({{0}, 2, {0}}, {.finalNorm = true}));
    const Trace bare = capture(*tiny.files.model, tiny.files.ids(), {Keep::Attention, false, false}, {});
    QVERIFY_THROWS_EXCEPTION(Error, jacobianNorms(*tiny.files.model, bare, {{0}, 3, {0}}, {}, {}));
  }

  /// A stop between two layers leaves nothing behind: the next call works.
  void stops() {
    const Tiny tiny("llama-gqa");
    std::stop_source source;
    int reports = 0;
    const Job job(source.get_token(), [&](const Progress& progress) {
      QVERIFY(progress.fraction >= 0.0 && progress.fraction < 1.0);
      if (++reports == 2) source.request_stop();
    });
    const InfluenceRows rows{{0}, 3, {12}};
    QVERIFY_THROWS_EXCEPTION(Stopped, jacobianNorms(*tiny.files.model, tiny.trace, rows, {}, job));
    QCOMPARE(reports, 2);
    QVERIFY(tiny.norms(rows).norm(0, 0, 12) > 0.0);
  }

 private:
  static void addModels() {
    QTest::addColumn<QString>("model");
    for (const std::string& name : someTinyModelNames()) QTest::newRow(name.c_str()) << QString::fromStdString(name);
  }
};

QTEST_APPLESS_MAIN(TestJacobian)
#include "tst_jacobian.moc"
