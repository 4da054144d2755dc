#include "app/pages/influence_page.h"
#include "tests/app/tiny_folder.h"
#include "tests/gui/window_fixture.h"
#include "widgets/curve_plot.h"
#include "widgets/layer_map.h"
#include "widgets/layer_map_row.h"
#include "widgets/scatter_plot.h"

#include <QComboBox>
#include <QStandardItemModel>

#include <cmath>
#include <numeric>

using namespace sinkscope;

namespace {

/// The window turned to the Influence page on the prompt "abcdef" after its first result.
struct InfluenceFixture : WindowFixture {
  bool begin(const QString& model) {
    return openPage(model, "abcdef", [](const Window& window) -> Page* { return window.influencePage(); });
  }

  InfluencePage* influence() const { return window->influencePage(); }
  const InfluenceRun& run() const { return *influence()->influenced()->result; }
  LayerMap* map(int index) const { return influence()->views()->maps()->map(index); }
  const std::vector<Curve>& curves() const { return influence()->views()->tokens()->curves().curves; }
  const Scatter& scatter() const { return influence()->views()->scatter()->scatter(); }
  const std::vector<Curve>& depth() const { return influence()->views()->depth()->curves().curves; }
  TokenStrip* strip() const { return influence()->promptPanel()->strip(); }
  void edit(Document::Field field, const std::function<void(Inputs&)>& change) {
    window->document().edit(field, change);
  }
  void choose(const char* name, const QVariant& data) {
    auto* choice = find<QComboBox>(name);
    choice->setCurrentIndex(choice->findData(data));
    emit choice->activated(choice->currentIndex());
  }
  void clickChip(int chip) {
    QTest::mouseClick(strip()->viewport(), Qt::LeftButton, {}, strip()->chipRect(chip).center());
  }

  template <typename Action>
  bool leadsToInfluence(Action action) {
    return leadsTo(influence(), action);
  }
};

}  // namespace

/// The Influence page on a tiny model of three layers whose tokens are single characters.
class TestInfluencePage : public QObject {
  Q_OBJECT

 private:
  TinyFolder model_;

 private slots:
  void withAndWithoutBosOnTheLastToken() {
    InfluenceFixture f;
    QVERIFY(f.begin(model_.path()));
    QCOMPARE(f.run().results.size(), std::size_t{2});
    QCOMPARE(f.run().results[0].query, 6);
    QCOMPARE(f.run().results[1].query, 5);
    QCOMPARE(f.run().results[0].request.probes, 16);
    QCOMPARE(f.map(0)->data().columns, (QStringList{"<s>", "a", "b", "c", "d", "e", "f"}));
    QCOMPARE(f.map(0)->data().rows, (QStringList{"embedding", "0", "1"}));
    QCOMPARE(f.map(0)->data().sink, 0);
    QCOMPARE(f.map(1)->data().sink, -1);
    QCOMPARE(f.map(1)->data().marked, 5);
    QCOMPARE(f.map(1)->data().values.at(2, 3), static_cast<float>(f.run().results[1].measured(2, 3)));
    QVERIFY(f.window->topBar()->conventions().contains("16 probes, seed 0 · T 7 with <s> · T 6 without <s>"));
    QVERIFY(!f.window->notice()->isVisible());
  }

  /// Every curve is over its sum; the bound without the sink is parallel to the bound by what the sink leaves.
  void aRowOverTheTokens() {
    InfluenceFixture f;
    QVERIFY(f.begin(model_.path()));
    QCOMPARE(f.curves().size(), std::size_t{4});
    for (const Curve& curve : f.curves()) {
      QCOMPARE(curve.y.size(), std::size_t{7});
      QVERIFY(std::abs(std::accumulate(curve.y.begin(), curve.y.end(), 0.0) - 1.0) < 1e-12);
    }
    QCOMPARE(f.curves()[3].y[0], 0.0);
    const double left = std::exp(f.run().results[0].sinkLogRatio[0]);
    for (std::size_t token = 1; token < 7; ++token)
      QVERIFY(std::abs(f.curves()[2].y[token] / f.curves()[3].y[token] - left) < 1e-9);
    const InfluenceResult& result = f.run().results[0];
    const Curve& measured = f.curves()[0];
    QVERIFY(measured.banded());
    QVERIFY(std::abs((measured.upper[3] - measured.y[3]) / measured.y[3] -
                     result.standardError(0, 3) / result.measured(0, 3)) < 1e-9);
  }

