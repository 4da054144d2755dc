#include "app/pages/intervene_tabs.h"
#include "app/pages/robustness_page.h"
#include "core/analysis/robustness.h"
#include "tests/app/tiny_folder.h"
#include "tests/gui/window_fixture.h"
#include "widgets/curve_plot.h"

#include <QFile>
#include <QPushButton>
#include <QSpinBox>

using namespace sinkscope;

namespace {

struct Fixture : WindowFixture {
  RobustnessPage* robustness() const { return window->interveneTabs()->robustness(); }
  const RobustnessResult& result() const { return *robustness()->measured()->result; }
  QPushButton* button() const { return find<QPushButton>("runRobustness"); }

  bool openRobustness(const QString& model) {
    if (!open(model)) return false;
    window->turnTo(robustness());
    return true;
  }
  bool measure() {
    return leadsTo(robustness(), [&] { button()->click(); });
  }
  void takePrompts(const QByteArray& lines) const {
    QFile file(folder.filePath("prompts.txt"));
    if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write the prompts");
    file.write(lines);
    file.close();
    robustness()->setPromptFile(file.fileName());
  }
};

}  // namespace

/// The Robustness tab of the Intervene page.
class TestRobustnessPage : public QObject {
  Q_OBJECT

 private slots:
  void startsOnAClickAndShowsTheConditions() {
    Fixture f;
    QVERIFY(f.openRobustness(model_.path()));
    QVERIFY(!f.robustness()->hasResult());  // it takes a while: nothing starts by itself
    f.takePrompts("the quick brown fox\njumps over the dog\n\nand sleeps\n");
    QCOMPARE(f.label("robustnessPrompts"), QStringLiteral("prompts.txt: 3 prompts"));
    f.find<QSpinBox>("robustnessSwaps")->setValue(5);
    QVERIFY(f.measure());
    QCOMPARE(f.result().swaps.size(), std::size_t{15});
    QCOMPARE(f.result().outcomes.size(), std::size_t{3});
    QCOMPARE(f.robustness()->divergencePlot()->curves().curves.size(), std::size_t{3});
    QCOMPARE(f.robustness()->lossPlot()->curves().curves[1].name, QStringLiteral("without <s>"));
    QCOMPARE(f.button()->text(), QStringLiteral("Measure again"));
    QVERIFY(f.robustness()->numbers().contains("with <s>: loss"));
    QCOMPARE(f.robustness()->figures().size(), std::size_t{2});
  }

  void itIsCancelled() {
    Fixture f;
    QVERIFY(f.openRobustness(model_.path()));
    f.takePrompts(QByteArray("the quick brown fox jumps over the lazy dog and runs away\n").repeated(4000));
    f.button()->click();
    QCOMPARE(f.button()->text(), QStringLiteral("Cancel"));
    f.button()->click();
    QVERIFY(f.quiet());
    QCOMPARE(f.button()->text(), QStringLiteral("Measure"));
    QVERIFY(!f.robustness()->hasResult());
  }

  void aWrongFileGetsASentence() {
    Fixture f;
    QVERIFY(f.openRobustness(model_.path()));
    f.robustness()->setPromptFile(f.folder.filePath("nothing.txt"));
    QVERIFY2(f.label("robustnessPrompts").contains("nothing.txt"), qPrintable(f.label("robustnessPrompts")));
  }

  void aRunComesBackWithoutTheModel() {
    Fixture f;
    QVERIFY(f.openRobustness(model_.path()));
    f.takePrompts("the quick brown fox\njumps\n");
    QVERIFY(f.measure());
    const QString path = f.folder.filePath("robustness.h5");
    f.window->saveRun(path);
    QVERIFY(f.quiet());

    Fixture other;
    QVERIFY(other.opensAlone(path, [&] { return other.robustness(); }));
    QVERIFY(other.result().request == f.result().request && other.result().swaps == f.result().swaps);
    QCOMPARE(other.result().outcomes[2].lossChange, f.result().outcomes[2].lossChange);
    QCOMPARE(other.robustness()->numbers(), f.robustness()->numbers());
  }

 private:
  TinyFolder model_;
};

QTEST_MAIN(TestRobustnessPage)
#include "tst_robustness_page.moc"
