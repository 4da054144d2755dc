#include "core/analysis/explore.h"
#include "core/error.h"

#include <ATen/Functions.h>

#include "app/figures.h"  // after libtorch, for which `slots` is a name
#include "app/run_figures.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace sinkscope;

namespace {

constexpr int kLayers = 2, kHeads = 3, kTokens = 4;

/// Shares known by hand: head h of layer l has alpha_0 = 0.1 + 0.2 h + 0.3 l.
ExploreResult known() {
  ExploreResult result;
  result.model.name = "toy";
  result.model.weightType = "F32";
  result.model.config.layers = kLayers;
  result.model.config.heads = kHeads;
  result.request.bos = true;
  result.bosText = "<bos>";
  PromptResult prompt;
  prompt.prompt = "a b c";
  prompt.tokens = {{2, "<bos>", 0, 0, true}, {5, "a", 0, 1}, {6, " b", 1, 3}, {7, "\n", 3, 4}};
  prompt.shares.shares = Array<float, 3>({kLayers, kHeads, kTokens}, 0.01f);
  prompt.shares.windows = {0, 0};
  prompt.outputNorm = Array<float, 3>({kLayers, kHeads, kTokens}, 1.0f);
  prompt.rowEntropy = prompt.outputNorm;
  for (int layer = 0; layer < kLayers; ++layer) {
    for (int head = 0; head < kHeads; ++head) {
      prompt.shares.shares(layer, head, 0) = 0.1f + 0.2f * static_cast<float>(head) + 0.3f * static_cast<float>(layer);
      prompt.outputNorm(layer, head, 0) = 0.25f;
    }
  }
  result.prompts.push_back(prompt);
  return result;
}

std::shared_ptr<const Trace> uniformTrace() {
  auto trace = std::make_shared<Trace>();
  trace->layers = kLayers;
  trace->heads = trace->keyHeads = kHeads;
  trace->tokens = kTokens;
  for (int layer = 0; layer < kLayers; ++layer) {
    Trace::Layer kept;
    kept.query = at::zeros({kHeads, kTokens, 2});
    kept.key = at::zeros({kHeads, kTokens, 2});
    kept.logSumExp = at::arange(1, kTokens + 1).to(at::kFloat).log().expand({kHeads, kTokens}).contiguous();
    trace->layer.push_back(kept);
  }
  return trace;
}

}  // namespace

class TestFigures : public QObject {
  Q_OBJECT

 private slots:
  void theGridHoldsTheShares() {
    const GridFigure figure = gridFigure(known(), 0.3);
    QCOMPARE(figure.shares.rows, kLayers);
    QCOMPARE(figure.shares.columns, kHeads);
    QVERIFY(std::abs(figure.shares.at(1, 2) - 0.8f) < 1e-6f);
    QCOMPARE(figure.eps, 0.3);
    QCOMPARE(figure.conventions, QString("ε 0.3 · T 4 · 1 prompt · <bos> added · query 0 included"));
  }

  void theProfileCountsHeadsAboveEps() {
    // Layer 0: 0.1, 0.3, 0.5; layer 1: 0.4, 0.6, 0.8. Float 0.3 may stand on either side of 0.3: ask at 0.35.
    const ProfileFigure figure = profileFigure(known(), 0.35);
    QCOMPARE(figure.curves.size(), std::size_t{2});
    QVERIFY(std::abs(figure.curves[0].y[0] - 1.0 / 3) < 1e-9);
    QVERIFY(std::abs(figure.curves[0].y[1] - 1.0) < 1e-9);
    QVERIFY(std::abs(figure.curves[1].y[0] - 0.3) < 1e-6);
    QVERIFY(std::abs(figure.curves[1].y[1] - 0.6) < 1e-6);
    QVERIFY(std::abs(figure.baseline - (1 + 1 / 2. + 1 / 3. + 1 / 4.) / 4) < 1e-9);
    QCOMPARE(figure.curves[0].role, ColourRole::Sink);
  }

  void labelsAreReadable() { QCOMPARE(tokenLabels(known(), 0), (QStringList{"<bos>", "a", "·b", "\\n"})); }

  void filesAreWrittenInEveryFormat() {
    QTemporaryDir folder;
    Exploration exploration{std::make_shared<ExploreResult>(known()), {uniformTrace()}};
    const QString out = folder.filePath("deep/figures");
    const QStringList paths = writeFigures(figuresOf(exploration), out, {"pdf", "svg", "png", "csv"}, FigureStyle());
    QCOMPARE(paths.size(), 12);
    for (const QString& path : paths) QVERIFY2(QFile(path).size() > 60, qPrintable(path));
    QVERIFY(paths.contains(QDir(out).filePath("head-layer1-head2.csv")));
    QFile svg(QDir(out).filePath("grid.svg"));
    QVERIFY(svg.open(QIODevice::ReadOnly));
    QVERIFY(QString::fromUtf8(svg.readAll()).contains("0.3 · T 4"));  // the conventions are in the figure
  }

  void withoutAttentionThereIsNoHead() {
    QTemporaryDir folder;
    const Exploration exploration{std::make_shared<ExploreResult>(known()), {}};
    QCOMPARE(writeFigures(figuresOf(exploration), folder.path(), {"csv"}, FigureStyle()).size(), 2);
  }

  void onlyWhatMovesIsAnAnimation() {
    QTemporaryDir folder;
    const Exploration exploration{std::make_shared<ExploreResult>(known()), {}};
    QCOMPARE(writeFigures(figuresOf(exploration), folder.path(), {"gif"}, FigureStyle()).size(), 0);
    const PageFigure still = resultFigures(known(), {}, 0.3).front();
    QVERIFY_EXCEPTION_THROWN(writeFigure(still, FigureStyle(), folder.filePath("grid.gif")), Error);
  }

  void mistakesAreNamed() {
    const Exploration exploration{std::make_shared<ExploreResult>(known()), {}};
    QVERIFY_EXCEPTION_THROWN(writeFigures(figuresOf(exploration), "x", {"bmp"}, FigureStyle()), Error);
    QVERIFY_EXCEPTION_THROWN(writeFigures(figuresOf(exploration), "/proc/none", {"csv"}, FigureStyle()), Error);
  }
};

QTEST_MAIN(TestFigures)
#include "tst_figures.moc"
