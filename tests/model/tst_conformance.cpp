// torch comes before Qt: `slots` is a name of its own.
#include "core/model/decoder.h"
#include "core/model/model.h"
#include "core/trace/attention.h"
#include "core/trace/trace.h"
#include "tests/compare.h"
#include "tests/tiny_model.h"

#include <QFile>
#include <QTest>

#include <algorithm>
#include <map>

using namespace sinkscope;

namespace {

const std::filesystem::path data = SINKSCOPE_TEST_DATA;
const QString document = QStringLiteral(SINKSCOPE_TEST_DATA "/../../docs/models.md");

/// A model and what transformers says about it.
struct Case {
  std::filesystem::path model, golden;
  std::string name() const { return model.filename().string(); }
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const std::string& name : tinyModelNames())
    all.push_back({data / "tiny" / name, data / "tiny" / name / "expected.safetensors"});
  std::vector<std::filesystem::path> ggufs;
  for (const auto& entry : std::filesystem::directory_iterator(data / "tiny_gguf"))
    if (entry.path().extension() == ".gguf") ggufs.push_back(entry.path());
  std::ranges::sort(ggufs);
  for (const auto& path : ggufs) {
    std::filesystem::path golden = path;
    all.push_back({path, golden.replace_extension(".safetensors")});
  }
  return all;
}

/// What of the decoder a model uses, as the table says it.
std::string featuresOf(const ModelConfig& c) {
  std::string list;
  const auto add = [&](bool used, const std::string& text) {
    if (used) list.append(list.empty() ? "" : ", ").append(text);
  };
  const auto anyLayer = [&](auto holds) { return std::ranges::any_of(c.perLayer, holds); };
  add(c.keyHeads < c.heads, "shared keys");
  add(c.queryKeyNorm, c.normsAllHeads ? "QK norm over heads" : "QK norm");
  add(c.attentionBias, "QKV biases");
  add(c.outputBias, "output bias");
  add(anyLayer([](const LayerConfig& l) { return l.window > 0; }), "windows");
  add(c.attentionCap > 0, "soft caps");
  add(c.extraKey == ExtraKey::SinkLogit, "sink logits");
  add(c.positions == Positions::Learned, "learned positions");
  add(c.rotaryWidth > 0, "partial RoPE");
  add(anyLayer([](const LayerConfig& l) { return !l.rotates; }), "NoPE layers");
  add(anyLayer([](const LayerConfig& l) { return l.ropeScale != 1.0; }), "linear RoPE scaling");
  add(c.ropeScaling.stretch == RopeStretch::Llama3, "Llama 3 RoPE scaling");
  add(c.ropeScaling.stretch == RopeStretch::Yarn, "YaRN");
  add(c.ropeScaling.stretch == RopeStretch::Long, "divided frequencies");
  add(c.normKind == NormKind::Mean, "LayerNorm");
  add(c.postNorms, c.norms == NormPlacement::None ? "norms of what is written alone" : "norms of what is written");
  add(c.order == LayerOrder::Parallel, "parallel layers");
  add(c.order == LayerOrder::ParallelSharedNorm, "parallel layers with one norm");
  add(!c.gated, "plain feed-forward");
  add(c.feedForwardBias, "feed-forward biases");
  add(c.experts > 0, "experts");
  add(c.tiedEmbedding, "tied embedding");
  return list;
}

double worst(const at::Tensor& actual, const at::Tensor& expected) {
  return (actual.to(at::kDouble) - expected.to(at::kDouble)).abs().max().item<double>();
}

/// Attention to the first token: [layer, head, query].
at::Tensor column0(const Model& model, const std::vector<std::int64_t>& ids) {
  const Trace trace = capture(model, ids, {Keep::Attention}, Job());
  const auto tokens = static_cast<std::int64_t>(ids.size());
  at::Tensor result = at::empty({trace.layers, trace.heads, tokens});
  for (std::int64_t l = 0; l < trace.layers; ++l)
    for (std::int64_t h = 0; h < trace.heads; ++h) {
      const auto column = tile(trace.head(l, h), 0, tokens, 0, 1);
      std::ranges::copy(column.values(), result[l][h].mutable_data_ptr<float>());
    }
  return result;
}

}  // namespace

