#include "app/compare_figures.h"
#include "app/figures.h"
#include "app/pages/compare_maps.h"
#include "app/pages/compare_panel.h"
#include "app/pages/linked_zoom.h"
#include "app/pages/runs_page.h"
#include "app/pages/training_curves.h"
#include "app/run_table.h"
#include "core/analysis/explore.h"
#include "core/runs/result_file.h"
#include "core/runs/run_file.h"
#include "core/shared_folder.h"
#include "tests/gui/mouse_drag.h"
#include "tests/gui/window_fixture.h"
#include "tests/runs/sample_collapse.h"
#include "tests/runs/sample_influence.h"
#include "tests/runs/sample_perturbation.h"
#include "tests/runs/sample_run.h"
#include "widgets/curve_plot.h"
#include "widgets/layer_map.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QDir>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QTableView>
#include <QWheelEvent>

using namespace sinkscope;

namespace {

constexpr std::size_t kLayers = 3, kHeads = 4, kTokens = 7;

/// alpha_0 of head h in layer l is (l + h) / 10 + `shift`.
Exploration shifted(float shift, std::size_t layers = kLayers, bool bos = false) {
  const Exploration sampled = sample::exploration();
  ExploreResult result = *sampled.result;
  result.request.bos = bos;
  result.model.config.layers = static_cast<std::int64_t>(layers);
  result.model.config.perLayer.resize(layers);
  result.prompts.resize(1);
  PromptResult& prompt = result.prompts[0];
  prompt.shares.windows.assign(layers, 0);
  prompt.shares.shares = Array<float, 3>({layers, kHeads, kTokens});
  for (std::size_t layer = 0; layer < layers; ++layer)
    for (std::size_t head = 0; head < kHeads; ++head)
      prompt.shares.shares(layer, head, 0) = static_cast<float>(layer + head) / 10.0f + shift;
  prompt.rowEntropy = prompt.outputNorm = Array<float, 3>({layers, kHeads, kTokens}, 1.0f);
  prompt.valueNorm = Array<float, 3>({layers, 2, kTokens}, 1.0f);
  prompt.residualNorm = Array<float, 2>({layers + 1, kTokens}, 1.0f);
  return {std::make_shared<const ExploreResult>(std::move(result)), {}};
}

}  // namespace

/// Saved runs held against each other, in the window as it ships, from their files alone.
class TestCompareRuns : public QObject {
  Q_OBJECT

  std::unique_ptr<WindowFixture> f_;
  QTemporaryDir home_;

  std::string path(const QString& name) const { return home_.filePath("sinkscope/runs/" + name + ".h5").toStdString(); }
  RunsPage* page() const { return f_->window->runsPage(); }
  ComparePanel* panel() const { return page()->comparison(); }
  template <typename T>
  T* find(const char* name) const {
    return page()->findChild<T*>(QString::fromLatin1(name));
  }
  void open();
  /// Chooses the first rows and presses the button.
  bool compared(int rows) const;
  /// Points at a head of a run; whether that is read out so.
  bool reads(int run, int layer, int head, const QString& wanted) const;
  QStringList tableRows() const;
  QStringList figureNames() const;

 private slots:
  void init();
  void cleanup() { f_.reset(); }
  void explorations();
  void otherDepths();
  void perturbations();
  void influencesAndCollapse();
  void trainings();
  void differentKinds();
  void zoomIsLinked();
  void byKeyAndByDrag();
  void figuresAreWritten();
};

void TestCompareRuns::init() {
  for (const char* name : {"sinkscope", "data", "cache"}) QDir(home_.filePath(name)).removeRecursively();
  qputenv("HOME", home_.path().toLocal8Bit());
  qputenv("XDG_DATA_HOME", home_.filePath("data").toLocal8Bit());
  qputenv("XDG_CACHE_HOME", home_.filePath("cache").toLocal8Bit());
  for (const char* name : {"sinkscope/runs", "data"}) QDir().mkpath(home_.filePath(name));
}

