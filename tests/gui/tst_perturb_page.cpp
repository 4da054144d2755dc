#include "app/pages/change_panel.h"
#include "app/pages/perturb_page.h"
#include "app/pages/play_bar.h"
#include "app/pages/swap_bar.h"
#include "app/pages/sweep_panel.h"
#include "tests/app/tiny_folder.h"
#include "tests/gui/window_fixture.h"
#include "widgets/animation.h"
#include "widgets/curve_plot.h"
#include "widgets/layer_map.h"
#include "widgets/layer_map_row.h"

#include <QImageReader>
#include <QLineEdit>
#include <QSlider>

using namespace sinkscope;

namespace {

/// The window turned to the Perturb page on the prompt "abcdef" after its first result.
struct PerturbFixture : WindowFixture {
  bool begin(const QString& model) {
    return openPage(model, "abcdef", [](const Window& window) -> Page* { return window.perturbPage(); });
  }

  PerturbPage* perturb() const { return window->perturbPage(); }
  const PerturbResult& result() const { return *perturb()->perturbed()->result; }
  LayerMap* map(int index) const { return perturb()->changePanel()->maps()->map(index); }

  template <typename Action>
  bool leadsToChange(Action action) {
    return leadsTo(perturb(), action);
  }

  TokenStrip* chips() const { return perturb()->promptPanel()->strip(); }
  void clickChip(int chip) {
    QTest::mouseClick(chips()->viewport(), Qt::LeftButton, {}, chips()->chipRect(chip).center());
  }

  SweepPanel* sweep() const { return perturb()->sweepPanel(); }
  const SweepResult& swept() const { return *perturb()->swept()->result; }
  /// The sweep over all positions, from its beginning to its end.
  bool sweeps() {
    return leadsToChange([this] { find<QToolButton>("everyPosition")->click(); });
  }
  /// A sweep that takes some seconds, until its first part is there.
  bool beginsLongSweep() {
    window->document().edit(Document::Field::Prompt, [](Inputs& inputs) {
      inputs.prompt = QString(400, 'a');
      inputs.tokenLimit = 0;
      inputs.sweepDraws = 100;
    });
    QSignalSpy shown(perturb(), &Page::resultShown);
    find<QToolButton>("everyPosition")->click();
    return QTest::qWaitFor([&] { return shown.size() > 0; }, kPatienceMs);
  }
};

}  // namespace

/// The Perturb page on a tiny model whose tokens are single characters.
class TestPerturbPage : public QObject {
  Q_OBJECT

 private:
  TinyFolder model_;

 private slots:
  void firstLookSwapsTheMiddle() {
    PerturbFixture f;
    QVERIFY(f.begin(model_.path()));
    QCOMPARE(f.perturb()->changePanel()->maps()->count(), 2);
    QCOMPARE(f.map(0)->data().columns, (QStringList{"<s>", "a", "b", "c", "d", "e", "f"}));
    QCOMPARE(f.map(1)->data().columns, (QStringList{"a", "b", "c", "d", "e", "f"}));
    QCOMPARE(f.map(0)->data().marked, 4);
    QCOMPARE(f.map(1)->data().marked, 3);
    QCOMPARE(f.map(0)->data().sink, 0);
    QCOMPARE(f.map(1)->data().sink, -1);
    const Matrix& change = f.map(0)->data().values;
    QCOMPARE(change.rows, 5);  // the embedding, three layers, the final norm
    for (int place = 0; place < change.rows; ++place) {
      for (int token = 0; token < 4; ++token) QCOMPARE(change.at(place, token), 0.0f);
      QVERIFY(change.at(place, 4) > 0);
    }
    QCOMPARE(f.perturb()->changePanel()->lines()->curves().curves.size(), std::size_t{3});
    QCOMPARE(f.perturb()->changePanel()->spread()->curves().curves.size(), std::size_t{2});
    QVERIFY(f.label("prediction").contains("KL"));
    QVERIFY(f.window->topBar()->conventions().contains("T 7"));
    QVERIFY(!f.window->notice()->isVisible());
  }

  void aClickedChipIsSwapped() {
    PerturbFixture f;
    QVERIFY(f.begin(model_.path()));
    QVERIFY(f.leadsToChange([&] { f.clickChip(2); }));
    QCOMPARE(f.result().request.swap->position, std::int64_t{1});
    QCOMPARE(f.label("swapFrom"), QString("b becomes"));
    QVERIFY(f.result().maps[0].after[2].bytes != "b");
    QVERIFY(f.leadsToChange([&] { f.window->document().undoStack().undo(); }));
    QCOMPARE(f.result().request.swap->position, std::int64_t{3});
  }