  void aClickedChipIsAskedAbout() {
    InfluenceFixture f;
    QVERIFY(f.begin(model_.path()));
    QVERIFY(f.leadsToInfluence([&] { f.clickChip(4); }));
    QCOMPARE(f.run().results[0].query, 4);
    QCOMPARE(f.run().results[1].query, 3);
    QCOMPARE(f.label("influencedToken"), QString("Influence on “d”"));
    QCOMPARE(f.strip()->highlighted(), 4);
    QVERIFY(std::isnan(f.map(0)->data().values.at(0, 5)));
    QVERIFY(f.leadsToInfluence([&] { f.window->document().undoStack().undo(); }));
    QCOMPARE(f.run().results[0].query, 6);
  }

  void aPromptThatLostTheTokenAsksAboutItsLast() {
    InfluenceFixture f;
    QVERIFY(f.begin(model_.path()));
    QVERIFY(f.leadsToInfluence([&] { f.clickChip(6); }));
    QVERIFY(f.leadsToInfluence([&] {
      f.influence()->promptPanel()->editor()->selectAll();
      QTest::keyClicks(f.influence()->promptPanel()->editor(), "ab");
    }));
    QTRY_COMPARE_WITH_TIMEOUT(f.run().results[0].tokens.size(), std::size_t{3}, WindowFixture::kPatienceMs);
    QCOMPARE(f.run().results[0].query, 2);
    QVERIFY(!f.window->notice()->isVisible());
  }

  void layersAreChosen() {
    InfluenceFixture f;
    QVERIFY(f.begin(model_.path()));
    QVERIFY(f.leadsToInfluence([&] { f.choose("toLayer", 1); }));
    QCOMPARE(f.map(0)->data().rows, QStringList{"embedding"});
    QVERIFY(f.leadsToInfluence([&] { f.choose("fromLayer", 1); }));  // which must lie before
    QCOMPARE(f.run().results[0].from, 1);
    QCOMPARE(f.run().results[0].to, 2);
    QVERIFY(f.leadsToInfluence([&] { f.choose("toLayer", -2); }));
    QVERIFY(f.run().results[0].request.finalNorm);
    QCOMPARE(f.run().results[0].to, 3);
    QVERIFY(f.window->topBar()->conventions().startsWith("layer 0 → the final norm on “f”"));
  }

  /// Probes estimate what exact norms are, and say what those take.
  void exactIsOfferedWithItsCost() {
    InfluenceFixture f;
    QVERIFY(f.begin(model_.path()));
    const std::int64_t width = f.run().model.config.width;
    QVERIFY2(f.label("influenceCost").contains(QString("exact takes %L1 products").arg(2 * width)),
             qPrintable(f.label("influenceCost")));
    QVERIFY(f.label("influenceCost").contains("measured to ±"));
    const Array<double, 2> probed = f.run().results[0].measured, error = f.run().results[0].standardError;
    QVERIFY(f.leadsToInfluence([&] { f.choose("probes", 0); }));
    QVERIFY(f.run().results[0].exact());
    QVERIFY(!f.curves()[0].banded());
    for (std::size_t token = 0; token < 7; ++token)
      QVERIFY(std::abs(f.run().results[0].measured(0, token) - probed(0, token)) < 5 * error(0, token));
  }

  void theFullMatrixIsQueriesByTokens() {
    InfluenceFixture f;
    QVERIFY(f.begin(model_.path()));
    QVERIFY(f.leadsToInfluence([&] { f.find<QCheckBox>("fullMatrix")->click(); }));
    for (const int condition : {0, 1}) {
      QCOMPARE(f.map(condition)->data().rows, (QStringList{"a", "b", "c", "d", "e", "f"}));
      QVERIFY(std::isnan(f.map(condition)->data().values.at(2, 5)));
    }
    const InfluenceResult& result = f.run().results[0];
    QCOMPARE(f.map(0)->data().values.at(2, 1), static_cast<float>(result.all.measured(3, 1)));
    QCOMPARE(f.scatter().size(), std::size_t{27 + 21});  // 2 + ... + 7, 1 + ... + 6
    QVERIFY(f.label("correlation").contains(QString::number(result.rolloutCorrelation, 'f', 2)));
    emit f.influence()->views()->maps()->cellClicked(0, 2, 1);
    QCOMPARE(f.label("rowTitle"), QString("Influence from the embedding on “c”"));
    QCOMPARE(f.curves()[0].y.size(), std::size_t{4});
    QVERIFY(f.window->topBar()->conventions().contains("on every token"));
  }

