#include "app/pages/collapse_page.h"
#include "app/pages/collapse_tabs.h"
#include "app/pages/heads_page.h"
#include "app/pages/waker_panel.h"
#include "app/pages/waker_table.h"
#include "core/analysis/no_op.h"
#include "tests/app/tiny_folder.h"
#include "tests/gui/window_fixture.h"
#include "tests/runs/sample_no_op.h"
#include "widgets/scatter_plot.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>

#include <algorithm>

using namespace sinkscope;

namespace {

/// The window turned to the heads after the scan of the built-in prompts.
struct HeadsFixture : WindowFixture {
  bool begin(const QString& model) {
    return open(model) && leadsTo(heads(), [&] { window->turnTo(heads()); });
  }
  HeadsPage* heads() const { return window->collapseTabs()->heads(); }
  const NoOpResult& result() const { return *heads()->scanned()->result; }
  int point(int layer, int head) const { return layer * static_cast<int>(result().rest.extent(1)) + head; }
  void click(int layer, int head) const {
    heads()->headPlot()->setSelected(point(layer, head));
    emit heads()->headPlot()->clicked(point(layer, head));
  }
};

}  // namespace

/// The Heads tab on a tiny model of three layers whose tokens are single characters.
class TestHeadsPage : public QObject {
  Q_OBJECT

 private:
  TinyFolder model_;

 private slots:
  void theTableIsTheScan() {
    HeadsFixture f;
    QVERIFY(f.begin(model_.path()));
    QVERIFY(!f.window->notice()->isVisible());
    QCOMPARE(f.result().request.prompts.size(), std::size_t{62});
    QCOMPARE(f.heads()->headPlot()->scatter().x[4], f.result().rest.values()[4]);
    QVERIFY(f.label("scanTitle").contains("62 prompts"));
    const std::vector<Waker> all = findWakers(f.result().scan, WakeKinds::Tokens, 5);
    QVERIFY(!all.empty());
    QCOMPARE(f.heads()->tables()->wakers()->rowCount(), static_cast<int>(all.size()));
    f.find<QSpinBox>("wakeLeast")->setValue(40);
    QCOMPARE(f.heads()->tables()->wakers()->rowCount(),
             static_cast<int>(findWakers(f.result().scan, WakeKinds::Tokens, 40).size()));
    QVERIFY(f.heads()->tables()->wakers()->rowCount() < static_cast<int>(all.size()));
    auto* kinds = f.find<QComboBox>("wakeKinds");
    kinds->setCurrentIndex(1);
    emit kinds->activated(1);
    QCOMPARE(f.heads()->tables()->wakers()->rowCount(),
             static_cast<int>(findWakers(f.result().scan, WakeKinds::Classes, 40).size()));
  }

  void aClickedHeadHasItsTable() {
    HeadsFixture f;
    QVERIFY(f.begin(model_.path()));
    auto* view = f.find<QTableView>("wakers");
    QVERIFY(!view->isColumnHidden(WakerTable::Head));
    f.click(2, 1);
    QVERIFY2(f.label("scanHead").startsWith("layer 2, head 1: α₀ "), qPrintable(f.label("scanHead")));
    QVERIFY(f.label("wakerTitle").endsWith("layer 2, head 1"));
    const std::vector<Waker> expected = findWakers(f.result().scan, WakeKinds::Tokens, 2, 1, 5);
    QCOMPARE(f.heads()->tables()->wakers()->rowCount(), static_cast<int>(expected.size()));
    for (int row = 0; row < f.heads()->tables()->wakers()->rowCount(); ++row)
      QCOMPARE(f.heads()->tables()->wakers()->waker(row).difference,
               expected[static_cast<std::size_t>(row)].difference);
    QVERIFY(view->isColumnHidden(WakerTable::Head));
  }

  void epsMovesTheBound() {
    HeadsFixture f;
    QVERIFY(f.begin(model_.path()));
    QSignalSpy shown(f.heads(), &Page::resultShown);
    for (const double epsilon : {0.01, 0.99}) {
      f.window->document().edit(Document::Field::Epsilon, [&](Inputs& inputs) { inputs.epsilon = epsilon; });
      QCOMPARE(f.heads()->headPlot()->scatter().xBounds, std::vector<double>{epsilon});
      const std::vector<int>& classes = f.heads()->headPlot()->scatter().classOf;
      QCOMPARE(std::ranges::count(classes, 0) > 0, epsilon > 0.5);  // active
      QVERIFY(f.window->topBar()->conventions().contains(QStringLiteral("ε %1 ·").arg(epsilon)));
    }
    QCOMPARE(f.heads()->tables()->ifElseHeads()->rowCount(), 0);  // none rests so much
    QCOMPARE(shown.size(), 0);
    QCOMPARE(f.find<QPushButton>("runScan")->text(), QString("Scan again"));
    f.window->document().edit(Document::Field::Bos, [](Inputs& inputs) { inputs.bos = false; });
    QCOMPARE(f.find<QPushButton>("runScan")->text(), QString("Scan with these"));
  }