  void aShorterPromptIsSwappedInItsMiddle() {
    PerturbFixture f;
    QVERIFY(f.begin(model_.path()));
    QVERIFY(f.leadsToChange([&] {
      f.perturb()->promptPanel()->editor()->selectAll();
      QTest::keyClicks(f.perturb()->promptPanel()->editor(), "ab");
    }));
    QCOMPARE(f.result().request.swap->position, std::int64_t{1});
    QVERIFY(!f.window->notice()->isVisible());
  }

  void aTokenIsSearchedInTheVocabulary() {
    PerturbFixture f;
    QVERIFY(f.begin(model_.path()));
    auto* edit = f.find<QLineEdit>("swapToken");
    edit->setFocus();
    QTest::qWait(50);
    QVERIFY(f.leadsToChange([&] {
      edit->selectAll();
      QTest::keyClicks(edit, "Z");
      QTest::keyClick(edit, Qt::Key_Return);
    }));
    QCOMPARE(f.result().maps[0].after[4].bytes, std::string("Z"));
  }

  void conditionsStandSideBySide() {
    PerturbFixture f;
    QVERIFY(f.begin(model_.path()));
    QVERIFY(f.leadsToChange([&] { f.find<QCheckBox>("hidden")->click(); }));
    QCOMPARE(f.perturb()->changePanel()->maps()->count(), 3);
    QVERIFY(f.leadsToChange([&] { f.find<QCheckBox>("zeroed")->click(); }));  // a fourth takes the third's place
    QCOMPARE(f.window->document().inputs().conditions, (QStringList{"bos", "no-bos", "zeroed"}));
    QVERIFY(!f.find<QCheckBox>("hidden")->isChecked());
    QVERIFY(f.leadsToChange([&] { f.find<QCheckBox>("zeroed")->click(); }));
    QVERIFY(f.leadsToChange([&] { f.find<QCheckBox>("no-bos")->click(); }));
    f.find<QCheckBox>("bos")->click();  // the last one stays
    QCOMPARE(f.window->document().inputs().conditions, QStringList{"bos"});
  }

  void anotherTextIsAligned() {
    PerturbFixture f;
    QVERIFY(f.begin(model_.path()));
    QVERIFY(f.leadsToChange([&] { QTest::keyClicks(f.find<QLineEdit>("changedPrompt"), "abXYdef"); }));
    const PerturbMap& map = f.result().maps[0];
    QCOMPARE(map.alignment, (Alignment{3, 4, 5}));
    QVERIFY(std::isnan(f.map(0)->data().values.at(0, 3)));
    QVERIFY(!f.result().note.empty());
    QVERIFY(!f.find<QLineEdit>("swapToken")->isEnabled());
    QVERIFY(f.leadsToChange([&] { f.find<QLineEdit>("changedPrompt")->clear(); }));
    QVERIFY(f.result().request.swap);
  }

  void hoveringLightsEveryView() {
    PerturbFixture f;
    QVERIFY(f.begin(model_.path()));
    emit f.perturb()->changePanel()->maps()->cellHovered(0, 2, 5);
    QCOMPARE(f.map(1)->highlight(), (std::pair{2, 4}));
    QCOMPARE(f.perturb()->changePanel()->lines()->highlighted(), 1);
    QCOMPARE(f.perturb()->changePanel()->lines()->highlightedX(), 1.0);
    QCOMPARE(f.perturb()->changePanel()->spread()->highlightedX(), 1.0);
    QCOMPARE(f.perturb()->promptPanel()->strip()->highlighted(), 5);
    QVERIFY(f.label("prediction").startsWith("after e"));
    emit f.perturb()->changePanel()->maps()->cellHovered(0, -1, -1);
    QCOMPARE(f.map(1)->highlight(), (std::pair{-1, -1}));
    QCOMPARE(f.perturb()->promptPanel()->strip()->highlighted(), -1);
  }

  void playsLayerByLayer() {
    PerturbFixture f;
    QVERIFY(f.begin(model_.path()));
    auto* place = f.find<QSlider>("place");
    f.find<QToolButton>("play")->click();
    QCOMPARE(place->value(), 1);
    QCOMPARE(f.map(0)->shownRows(), 1);
    QTRY_COMPARE_WITH_TIMEOUT(place->value(), place->maximum(), 5000);
    QVERIFY(!f.find<QToolButton>("play")->isChecked());
    QCOMPARE(f.map(0)->shownRows(), 5);  // all
  }