  /// Layers of another model that this one has not become its last; the choices say so.
  void layersThatAreNotThereBecomeTheLast() {
    InfluenceFixture f;
    QVERIFY(f.begin(model_.path()));
    QVERIFY(f.leadsToInfluence([&] {
      f.edit(Document::Field::Layers, [](Inputs& inputs) {
        inputs.fromLayers = 20;
        inputs.toLayers = 25;
      });
    }));
    QCOMPARE(f.run().results[0].from, 2);
    QCOMPARE(f.run().results[0].to, 3);
    QCOMPARE(f.find<QComboBox>("fromLayer")->currentText(), QString("layer 1"));
    QCOMPARE(f.find<QComboBox>("toLayer")->currentText(), QString("layer 2"));
    QVERIFY(!f.window->notice()->isVisible());
  }

  /// Of many pairs a part is drawn, of all rows alike; the correlation is that of all.
  void manyPairsAreThinned() {
    InfluenceFixture f;
    QVERIFY(f.begin(model_.path()));
    QVERIFY(f.leadsToInfluence([&] {
      f.edit(Document::Field::Prompt, [](Inputs& inputs) {
        inputs.prompt = QString("abcdefghij").repeated(10);
        inputs.tokenLimit = 0;
        inputs.fullMatrix = true;
        inputs.fromLayers = 2;
      });
    }));
    const std::vector<InfluencePoint> points = influencePoints(f.run(), 0);
    QCOMPARE(points.size(), f.scatter().size());
    QCOMPARE(points.size(), std::size_t{5150 / 2 + 5050 / 2});  // of 2 + ... + 101 and of 1 + ... + 100
    QCOMPARE(points.back(), (InfluencePoint{1, 99, 98}));
    QVERIFY(f.label("correlation").contains(QString::number(f.run().results[1].rolloutCorrelation, 'f', 2)));
  }

  void aFullMatrixIsStopped() {
    InfluenceFixture f;
    QVERIFY(f.begin(model_.path()));
    QSignalSpy stopped(&f.window->session(), &Session::stopped);
    QSignalSpy shown(f.influence(), &Page::resultShown);
    f.edit(Document::Field::Prompt, [](Inputs& inputs) {
      inputs.prompt = QString(400, 'x');
      inputs.tokenLimit = 0;
      inputs.fullMatrix = true;
      inputs.probes = 256;
    });
    auto* cancel = f.find<QToolButton>("cancel");
    QTRY_VERIFY_WITH_TIMEOUT(cancel->isVisible(), WindowFixture::kPatienceMs);
    cancel->click();
    QVERIFY(f.quiet());
    QVERIFY(stopped.size() > 0);  // small images of the Explore page may have been stopped meanwhile, too
    QCOMPARE(shown.size(), 0);
    QVERIFY(!f.window->notice()->isVisible());
  }

  void theScatterHoldsBothConditions() {
    InfluenceFixture f;
    QVERIFY(f.begin(model_.path()));
    QCOMPARE(f.scatter().size(), std::size_t{13});
    QCOMPARE(f.scatter().classes[0].role, ColourRole::Sink);
    QVERIFY(f.scatter().classes[1].role != ColourRole::Sink);
    QCOMPARE(f.scatter().y[7], f.run().results[1].measured(0, 0));
    f.choose("pathSums", static_cast<int>(InfluenceMeasure::Bound));
    QVERIFY(std::abs(f.scatter().x[9] - f.run().results[1].bound(0, 2) / std::log(10.0)) < 1e-12);
    QVERIFY(f.label("correlation").contains(QString::number(f.run().results[0].boundCorrelation, 'f', 2)));
    emit f.influence()->views()->maps()->cellClicked(0, 2, 0);  // from after two layers
    QCOMPARE(f.scatter().y[7], f.run().results[1].measured(2, 0));
    const InfluenceResult& result = f.run().results[1];
    QVERIFY(f.label("correlation")
                .contains(QString::number(spearman(result.bound.row(2), result.measured.row(2)), 'f', 2)));
  }

  void whatTheSinkLeavesFallsWithDepth() {
    InfluenceFixture f;
    QVERIFY(f.begin(model_.path()));
    QCOMPARE(f.depth().size(), std::size_t{4});
    QCOMPARE(f.depth()[0].x, (std::vector<double>{1, 2, 3}));
    QCOMPARE(f.depth()[0].role, ColourRole::Sink);
    for (std::size_t layers = 1; layers <= 3; ++layers) {
      const InfluenceResult& result = f.run().results[0];
      QVERIFY(std::abs(f.depth()[0].y[layers - 1] - std::exp(result.sinkLogRatio[3 - layers])) < 1e-12);
      double all = 0.0;
      for (const double value : result.measured.row(3 - layers)) all += value;
      QVERIFY(std::abs(f.depth()[1].y[layers - 1] - (1.0 - result.measured(3 - layers, 0) / all)) < 1e-12);
    }
    QVERIFY(f.depth()[0].y[2] < f.depth()[0].y[0]);
  }

