#include "app/pages/collapse_page.h"
#include "app/pages/collapse_tabs.h"
#include "tests/app/tiny_folder.h"
#include "tests/gui/window_fixture.h"
#include "widgets/curve_plot.h"
#include "widgets/scatter_plot.h"

#include <QComboBox>

#include <algorithm>

using namespace sinkscope;

namespace {

/// The window turned to the Collapse page on the prompt "abcdef" after its first result.
struct CollapseFixture : WindowFixture {
  bool begin(const QString& model) {
    return openPage(model, "abcdef", [](const Window& window) -> Page* { return window.collapseTabs()->layers(); });
  }

  CollapsePage* collapse() const { return window->collapseTabs()->layers(); }
  const CollapseRun& run() const { return *collapse()->collapsed()->result; }
  const std::vector<Curve>& curves() const { return collapse()->measurePlot()->curves().curves; }
  const std::vector<Curve>& valley() const { return collapse()->valleyPlot()->curves().curves; }
  void edit(Document::Field field, const std::function<void(Inputs&)>& change) {
    window->document().edit(field, change);
  }
  void choose(const char* measure) {
    auto* choice = find<QComboBox>("collapseMeasure");
    choice->setCurrentIndex(choice->findData(QString::fromLatin1(measure)));
    emit choice->activated(choice->currentIndex());
  }

  template <typename Action>
  bool leadsToMeasures(Action action) {
    return leadsTo(collapse(), action);
  }
};

}  // namespace

/// The Collapse page on a tiny model whose tokens are single characters.
class TestCollapsePage : public QObject {
  Q_OBJECT

 private:
  TinyFolder model_;

 private slots:
  void withAndWithoutBosAndToken0() {
    CollapseFixture f;
    QVERIFY(f.begin(model_.path()));
    QCOMPARE(f.run().results.size(), std::size_t{2});
    QCOMPARE(f.run().results[0].tokens.size(), std::size_t{7});
    QCOMPARE(f.run().results[1].tokens.size(), std::size_t{6});
    QCOMPARE(f.curves().size(), std::size_t{4});
    QCOMPARE(f.curves()[0].y, f.run().results[0].all.relativeResidual);
    QCOMPARE(f.curves()[1].y, f.run().results[0].withoutFirst.relativeResidual);
    QCOMPARE(f.curves()[2].y, f.run().results[1].all.relativeResidual);
    QCOMPARE(f.curves()[0].x, (std::vector<double>{-1, 0, 1, 2}));
    QCOMPARE(f.curves()[0].role, ColourRole::Sink);
    QVERIFY(f.curves()[2].role != ColourRole::Sink);
    QVERIFY(f.curves()[0].line != f.curves()[1].line);
    QVERIFY(f.window->topBar()->conventions().contains("T 7 with <s> · T 6 without <s>"));
    QVERIFY(!f.window->notice()->isVisible());
  }

  void everyMeasureIsDrawn() {
    CollapseFixture f;
    QVERIFY(f.begin(model_.path()));
    for (const CollapseMeasure measure : kCollapseMeasures) {
      f.choose(collapseMeasureName(measure).toLatin1());
      QCOMPARE(f.collapse()->measurePlot()->curves().y.title, collapseMeasureTitle(measure));
      for (const Curve& curve : f.curves()) {
        QCOMPARE(curve.x.size(), curve.y.size());
        QCOMPARE(curve.x.back(), 2.0);  // the last layer, wherever a measure begins
        for (const double value : curve.y) QVERIFY(std::isfinite(value));
      }
    }
    f.choose("last-distance");
    QCOMPARE(f.curves().size(), std::size_t{2});
    QCOMPARE(f.curves()[1].y, f.run().results[1].lastDistance);
    f.choose("row-entropy");
    QCOMPARE(f.curves()[0].x.front(), 0.0);
    f.window->document().undoStack().undo();
    QCOMPARE(f.find<QComboBox>("collapseMeasure")->currentData().toString(), QString("last-distance"));
  }

  void theValleyIsOverItsMaxima() {
    CollapseFixture f;
    QVERIFY(f.begin(model_.path()));
    QCOMPARE(f.valley().size(), std::size_t{3});
    QCOMPARE(f.valley()[1].role, ColourRole::Sink);
    const std::vector<double>& entropy = f.run().results[0].all.matrixEntropy;
    const double most = std::ranges::max(entropy);
    for (std::size_t place = 0; place < entropy.size(); ++place)
      QCOMPARE(f.valley()[0].y[place], entropy[place] / most);
    QCOMPARE(std::ranges::max(f.valley()[2].y), 1.0);
  }