/// Every tiny model of tests/data, in every format, against transformers; and the table of docs/models.md, which this
/// test writes when SINKSCOPE_WRITE_CONFORMANCE is set.
class TestConformance : public QObject {
  Q_OBJECT

 private slots:
  void agrees_data() {
    QTest::addColumn<std::size_t>("index");
    for (std::size_t i = 0; i < cases().size(); ++i) QTest::newRow(cases()[i].name().c_str()) << i;
  }
  void agrees() {
    QFETCH(std::size_t, index);
    const Case own = cases()[index];
    const auto model = loadModel(own.model, "cpu", Job());
    const auto golden = openTensorFile(own.golden);
    const at::Tensor tokens = golden->read("tokens").to(at::kLong).contiguous();
    const std::vector<std::int64_t> ids(tokens.const_data_ptr<std::int64_t>(),
                                        tokens.const_data_ptr<std::int64_t>() + tokens.numel());
    const at::Tensor logits = forward(model->config(), model->parameters, tokens.unsqueeze(0)).squeeze(0);
    const bool whole = golden->tensors().contains("attention");
    const at::Tensor expected = golden->read("logits"),
                     first = whole ? golden->read("attention").select(3, 0) : golden->read("column0"),
                     seen = column0(*model, ids);
    COMPARE_NUMBERS("logits", logits, expected, 1.3e-5, 1e-5);
    COMPARE_NUMBERS("attention to the first token", seen, first, 1.3e-5, 1e-5);
    rows_[own.name()] = {featuresOf(model->config()), model->config().family, model->identity.weightType,
                         worst(logits, expected), worst(seen, first)};
  }

  void table() {
    if (rows_.size() != cases().size()) QSKIP("The table needs all models, but some were left out or failed.");
    QByteArray text =
        "# Models and how well they agree\n\nWritten by `SINKSCOPE_WRITE_CONFORMANCE=1 tst_conformance`: tiny random "
        "models with the features of every family, against\nHugging Face transformers in float32 on the same weights. "
        "The errors are the largest absolute differences of any logit and\nof any query's attention to the first "
        "token; what is allowed is 1.3e-5 of the value plus 1e-5.\n[families.md](families.md) says how a family is "
        "added.\n\n| model | family | weights | features | logits | attention |\n|---|---|---|---|---|---|\n";
    for (const auto& [name, row] : rows_)
      text += QStringLiteral("| %1 | %2 | %3 | %4 | %5 | %6 |\n")
                  .arg(QString::fromStdString(name), QString::fromStdString(row.family),
                       QString::fromStdString(row.type), QString::fromStdString(row.features))
                  .arg(row.logits, 0, 'e', 0)
                  .arg(row.column0, 0, 'e', 0)
                  .toUtf8();
    QFile file(document);
    if (qEnvironmentVariableIsSet("SINKSCOPE_WRITE_CONFORMANCE")) {
      QVERIFY(file.open(QIODevice::WriteOnly));
      file.write(text);
      file.close();
    }
    QVERIFY(file.open(QIODevice::ReadOnly));
    // Errors differ from machine to machine; all else must be as the document says.
    const auto withoutErrors = [](const QByteArray& all) {
      QList<QByteArray> lines;
      for (const QByteArray& line : all.split('\n')) {
        const QList<QByteArray> cells = line.split('|');
        lines.append(cells.size() == 8 && line.contains("e-") ? cells.mid(0, 5).join('|') : line);
      }
      return lines.join('\n');
    };
    QCOMPARE(withoutErrors(file.readAll()), withoutErrors(text));
  }

 private:
  struct Row {
    std::string features, family, type;
    double logits = 0, column0 = 0;
  };
  std::map<std::string, Row> rows_;
};

QTEST_GUILESS_MAIN(TestConformance)
#include "tst_conformance.moc"