  void hoveringLightsEveryView() {
    InfluenceFixture f;
    QVERIFY(f.begin(model_.path()));
    InfluenceViews* views = f.influence()->views();
    emit views->maps()->cellHovered(1, 1, 2);
    QCOMPARE(f.map(0)->highlight(), (std::pair{1, 3}));
    QCOMPARE(views->tokens()->highlightedX(), 3.0);
    QCOMPARE(views->depth()->highlightedX(), 2.0);
    QCOMPARE(views->scatter()->highlighted(), 7 + 2);
    QCOMPARE(f.strip()->highlighted(), 3);
    emit views->scatter()->hovered(4);
    QCOMPARE(f.map(1)->highlight(), (std::pair{0, 3}));
    emit views->tokens()->hovered(0, 5.0);
    QCOMPARE(views->scatter()->highlighted(), 5);
    emit views->depth()->hovered(0, 3.0);
    QCOMPARE(f.map(0)->highlight(), (std::pair{0, -1}));
    emit views->depth()->hovered(-1, std::nan(""));
    QCOMPARE(f.map(0)->highlight(), (std::pair{-1, -1}));
    QCOMPARE(f.strip()->highlighted(), 6);  // the influenced token's
  }

  void bosChoosesTheCondition() {
    InfluenceFixture f;
    QVERIFY(f.begin(model_.path()));
    QSignalSpy shown(f.influence(), &Page::resultShown);
    f.edit(Document::Field::Bos, [](Inputs& inputs) { inputs.bos = false; });
    QCOMPARE(f.curves()[0].y.size(), std::size_t{6});
    f.choose("influenceMap", static_cast<int>(InfluenceMeasure::Rollout));
    const Matrix& rollout = f.map(1)->data().values;
    QVERIFY(std::abs(std::accumulate(rollout.values.begin(), rollout.values.begin() + 6, 0.0) - 1.0) < 1e-6);
    QTest::qWait(300);
    QCOMPARE(shown.size(), 0);  // nothing was asked anew
  }

  void aRunReopensWithoutTheModel() {
    InfluenceFixture f;
    QVERIFY(f.begin(model_.path()));
    QVERIFY(f.leadsToInfluence([&] { f.clickChip(5); }));
    f.choose("influenceMap", static_cast<int>(InfluenceMeasure::Bound));
    f.choose("pathSums", static_cast<int>(InfluenceMeasure::Bound));
    emit f.influence()->views()->maps()->cellClicked(0, 1, 0);
    const std::vector<double> measured = f.curves()[0].y, bound = f.scatter().x, left = f.depth()[0].y;
    const QString correlation = f.label("correlation"), conventions = f.influence()->conventions();
    const QString path = f.folder.filePath("influence.h5");
    f.window->saveRun(path);
    QVERIFY(f.quiet());

    // Another window that has neither this prompt nor any model.
    InfluenceFixture other;
    QVERIFY(other.opensAlone(path, [&] { return other.influence(); }));
    QCOMPARE(other.curves()[0].y, measured);
    QCOMPARE(other.scatter().x, bound);
    QCOMPARE(other.depth()[0].y, left);
    QCOMPARE(other.label("correlation"), correlation);
    QCOMPARE(other.influence()->conventions(), conventions);
    QCOMPARE(other.label("rowTitle"), QString("Influence from layer 0 on “e”"));
    QCOMPARE(other.find<QComboBox>("influenceMap")->currentData().toInt(), static_cast<int>(InfluenceMeasure::Bound));
    QCOMPARE(other.window->document().inputs().prompt, QString("abcdef"));
    QCOMPARE(other.window->document().inputs().influencedToken, 4);
    QCOMPARE(other.strip()->tokens().size(), 7);
  }

  void figuresAreWritten() {
    InfluenceFixture f;
    QVERIFY(f.begin(model_.path()));
    const std::vector<PageFigure> figures = f.influence()->figures();
    QCOMPARE(figures.size(), std::size_t{7});  // three maps, the tokens of both conditions, scatter plot and depth
    for (const PageFigure& figure : figures)
      for (const char* suffix : {".pdf", ".svg", ".csv"}) {
        const QString path = f.folder.filePath(figure.name + suffix);
        if (path.endsWith(".csv"))
          figure.writeData(path, {});
        else
          exportFigure(figure.drawing, FigureStyle(), path);
        QVERIFY2(QFileInfo(path).size() > 50, qPrintable(path));
      }
  }
};

QTEST_MAIN(TestInfluencePage)
#include "tst_influence_page.moc"