  void playColoursTheTokens() {
    PerturbFixture f;
    QVERIFY(f.begin(model_.path()));
    const LayerMapData& map = f.map(0)->data();
    for (const int place : {1, 3, 5}) {
      f.find<QSlider>("place")->setValue(place);
      const std::vector<double>& tints = f.chips()->tints();
      QCOMPARE(tints.size(), std::size_t{7});
      for (int token = 0; token < 4; ++token) QCOMPARE(tints[static_cast<std::size_t>(token)], 0.0);
      QVERIFY(tints[4] > 0);
      QCOMPARE(tints[5] > 0, map.values.at(place - 1, 5) > 0);
    }
    QVERIFY(f.perturb()->changePanel()->playBar()->legend()->label().contains("final norm"));
    // The other condition has one token less: its colours stand under its own tokens.
    emit f.perturb()->changePanel()->maps()->cellClicked(1, 2, 3);
    QVERIFY(std::isnan(f.chips()->tints()[0]));
    QVERIFY(f.chips()->tints()[4] > 0);
    QTest::keyClicks(f.perturb()->promptPanel()->editor(), "x");  // other tokens, nothing known of them
    QVERIFY(f.chips()->tints().empty());
  }

  void aSweepSwapsEveryPosition() {
    PerturbFixture f;
    QVERIFY(f.begin(model_.path()));
    QVERIFY(f.sweeps());
    QVERIFY(!f.swept().partial());
    QVERIFY(f.sweep()->isVisible() && !f.perturb()->changePanel()->isVisible());
    QVERIFY(!f.find<QLineEdit>("swapToken")->isVisible());
    QCOMPARE(f.label("partial"), QString());
    LayerMapRow* maps = f.sweep()->maps();
    QCOMPARE(maps->count(), 2);
    QCOMPARE(maps->map(0)->data().rows, (QStringList{"a", "b", "c", "d", "e", "f"}));
    QCOMPARE(maps->map(1)->data().rows, maps->map(0)->data().rows);
    QCOMPARE(maps->map(0)->data().columns.size(), 7);
    QCOMPARE(maps->map(0)->data().sink, 0);
    QCOMPARE(f.sweep()->place(), std::size_t{3});  // after the last of three layers
    for (int position = 0; position < 6; ++position)
      for (int token = 0; token < 7; ++token)
        QCOMPARE(maps->map(0)->data().values.at(position, token) > 0, token > position);
    const Matrix before = maps->map(0)->data().values;
    f.sweep()->playBar()->slider()->setValue(2);
    QVERIFY(maps->map(0)->data().values.values != before.values);
    QCOMPARE(f.sweep()->reach()->curves().curves.size(), std::size_t{2});
    QCOMPARE(f.sweep()->reach()->curves().curves[0].y.size(), std::size_t{6});
    QVERIFY(f.window->topBar()->conventions().contains("4 replacements"));
    f.clickChip(3);  // its row
    QCOMPARE(maps->map(0)->highlight(), (std::pair{2, 3}));
    QCOMPARE(f.chips()->tints().size(), std::size_t{7});
    QVERIFY(f.chips()->tints()[2] == 0 && f.chips()->tints()[3] > 0);
    QVERIFY(f.label("sweepReadout").startsWith("c swapped 4 times changes c"));
    QVERIFY(f.leadsToChange([&] { f.find<QToolButton>("oneSwap")->click(); }));
    QVERIFY(f.perturb()->changePanel()->isVisible() && f.find<QLineEdit>("swapToken")->isVisible());
    // The whole sweep is still there.
    QSignalSpy shown(f.perturb(), &Page::resultShown);
    f.find<QToolButton>("everyPosition")->click();
    QTest::qWait(200);
    QCOMPARE(shown.size(), 0);
    QVERIFY(f.sweep()->isVisible());
  }

  void aStoppedSweepKeepsItsPart() {
    PerturbFixture f;
    QVERIFY(f.begin(model_.path()));
    QVERIFY(f.beginsLongSweep());
    QVERIFY(f.window->session().isBusy());
    QVERIFY(f.swept().partial());
    QTRY_VERIFY_WITH_TIMEOUT(f.window->activityBar()->isShowingActivity(), 5000);
    f.find<QToolButton>("cancel")->click();
    QVERIFY(f.quiet());
    QVERIFY(f.swept().partial());
    const std::size_t done = f.swept().positionsDone();
    QVERIFY(done < 400);
    QCOMPARE(f.label("partial"), QString("partial: %1 of 400 positions").arg(done));
    QVERIFY(f.window->topBar()->conventions().contains("partial"));
    QVERIFY(std::isnan(f.sweep()->maps()->map(0)->data().values.at(399, 400)));
    // A part can be saved, and comes back as one.
    const QString path = f.folder.filePath("part.h5");
    f.window->saveRun(path);
    QVERIFY(f.quiet());
    f.find<QToolButton>("oneSwap")->click();
    QVERIFY(f.leadsToChange([&] { f.window->openRun(path); }));
    QCOMPARE(f.label("partial"), QString("partial: %1 of 400 positions").arg(done));
    // Run begins anew.
    f.window->document().edit(Document::Field::Sweep, [](Inputs& inputs) {
      inputs.sweepDraws = 1;
      inputs.tokenLimit = 20;
    });
    QVERIFY(f.quiet());
    QVERIFY(f.leadsToChange([&] { f.find<QToolButton>("sweepRun")->click(); }));
    QTRY_VERIFY_WITH_TIMEOUT(!f.swept().partial(), WindowFixture::kPatienceMs);
    QCOMPARE(f.label("partial"), QString());
  }