  void ownPrompts() {
    HeadsFixture f;
    QVERIFY(f.begin(model_.path()));
    QFile file(f.folder.filePath("own.txt"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("it's 12 or 3\nthe end\n");
    file.close();
    QVERIFY(f.leadsTo(f.heads(), [&] { f.heads()->setPromptFile(file.fileName()); }));
    QCOMPARE(f.label("scanPrompts"), QString("own.txt"));
    QCOMPARE(f.result().request.prompts, (std::vector<std::string>{"it's 12 or 3", "the end"}));
    f.heads()->setPromptFile("/no/such.txt");
    QVERIFY(QTest::qWaitFor([&] { return f.window->notice()->isVisible(); }, WindowFixture::kPatienceMs));
    QCOMPARE(f.result().request.prompts.size(), std::size_t{2});  // what was there stays
  }

  void aHeadOpensOnExplore() {
    HeadsFixture f;
    QVERIFY(f.begin(model_.path()));
    emit f.heads()->headPlot()->activated(f.point(2, 1));
    QVERIFY(f.page()->isVisible());
    QCOMPARE(f.page()->headPanel()->layer(), 2);
    QCOMPARE(f.page()->headPanel()->head(), 1);
    QCOMPARE(f.grid()->selectedLayer(), 2);
    // The same from the head plot of the measures, by the keyboard.
    QVERIFY(
        f.leadsTo(f.window->collapseTabs()->layers(), [&] { f.window->turnTo(f.window->collapseTabs()->layers()); }));
    ScatterPlot* plot = f.window->collapseTabs()->layers()->headPlot();
    plot->highlight(0);
    QTest::keyClick(plot, Qt::Key_Return);
    QVERIFY(plot->isVisible());  // named only
    QTest::keyClick(plot, Qt::Key_Return);
    QVERIFY(f.page()->isVisible());
    QCOMPARE(f.page()->headPanel()->layer(), 0);
    QCOMPARE(f.page()->headPanel()->head(), 0);
  }

  void everyTabIsSavedAlone() {
    HeadsFixture f;
    QVERIFY(f.begin(model_.path()));
    f.click(1, 2);
    const QString scan = f.folder.filePath("scan.h5"), measures = f.folder.filePath("measures.h5");
    f.window->saveRun(scan);
    QVERIFY(f.quiet());
    QVERIFY(
        f.leadsTo(f.window->collapseTabs()->layers(), [&] { f.window->turnTo(f.window->collapseTabs()->layers()); }));
    QVERIFY(f.window->topBar()->conventions().contains("query 0"));
    const std::vector<PageFigure> figures = f.window->collapseTabs()->figures();
    QCOMPARE(figures.size(), kCollapseMeasures.size() + 4 + 1 + 2);  // of the measures, the scan and the toy
    QCOMPARE(figures.front().name, f.window->collapseTabs()->layers()->figures().front().name);
    f.window->saveRun(measures);
    QVERIFY(f.quiet());

    HeadsFixture other;
    QVERIFY(other.opensAlone(scan, [&] { return other.heads(); }));
    QSignalSpy loaded(&other.window->session(), &Session::modelLoaded);
    QVERIFY(other.result().rest == f.result().rest);
    QCOMPARE(other.heads()->headPlot()->selected(), other.point(1, 2));
    QCOMPARE(other.label("scanPrompts"), QString("prompts of the run"));
    QCOMPARE(other.heads()->tables()->wakers()->text(), f.heads()->tables()->wakers()->text());
    QCOMPARE(other.heads()->figures().size(), std::size_t{1});
    QVERIFY(other.leadsTo(other.window->collapseTabs()->layers(), [&] { other.window->openRun(measures); }));
    QVERIFY(other.window->collapseTabs()->layers()->isVisible());
    QTest::qWait(300);
    QCOMPARE(loaded.size(), 0);
  }

  void theTableIsAModel() {
    WakerTable table;
    QAbstractItemModelTester tester(&table, QAbstractItemModelTester::FailureReportingMode::Fatal);
    QTableView* view = wakerView(&table, nullptr);
    const std::unique_ptr<QTableView> owned(view);
    Waker often{.layer = 1, .head = 0, .kind = 1, .count = 100, .difference = 0.2, .low = 0.1, .high = 0.3};
    Waker rare{.layer = 0, .head = 1, .kind = 2, .count = 9, .difference = 0.5, .low = 0.05, .high = 0.95};
    Waker surest{.layer = 0, .head = 0, .kind = 1, .count = 20, .difference = 0.4, .low = 0.3, .high = 0.5};
    table.setWakers(sampleNoOp().scan, WakeKinds::Tokens, {often, rare, surest});
    QCOMPARE(table.data(table.index(0, WakerTable::Previous)).toString(), QString("'a'"));
    QCOMPARE(table.data(table.index(1, WakerTable::Interval)).toString(), QString("0.050 … 0.950"));
    const auto counts = [&] {
      QStringList shown;
      for (int row = 0; row < 3; ++row) shown << view->model()->index(row, WakerTable::Count).data().toString();
      return shown;
    };
    QCOMPARE(counts(), (QStringList{"20", "100", "9"}));
    view->sortByColumn(WakerTable::Count, Qt::AscendingOrder);
    QCOMPARE(counts(), (QStringList{"9", "20", "100"}));  // as numbers
    view->setCurrentIndex(view->model()->index(0, 0));
    QCOMPARE(currentWaker(*view), 1);
    QCOMPARE(table.text().count('\n'), 4);
  }
};

QTEST_MAIN(TestHeadsPage)
#include "tst_heads_page.moc"
