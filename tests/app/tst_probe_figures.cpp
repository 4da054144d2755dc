#include "app/head_scatter.h"
#include "app/no_op_figures.h"
#include "app/probe_figures.h"
#include "app/toy_figures.h"
#include "tests/runs/sample_no_op.h"
#include "tests/runs/sample_probes.h"

#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>

using namespace sinkscope;

/// Figures of probes, scans and the toy: every curve is the numbers that it says it is.
class TestProbeFigures : public QObject {
  Q_OBJECT

 private slots:
  void differencesAreOverTheirScale() {
    const ProbeRun run = sampleProbes();
    const Curves layer = lengthCurves(run, ProbePlace::LastLayer).data;
    const Curves norm = lengthCurves(run, ProbePlace::FinalNorm).data;
    QCOMPARE(layer.curves.size(), std::size_t{3});  // one text was not run in bfloat16
    QVERIFY(layer.x.logarithmic && layer.y.logarithmic);
    QCOMPARE(layer.curves[0].x, (std::vector<double>{3, 10, 40}));
    for (std::size_t i = 0; i < 3; ++i) {
      const LengthProbeResult &ones = run.lengths[0], &digits = run.lengths[1];
      QCOMPARE(layer.curves[0].y[i], ones.float32.layerDifference[i] / ones.float32.layerScale[i]);
      QCOMPARE(layer.curves[1].y[i], ones.bfloat16.layerDifference[i] / ones.bfloat16.layerScale[i]);
      QCOMPARE(layer.curves[2].y[i], digits.float32.layerDifference[i] / digits.float32.layerScale[i]);
      QCOMPARE(norm.curves[2].y[i], digits.float32.normDifference[i] / digits.float32.normScale[i]);
    }
    QVERIFY(layer.curves[0].role == layer.curves[1].role && layer.curves[0].line != layer.curves[1].line);
    QVERIFY(layer.curves[0].role != layer.curves[2].role);
    for (const Curve& curve : layer.curves) QVERIFY(curve.role != ColourRole::Sink);
    QCOMPARE(layer.levels.size(), kTypeEpsilons.size());
    for (std::size_t i = 0; i < kTypeEpsilons.size(); ++i) {
      QCOMPARE(layer.levels[i].value, kTypeEpsilons[i].epsilon);
      QVERIFY(layer.levels[i].name.contains(QString::fromLatin1(kTypeEpsilons[i].type)));
    }
  }

  void whatIsLostIsSaid() {
    ProbeRun run = sampleProbes();
    QVERIFY2(lostWords(run, ProbePlace::LastLayer).endsWith("ones, bfloat16 model: n = 40"),
             qPrintable(lostWords(run, ProbePlace::LastLayer)));
    QVERIFY(lostWords(run, ProbePlace::FinalNorm).isEmpty());
    run.lengths[1].float32.layerDifference = {0.0, 1.0, 0.0};
    QVERIFY(lostWords(run, ProbePlace::LastLayer).endsWith("; with commas: n = 3, 40"));
  }

  void copiesAfterALayer() {
    const ProbeRun run = sampleProbes();
    const Curves with = copyCurves(run.repetitions[0], 2).data, without = copyCurves(run.repetitions[1], 0).data;
    QCOMPARE(with.curves.size(), std::size_t{3});
    QCOMPARE(with.curves[2].role, ColourRole::Strong);
    QCOMPARE(with.curves[1].role, ColourRole::Faint);
    QCOMPARE(with.curves[2].x, (std::vector<double>{1, 2, 3, 4}));
    for (std::size_t copy = 0; copy < 4; ++copy)
      QCOMPARE(with.curves[2].y[copy], static_cast<double>(run.repetitions[0].norm(2, copy)));
    QCOMPARE(with.levels.size(), std::size_t{1});
    QCOMPARE(with.levels[0].value, static_cast<double>(run.repetitions[0].bosNorm[2]));
    QVERIFY(with.levels[0].sink);
    QCOMPARE(without.curves[0].name, QString("embedding"));
    QVERIFY(without.levels.empty());
  }