void TestCompareRuns::open() {
  f_ = std::make_unique<WindowFixture>();
  f_->window = std::make_unique<Window>(f_->settings, f_->appearance);
  f_->window->setRunReader(SINKSCOPE_EXECUTABLE);
  Inputs inputs = f_->window->document().inputs();
  inputs.model = "none there";
  inputs.epsilon = 0.35;
  f_->window->document().replace(inputs);
  f_->window->resize(1280, 760);
  f_->window->show();
  f_->window->turnTo(page());
  page()->search()->setText("folder~sinkscope/runs");
  page()->view()->horizontalHeader()->setSortIndicator(RunTableModel::sectionOf(RunColumn::Name), Qt::AscendingOrder);
  connect(&page()->library(), &RunLibrary::failed, page(), [](const QString& sentence) { qWarning() << sentence; });
}

bool TestCompareRuns::compared(int rows) const {
  if (!QTest::qWaitFor([&] { return page()->table()->rowCount() >= rows; }, WindowFixture::kPatienceMs)) return false;
  QItemSelection chosen(page()->table()->index(0, 0), page()->table()->index(rows - 1, 0));
  page()->view()->selectionModel()->select(chosen, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
  QTest::mouseClick(find<QPushButton>("compareRuns"), Qt::LeftButton);
  return QTest::qWaitFor([&] { return panel()->isVisible(); }, WindowFixture::kPatienceMs);
}

bool TestCompareRuns::reads(int run, int layer, int head, const QString& wanted) const {
  HeadGrid* grid = panel()->maps()->grid(run);
  return QTest::qWaitFor([&] {
    QTest::mouseMove(grid, grid->cellRect(0, 0).center().toPoint());  // the layout may have moved it meanwhile
    QTest::mouseMove(grid, grid->cellRect(layer, head).center().toPoint());
    QTest::qWait(20);
    return f_->label("compareReadout").contains(wanted);
  });
}

QStringList TestCompareRuns::tableRows() const {
  QStringList rows;
  const QAbstractItemModel* table = panel()->settings()->model();
  for (int row = 0; row < table->rowCount(); ++row) {
    QStringList cells;
    for (int column = 0; column < table->columnCount(); ++column) cells << table->index(row, column).data().toString();
    rows << cells.join('|');
  }
  return rows;
}

QStringList TestCompareRuns::figureNames() const {
  QStringList names;
  for (const PageFigure& figure : page()->figures()) names << figure.name;
  return names;
}

void TestCompareRuns::explorations() {
  saveRun(path("a"), shifted(0.25f), sample::view(), false);
  saveRun(path("b"), shifted(0.0f, kLayers, true), sample::view(), false);
  open();
  QVERIFY(page()->figures().empty());
  QVERIFY(!find<QPushButton>("compareRuns")->isEnabled());
  QVERIFY(compared(2));
  QCOMPARE(panel()->maps()->grid(0)->shares().at(2, 3), 0.75f);
  QCOMPARE(panel()->maps()->grid(1)->shares().at(2, 3), 0.5f);
  const Matrix& difference = panel()->differenceMap()->data().values;
  for (const float value : difference.values) QVERIFY(std::abs(value - 0.25f) < 1e-6f);
  QVERIFY2(f_->label("differenceTitle").startsWith("A − B, from −0.25 to 0.25"),
           qPrintable(f_->label("differenceTitle")));
  // Layer 2 of A: 0.45 ... 0.75 are all above 0.35; of B 0.2 and 0.3 are not.
  const std::vector<Curve>& curves = panel()->curves()->curves().curves;
  QCOMPARE(curves.size(), std::size_t{2});
  QCOMPARE(curves[0].name, QString("A a"));
  QCOMPARE(curves[0].y[2], 1.0);
  QCOMPARE(curves[1].y[2], 0.5);
  f_->eps()->setEpsilon(0.45);  // the window's one slider
  QCOMPARE(panel()->curves()->curves().curves[1].y[2], 0.25);
  QVERIFY2(panel()->conventions().startsWith("ε 0.45 · query 0 included · A: Gemma, T 7, without <bos> · B: Gemma"),
           qPrintable(panel()->conventions()));
  // What is hovered in one is lit in all, and read in all.
  QVERIFY2(reads(1, 1, 2, "layer 1, head 2:  A 0.55  ·  B 0.3  ·  A − B 0.25"),
           qPrintable(f_->label("compareReadout")));
  QCOMPARE(panel()->differenceMap()->highlight(), (std::pair<int, int>(1, 2)));
  QCOMPARE(panel()->curves()->highlightedX(), 1.0);
  auto* pair = find<QComboBox>("comparedPair");
  pair->setCurrentIndex(1);
  emit pair->activated(1);
  QVERIFY(std::abs(panel()->differenceMap()->data().values.at(0, 0) + 0.25f) < 1e-6f);
  // Settings: what differs, first those that were asked for.
  QAbstractItemModelTester tester(panel()->settings()->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
  const QStringList rows = tableRows();
  QCOMPARE(rows.front(), QString("≠ settings/bos|0|1"));
  QCOMPARE(rows.filter("prompts/0/share"), QStringList{"≠ prompts/0/share|3 x 4 x 7|±0.25 at [0, 0, 0]"});
  QVERIFY(rows.filter("settings/token_limit").isEmpty());
  find<QCheckBox>("onlyDifferences")->click();
  QCOMPARE(tableRows().filter("settings/token_limit"), QStringList{"settings/token_limit|48|48"});
  QCOMPARE(figureNames(), (QStringList{"compared-maps", "compared-difference", "compared-curves"}));
  QTest::keyClick(page(), Qt::Key_Escape);
  QVERIFY(!panel()->isVisible() && page()->figures().empty());
}

void TestCompareRuns::otherDepths() {
  saveRun(path("a"), shifted(0.0f), sample::view(), false);
  saveRun(path("b"), shifted(0.0f, 5), sample::view(), false);
  open();
  QVERIFY(compared(2));
  QCOMPARE(f_->label("compareNote"), QString("There is no difference map: A has 3 layers, B has 5."));
  QVERIFY(!panel()->differenceMap()->isVisible());
  const Curves& curves = panel()->curves()->curves();
  QVERIFY(curves.x.title.startsWith("relative depth"));
  QCOMPARE(curves.curves[0].x, (std::vector<double>{0.0, 0.5, 1.0}));
  QCOMPARE(curves.curves[1].x, (std::vector<double>{0.0, 0.25, 0.5, 0.75, 1.0}));
  QVERIFY2(reads(0, 1, 0, "A 0.1  ·  B 0.2"), qPrintable(f_->label("compareReadout")));
  QCOMPARE(figureNames(), (QStringList{"compared-maps", "compared-curves"}));
}

void TestCompareRuns::perturbations() {
  PerturbResult first = samplePerturbation(), second = first;
  second.maps[0].l2(3, 3) += 2.0f;
  second.maps.pop_back();
  saveResult(path("a"), first, "{}");
  saveResult(path("b"), second, "{}");
  open();
  QVERIFY(compared(2));
  auto* measure = find<QComboBox>("comparedMeasure");
  measure->setCurrentIndex(measure->findData("l2"));
  emit measure->activated(measure->currentIndex());
  const Matrix &a = panel()->maps()->map(0)->data().values, &b = panel()->maps()->map(1)->data().values;
  QCOMPARE(b.at(3, 3) - a.at(3, 3), 2.0f);
  QCOMPARE(panel()->differenceMap()->data().values.at(3, 3), -2.0f);
  QVERIFY(f_->label("differenceTitle").startsWith("A − B, from −2 to 2"));
  auto* condition = find<QComboBox>("comparedCondition");
  QCOMPARE(condition->count(), 2);
  condition->setCurrentIndex(1);  // only the first run has it
  emit condition->activated(1);
  QVERIFY(std::isnan(panel()->maps()->map(0)->data().values.at(0, 2)));
  QCOMPARE(panel()->maps()->map(1)->data().values.at(3, 3), b.at(3, 3));
}

void TestCompareRuns::influencesAndCollapse() {
  saveResult(path("a"), sampleInfluence(), "{}");
  saveResult(path("b"), sampleInfluence(), "{}");
  open();
  QVERIFY(compared(2));
  QVERIFY(
      sample::sameBits(panel()->maps()->map(0)->data().values.values, panel()->maps()->map(1)->data().values.values));
  QVERIFY(panel()->curves()->curves().curves.size() == 2);
  for (const float value : panel()->differenceMap()->data().values.values) QVERIFY(!(std::abs(value) > 0.0f));
  QTest::mouseClick(find<QPushButton>("leaveComparison"), Qt::LeftButton);
  CollapseRun run = sampleCollapse();
  saveResult(path("0 first"), run, "{}");
  run.results[0].all.relativeResidual[1] = 0.5;
  saveResult(path("0 second"), run, "{}");
  QTRY_COMPARE_WITH_TIMEOUT(page()->table()->rowCount(), 4, WindowFixture::kPatienceMs);
  QVERIFY(compared(2));
  QCOMPARE(panel()->curves()->curves().curves[1].y[1], 0.5);
  QCOMPARE(panel()->curves()->curves().curves[1].x.front(), -1.0);
  QVERIFY(tableRows().filter("conditions/0/relative_residual").size() == 1);
}

void TestCompareRuns::trainings() {
  for (const char* name : {"decay-0", "decay-2"}) {
    const QString sample = QString::fromStdString((sharedFolder() / "runs" / name).string()) + ".h5";
    QVERIFY(QFile::copy(sample, QString::fromStdString(path(name))));
  }
  open();
  QVERIFY(compared(2));
  QVERIFY(panel()->trainingCurves()->isVisible());
  QTRY_COMPARE(panel()->trainingCurves()->runs().size(), std::size_t{2});
  QVERIFY(panel()->trainingCurves()->lossPlot()->curves().curves.size() == 2);
  QVERIFY(figureNames().contains("loss") && !figureNames().contains("heads"));
  auto* measure = find<QComboBox>("comparedMeasure");
  measure->setCurrentIndex(1);
  emit measure->activated(1);
  QVERIFY(panel()->maps()->isVisible() && panel()->differenceMap()->isVisible());
  const TrainingLogPtr log = panel()->trainingCurves()->runs()[1].log;
  QCOMPARE(panel()->maps()->grid(1)->shares().at(0, 0), log->measures.back().alpha0(0, 0));
}

void TestCompareRuns::differentKinds() {
  saveRun(path("a"), shifted(0.0f), sample::view(), false);
  saveResult(path("b"), sampleCollapse(), "{}");
  open();
  QVERIFY(compared(2));
  QVERIFY(f_->label("compareNote").startsWith("The runs are of different kinds"));
  QVERIFY(!panel()->maps()->isVisible() && !panel()->curves()->isVisible());
  QVERIFY(tableRows().contains("≠ kind|explore|collapse"));
  QVERIFY(page()->figures().empty());
}

void TestCompareRuns::zoomIsLinked() {
  for (const char* name : {"a", "b", "c"}) saveRun(path(name), shifted(0.0f), sample::view(), false);
  open();
  QVERIFY(compared(3));
  const std::vector<ZoomArea*> areas = panel()->maps()->areas();
  HeadGrid* grid = panel()->maps()->grid(0);
  const QPointF at(grid->width() * 0.75, grid->height() * 0.5);
  QWheelEvent wheel(at, grid->mapToGlobal(at), {}, {0, 480}, Qt::NoButton, Qt::ControlModifier, Qt::NoScrollPhase,
                    false);
  QApplication::sendEvent(grid, &wheel);
  QVERIFY(panel()->zoom()->factor() > 2.0);
  for (int run = 0; run < 3; ++run) {
    const double factor = panel()->zoom()->factor();
    QCOMPARE(panel()->maps()->grid(run)->width(),
             qRound(factor * areas[static_cast<std::size_t>(run)]->maximumViewportSize().width()));
  }
  areas[1]->horizontalScrollBar()->setValue(areas[1]->horizontalScrollBar()->maximum());
  QCOMPARE(areas[0]->horizontalScrollBar()->value(), areas[0]->horizontalScrollBar()->maximum());
  QCOMPARE(areas[2]->scrolled().x(), 1.0);
  panel()->zoom()->zoom(1e-3);
  QCOMPARE(panel()->zoom()->factor(), 1.0);
  QCOMPARE(grid->width(), areas[0]->maximumViewportSize().width());
}

void TestCompareRuns::byKeyAndByDrag() {
  for (const char* name : {"a", "b", "c"}) saveRun(path(name), shifted(0.0f), sample::view(), false);
  open();
  QTRY_COMPARE_WITH_TIMEOUT(page()->table()->rowCount(), 3, WindowFixture::kPatienceMs);
  page()->view()->selectRow(0);
  QSignalSpy compared(&page()->library(), &RunLibrary::compared);
  QTest::keyClick(page(), Qt::Key_B, Qt::ControlModifier);  // one run alone
  QTest::qWait(100);
  QVERIFY(compared.isEmpty());
  page()->view()->selectionModel()->select(page()->table()->index(1, 0),
                                           QItemSelectionModel::Select | QItemSelectionModel::Rows);
  QTest::keyClick(page(), Qt::Key_B, Qt::ControlModifier);
  QVERIFY(QTest::qWaitFor([&] { return compared.size() == 1; }, WindowFixture::kPatienceMs));
  page()->search()->setFocus();
  QTest::keyClick(page(), Qt::Key_Escape);
  QVERIFY(!panel()->isVisible());

  const QWidget& rows = *page()->view()->viewport();
  const auto row = [this](int at) { return page()->view()->visualRect(page()->table()->index(at, 0)).center(); };
  const auto urls = [this](const QStringList& names) {
    QList<QUrl> urls;
    for (const QString& name : names) urls << QUrl::fromLocalFile(QString::fromStdString(path(name)));
    return urls;
  };
  const auto compares = [&](qsizetype times) {
    return QTest::qWaitFor([&] { return compared.size() == times; }, WindowFixture::kPatienceMs);
  };
  page()->view()->selectRow(2);
  QCOMPARE(dragTo(rows, row(2), rows, row(0)), urls({"c"}));  // one on another
  QVERIFY(compares(2));
  QTest::mouseClick(find<QPushButton>("leaveComparison"), Qt::LeftButton);
  // Two of them on the button.
  page()->view()->selectRow(0);
  page()->view()->selectionModel()->select(page()->table()->index(1, 0),
                                           QItemSelectionModel::Select | QItemSelectionModel::Rows);
  const auto* button = find<QPushButton>("compareRuns");
  QCOMPARE(dragTo(rows, row(1), *button, button->rect().center()), urls({"a", "b"}));
  QVERIFY(compares(3));
  QTest::mouseClick(find<QPushButton>("leaveComparison"), Qt::LeftButton);
  // On themselves, or beside all runs: nothing.
  QCOMPARE(dragTo(rows, row(1), rows, row(0)), urls({"a", "b"}));
  QCOMPARE(dragTo(rows, row(1), rows, {row(1).x(), rows.height() - 5}), urls({"a", "b"}));
  // A file of another program comes into the library, and is not compared.
  OtherWindow manager(f_->window->frameGeometry().topRight() + QPoint(40, 0));
  QVERIFY(QTest::qWaitForWindowExposed(&manager));
  const QString outside = home_.filePath("d.h5");
  QVERIFY(QFile::copy(QString::fromStdString(path("a")), outside));
  manager.files = {QUrl::fromLocalFile(outside)};
  QCOMPARE(dragTo(manager, {20, 20}, rows, row(0)), manager.files);
  QTRY_COMPARE_WITH_TIMEOUT(page()->table()->rowCount(), 4, WindowFixture::kPatienceMs);
  // And out of it.
  QCOMPARE(dragTo(rows, row(1), manager, {50, 50}), urls({"a", "b"}));
  QCOMPARE(manager.received, urls({"a", "b"}));
  QCOMPARE(compared.size(), 3);
}

void TestCompareRuns::figuresAreWritten() {
  saveRun(path("a"), shifted(0.25f), sample::view(), false);
  saveRun(path("b"), shifted(0.0f), sample::view(), false);
  open();
  QVERIFY(compared(2));
  const QString folder = home_.filePath("figures");
  writeFigures(page()->figures(), folder, {"png", "pdf", "csv"}, FigureStyle());
  // A difference is blue and red whatever the other figures are: here all is above 0.
  const QImage picture(folder + "/compared-difference.png");
  int red = 0, blue = 0;
  for (int y = 0; y < picture.height(); ++y)
    for (int x = 0; x < picture.width() / 2; ++x) {
      const QColor colour = picture.pixelColor(x, y);
      if (colour.red() > colour.blue() + 60) ++red;
      if (colour.blue() > colour.red() + 60) ++blue;
    }
  QVERIFY2(red > 10000 && blue == 0, qPrintable(QString("%1 red, %2 blue").arg(red).arg(blue)));
  QFile table(folder + "/compared-difference.csv");
  QVERIFY(table.open(QIODevice::ReadOnly));
  QVERIFY(table.readAll().contains("A − B,2,3,3,0.25\n"));
  QFile maps(folder + "/compared-maps.csv");
  QVERIFY(maps.open(QIODevice::ReadOnly));
  const QByteArray lines = maps.readAll();
  QVERIFY2(lines.contains("A a,0,0,0,0.25\n") && lines.contains("B b,0,1,1,0.1"), lines.constData());
}

QTEST_MAIN(TestCompareRuns)
#include "tst_compare_runs.moc"