  void epsNeedsNoModel() {
    CollapseFixture f;
    QVERIFY(f.begin(model_.path()));
    f.choose("sink-rate");
    QSignalSpy shown(f.collapse(), &Page::resultShown);
    for (const double epsilon : {0.01, 0.99}) {
      f.edit(Document::Field::Epsilon, [&](Inputs& inputs) { inputs.epsilon = epsilon; });
      QCOMPARE(f.curves()[0].y, std::vector<double>(3, epsilon < 0.5 ? 1.0 : 0.0));
      QVERIFY(f.window->topBar()->conventions().contains(QString::number(epsilon)));
    }
    QCOMPARE(f.collapse()->headPlot()->scatter().classes[0].name, QString("active: α₀ ≤ 0.99"));
    const std::vector<int>& classes = f.collapse()->headPlot()->scatter().classOf;
    QCOMPARE(std::ranges::count(classes, 0), static_cast<std::ptrdiff_t>(classes.size()));  // none rests
    QTest::qWait(300);
    QCOMPARE(shown.size(), 0);
  }

  void bosChoosesTheCondition() {
    CollapseFixture f;
    QVERIFY(f.begin(model_.path()));
    QVERIFY(f.label("valleyTitle").contains("with <s>"));
    f.edit(Document::Field::Bos, [](Inputs& inputs) { inputs.bos = false; });
    QVERIFY(f.label("valleyTitle").contains("without <s>"));
    QCOMPARE(f.collapse()->headPlot()->scatter().y[3], f.run().results[1].drain.values()[3]);
  }

  void hoveringLightsBoth() {
    CollapseFixture f;
    QVERIFY(f.begin(model_.path()));
    emit f.collapse()->measurePlot()->hovered(0, 1.0);
    QCOMPARE(f.collapse()->valleyPlot()->highlightedX(), 1.0);
    emit f.collapse()->valleyPlot()->hovered(0, 2.0);
    QCOMPARE(f.collapse()->measurePlot()->highlightedX(), 2.0);
  }

  void aClickedHeadIsNamed() {
    CollapseFixture f;
    QVERIFY(f.begin(model_.path()));
    ScatterPlot* plot = f.collapse()->headPlot();
    const auto heads = f.run().results[0].drain.extent(1);
    QCOMPARE(plot->scatter().size(), 3 * heads);
    QVERIFY(!f.label("headLine").contains("α₀"));
    const int point = static_cast<int>(2 * heads + 1);
    plot->setSelected(point);
    emit plot->clicked(point);
    QVERIFY2(f.label("headLine").startsWith("layer 2, head 1: α₀ "), qPrintable(f.label("headLine")));
    QCOMPARE(plot->scatter().y[static_cast<std::size_t>(point)], f.run().results[0].drain(2, 1));
  }

  void aTypedPromptIsMeasured() {
    CollapseFixture f;
    QVERIFY(f.begin(model_.path()));
    QVERIFY(f.leadsToMeasures([&] {
      PromptEditor* editor = f.collapse()->promptPanel()->editor();
      editor->moveCursor(QTextCursor::End);
      QTest::keyClicks(editor, "gh");
    }));
    QTRY_COMPARE_WITH_TIMEOUT(f.run().results[0].tokens.size(), std::size_t{9}, WindowFixture::kPatienceMs);
  }

  void aRunReopensWithoutTheModel() {
    CollapseFixture f;
    QVERIFY(f.begin(model_.path()));
    f.choose("effective-rank");
    const std::vector<double> rank = f.curves()[0].y;
    const std::vector<double> drain = f.collapse()->headPlot()->scatter().y;
    const QString path = f.folder.filePath("collapse.h5");
    f.window->saveRun(path);
    QVERIFY(f.quiet());

    // Another window that has neither this prompt nor any model.
    CollapseFixture other;
    QVERIFY(other.opensAlone(path, [&] { return other.collapse(); }));
    QCOMPARE(other.find<QComboBox>("collapseMeasure")->currentData().toString(), QString("effective-rank"));
    QCOMPARE(other.curves()[0].y, rank);
    QCOMPARE(other.collapse()->headPlot()->scatter().y, drain);
    QCOMPARE(other.window->document().inputs().prompt, QString("abcdef"));
  }

  void figuresAreWritten() {
    CollapseFixture f;
    QVERIFY(f.begin(model_.path()));
    const std::vector<PageFigure> figures = f.collapse()->figures();
    QCOMPARE(figures.size(), kCollapseMeasures.size() + 4);  // the valley and the heads of both conditions
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

QTEST_MAIN(TestCollapsePage)
#include "tst_collapse_page.moc"