  void headsAreInTheirClasses() {
    Array<double, 2> rest({1, 4}), drain({1, 4});
    std::ranges::copy(std::vector{0.2, 0.9, 0.9, 0.9}, rest.data());
    std::ranges::copy(std::vector{0.1, 0.1, 2.0, std::nan("")}, drain.data());
    const Scatter scatter = headScatter(rest, drain, {0.25, 0.75});
    QCOMPARE(scatter.classOf, (std::vector<int>{0, 1, 2, 0}));
    QCOMPARE(scatter.xBounds, std::vector<double>{0.25});
    QCOMPARE(scatter.yBounds, std::vector<double>{0.75});
    QCOMPARE(scatter.classes[1].role, ColourRole::Sink);
    QCOMPARE(scatter.labels[2], QString("layer 0, head 2"));
    QCOMPARE(headLine(0, 1, 0.9, 0.1, {0.25, 0.75}), QString("layer 0, head 1: α₀ 0.900, drain 0.1: no-op"));
    QCOMPARE(headBounds(0.8).rest, 0.8);
  }

  void scanNamesItsConventions() {
    const NoOpResult result = sampleNoOp();
    const ScatterFigure figure = scanScatter(result, result.request.bounds);
    QCOMPARE(figure.data.x[3], result.rest(1, 1));
    QCOMPARE(figure.data.y[2], result.drain(1, 0));
    QCOMPARE(figure.conventions, QString("ε 0.25 · query 0 included · T ≤ 16 · 3 prompts · <s> added · tiny"));
  }

  /// The numbers of the toy that are known by hand: 4.41 times less.
  void toyInWords() {
    const ToyPair pair = toyPair(6, 4, 2, 0.8);
    QVERIFY2(toyWords(pair).contains("4.41 times less"), qPrintable(toyWords(pair)));
    const LayerMapFigure maps = toyMaps(pair);
    QCOMPARE(maps.maps.size(), std::size_t{2});
    QCOMPARE(maps.maps[0].sink, -1);
    QCOMPARE(maps.maps[1].sink, 0);
    QCOMPARE(maps.maps[0].values.rows, 5);
    QVERIFY(std::abs(maps.maps[0].values.at(4, 5) - 1.104f) < 5e-4f);
    QVERIFY(std::abs(maps.maps[1].values.at(4, 5) - 0.195f) < 5e-4f);
    QVERIFY(std::abs(maps.scale.maximum - 1.104) < 5e-4);
    const Curves curves = toyCurves(pair).data;
    QVERIFY(std::abs(curves.curves[0].y.back() - 1.001) < 5e-4);
    QVERIFY(std::abs(curves.curves[1].y.back() - 0.227) < 5e-4);
    QCOMPARE(curves.curves[1].role, ColourRole::Sink);
    QVERIFY(toyWords(toyPair(6, 4, 5, 0.8)).contains("behind token 5"));
    QVERIFY(toyWords(toyPair(6, 4, 2, 1.0)).contains("stays where it is"));
    QVERIFY(toyWords(toyPair(6, 4, 2, 0.0)).contains("more with the sink"));
  }

  void everyFigureIsWritten() {
    const QTemporaryDir folder;
    std::vector<PageFigure> figures = probeFigures(sampleProbes(), 1);
    QCOMPARE(figures.size(), std::size_t{4});
    for (const auto& more : {scanFigures(sampleNoOp(), {}), toyFigures(toyPair(6, 4, 2, 0.8))})
      figures.insert(figures.end(), more.begin(), more.end());
    QCOMPARE(figures.size(), std::size_t{7});
    for (const PageFigure& figure : figures)
      for (const char* suffix : {".pdf", ".svg", ".csv"}) {
        const QString path = folder.filePath(figure.name + suffix);
        QVERIFY2(!QFileInfo::exists(path), qPrintable(path));  // every name is its own
        if (path.endsWith(".csv"))
          figure.writeData(path, {});
        else
          exportFigure(figure.drawing, FigureStyle(), path);
        QVERIFY2(QFileInfo(path).size() > 50, qPrintable(path));
      }
  }
};

QTEST_MAIN(TestProbeFigures)
#include "tst_probe_figures.moc"