  void aSweepReopensWithoutTheModel() {
    PerturbFixture f;
    QVERIFY(f.begin(model_.path()));
    QVERIFY(f.sweeps());
    f.sweep()->playBar()->slider()->setValue(2);
    const Matrix change = f.sweep()->maps()->map(0)->data().values;
    const QString path = f.folder.filePath("sweep.h5");
    f.window->saveRun(path);
    QVERIFY(f.quiet());
    QVERIFY(f.leadsToChange([&] { f.find<QToolButton>("oneSwap")->click(); }));
    f.window->rail()->turnTo(f.page());
    QSignalSpy loaded(&f.window->session(), &Session::modelLoaded);
    QVERIFY(f.leadsToChange([&] { f.window->openRun(path); }));
    QTest::qWait(300);
    QCOMPARE(loaded.size(), 0);
    QVERIFY(f.sweep()->isVisible() && f.find<QToolButton>("everyPosition")->isChecked());
    QCOMPARE(f.sweep()->place(), std::size_t{1});
    QCOMPARE(f.sweep()->maps()->map(0)->data().values.values, change.values);
    const std::vector<PageFigure> figures = f.perturb()->figures();
    QCOMPARE(figures.size(), std::size_t{3});
    for (const PageFigure& figure : figures) {
      exportFigure(figure.drawing, FigureStyle(), f.folder.filePath(figure.name + ".svg"));
      QVERIFY(QFileInfo(f.folder.filePath(figure.name + ".svg")).size() > 1000);
    }
  }

  void aRunReopensWithoutTheModel() {
    PerturbFixture f;
    QVERIFY(f.begin(model_.path()));
    const Matrix change = f.map(0)->data().values;
    const QString path = f.folder.filePath("swap.h5");
    f.window->saveRun(path);
    QVERIFY(f.quiet());
    QVERIFY(f.leadsToChange([&] { f.clickChip(2); }));
    f.window->rail()->turnTo(f.page());
    QSignalSpy loaded(&f.window->session(), &Session::modelLoaded);
    QVERIFY(f.leadsToChange([&] { f.window->openRun(path); }));
    QTest::qWait(300);
    QCOMPARE(loaded.size(), 0);
    QVERIFY(f.perturb()->isVisible());
    QCOMPARE(f.map(0)->data().values.values, change.values);
    QCOMPARE(f.window->document().inputs().swapPosition, 3);
  }

  /// In a window that never had a model, the prompt's tokens are the run's own.
  void aRunBringsItsTokens() {
    QTemporaryDir folder;
    const QString path = folder.filePath("swap.h5");
    const auto texts = [](const PerturbFixture& f) {
      QStringList texts;
      for (int chip = 0; chip < f.chips()->tokens().size(); ++chip) texts << f.chips()->tokens()[chip].text;
      return texts;
    };
    QStringList chips;
    {
      PerturbFixture f;
      QVERIFY(f.begin(model_.path()));
      chips = texts(f);
      QCOMPARE(chips.size(), 7);  // <s> and six letters
      f.window->saveRun(path);
      QVERIFY(f.quiet());
    }
    PerturbFixture f;
    QVERIFY(f.opensAlone(path, [&] { return f.perturb(); }));
    QCOMPARE(texts(f), chips);
  }

  void figuresAreWritten() {
    PerturbFixture f;
    QVERIFY(f.begin(model_.path()));
    const std::vector<PageFigure> figures = f.perturb()->figures();
    QCOMPARE(figures.size(), std::size_t{6});  // maps, spread, attention, frames, the tokens under each condition
    QCOMPARE(figures[3].frames.size(), std::size_t{5});
    exportAnimation(figures[3].frames, FigureStyle(), f.folder.filePath("frames.gif"));
    QCOMPARE(QImageReader(f.folder.filePath("frames.gif")).imageCount(), 5);
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

  void whatCannotBeDoneIsOneSentence() {
    PerturbFixture f;
    QVERIFY(f.begin(model_.path()));
    QTest::keyClicks(f.find<QLineEdit>("changedPrompt"), "abcdef");
    QTRY_VERIFY_WITH_TIMEOUT(f.window->notice()->isVisible(), WindowFixture::kPatienceMs);
    QVERIFY(f.leadsToChange([&] { QTest::keyClicks(f.find<QLineEdit>("changedPrompt"), "g"); }));
    QVERIFY(!f.window->notice()->isVisible());
  }
};

QTEST_MAIN(TestPerturbPage)
#include "tst_perturb_page.moc"
