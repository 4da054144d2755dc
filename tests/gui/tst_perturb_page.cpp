#include "app/pages/perturb_page.h"
#include "app/pages/swap_bar.h"
#include "tests/app/tiny_folder.h"
#include "tests/gui/window_fixture.h"
#include "widgets/curve_plot.h"
#include "widgets/layer_map.h"
#include "widgets/layer_map_row.h"

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
  LayerMap* map(int index) const { return perturb()->maps()->map(index); }

  template <typename Action>
  bool leadsToChange(Action action) {
    return leadsTo(perturb(), action);
  }

  void clickChip(int chip) {
    TokenStrip* strip = perturb()->promptPanel()->strip();
    QTest::mouseClick(strip->viewport(), Qt::LeftButton, {}, strip->chipRect(chip).center());
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
    QCOMPARE(f.perturb()->maps()->count(), 2);
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
    QCOMPARE(f.perturb()->lines()->curves().curves.size(), std::size_t{3});
    QCOMPARE(f.perturb()->spread()->curves().curves.size(), std::size_t{2});
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
    QCOMPARE(f.perturb()->maps()->count(), 3);
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
    emit f.perturb()->maps()->cellHovered(0, 2, 5);
    QCOMPARE(f.map(1)->highlight(), (std::pair{2, 4}));
    QCOMPARE(f.perturb()->lines()->highlighted(), 1);
    QCOMPARE(f.perturb()->lines()->highlightedX(), 1.0);
    QCOMPARE(f.perturb()->spread()->highlightedX(), 1.0);
    QCOMPARE(f.perturb()->promptPanel()->strip()->highlighted(), 5);
    QVERIFY(f.label("prediction").startsWith("after e"));
    emit f.perturb()->maps()->cellHovered(0, -1, -1);
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

  void figuresAreWritten() {
    PerturbFixture f;
    QVERIFY(f.begin(model_.path()));
    const std::vector<PageFigure> figures = f.perturb()->figures();
    QCOMPARE(figures.size(), std::size_t{5});  // maps, spread, attention, the tokens under each condition
    for (const PageFigure& figure : figures)
      for (const char* suffix : {".pdf", ".svg", ".csv"}) {
        const QString path = f.folder.filePath(figure.name + suffix);
        if (path.endsWith(".csv"))
          figure.writeCsv(path);
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
