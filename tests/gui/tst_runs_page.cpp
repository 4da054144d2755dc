#include "app/pages/preview_panel.h"
#include "app/pages/recipe_panel.h"
#include "app/pages/run_contents.h"
#include "app/pages/run_details.h"
#include "app/pages/run_groups.h"
#include "app/pages/runs_page.h"
#include "app/run_table.h"
#include "core/analysis/explore.h"
#include "core/runs/result_file.h"
#include "core/runs/run_file.h"
#include "core/runs/run_labels.h"
#include "tests/app/tiny_folder.h"
#include "tests/gui/window_fixture.h"
#include "tests/runs/sample_collapse.h"
#include "tests/runs/sample_run.h"
#include "widgets/layer_map.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QDir>
#include <QDropEvent>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>
#include <QTableWidget>
#include <QTreeWidget>

#include <ctime>

using namespace sinkscope;

/// The page of saved runs, in the window as it ships, on a library of its own.
class TestRunsPage : public QObject {
  Q_OBJECT

  std::unique_ptr<WindowFixture> f_;
  QTemporaryDir home_;

  QString file(const QString& name) const { return home_.filePath("sinkscope/runs/" + name); }
  std::string path(const QString& name) const { return file(name).toStdString(); }
  RunsPage* page() const { return f_->window->runsPage(); }
  QString names() const {
    QStringList names;
    for (int row = 0; row < page()->table()->rowCount(); ++row)
      names << page()->table()->index(row, RunTableModel::sectionOf(RunColumn::Name)).data().toString();
    return names.join(',');
  }
  bool shows(const QString& wanted) const {
    return QTest::qWaitFor([&] { return names() == wanted; }, WindowFixture::kPatienceMs);
  }
  void choose(int row) const { page()->view()->selectRow(row); }
  template <typename T>
  T* find(const char* name) const {
    return page()->findChild<T*>(QString::fromLatin1(name));
  }

 private slots:
  void init();
  void cleanup() { f_.reset(); }
  void anEmptyLibraryTeaches();
  void searchesSortsAndGroups();
  void whatIsWrittenIsKept();
  void closingTheWindowKeepsIt();
  void opensByDoubleClick();
  void asksTheSameAnew();
  void filesComeAndGo();
  void draggedInAndOut();
  void foreignFilesAreRefused();
  void looksIntoAFile();
  void runsAgain();
  void aTrainingsRecipe();
  void foldersCanBeLeftOut();
  void tenThousandRowsAreQuick();
};

void TestRunsPage::init() {
  QDir(home_.filePath("sinkscope")).removeRecursively();
  QDir(home_.filePath("data")).removeRecursively();
  QDir(home_.filePath("cache")).removeRecursively();
  qputenv("HOME", home_.path().toLocal8Bit());
  qputenv("XDG_DATA_HOME", home_.filePath("data").toLocal8Bit());
  qputenv("XDG_CACHE_HOME", home_.filePath("cache").toLocal8Bit());
  for (const char* name : {"sinkscope/runs", "data"}) QDir().mkpath(home_.filePath(name));
  saveRun(path("b river.h5"), sample::exploration(), sample::view(), false);
  saveResult(path("a collapse.h5"), sampleCollapse(), "{}");
  saveRun(path("c third.h5"), sample::exploration(), sample::view(), false);
  setRunLabels(path("c third.h5"), {"", {"deep"}, "a note"});
  f_ = std::make_unique<WindowFixture>();
  f_->window = std::make_unique<Window>(f_->settings, f_->appearance);
  f_->window->setRunReader(SINKSCOPE_EXECUTABLE);
  Inputs inputs = f_->window->document().inputs();
  inputs.model = "none there";
  f_->window->document().replace(inputs);
  f_->window->resize(1024, 700);
  f_->window->show();
  f_->window->turnTo(page());
  page()->search()->setText("folder!=Samples");
  page()->view()->horizontalHeader()->setSortIndicator(RunTableModel::sectionOf(RunColumn::Name), Qt::AscendingOrder);
  connect(&page()->library(), &RunLibrary::failed, page(), [](const QString& sentence) { qWarning() << sentence; });
  QVERIFY(shows("a collapse,b river,c third"));
}

void TestRunsPage::anEmptyLibraryTeaches() {
  for (const char* name : {"a collapse.h5", "b river.h5", "c third.h5"}) QFile::remove(file(name));
  QVERIFY(shows(""));
  QVERIFY(QTest::qWaitFor([&] { return find<QLabel>("noRuns")->isVisible(); }));
  QVERIFY(!find<QPushButton>("openSavedRun")->isEnabled() && !find<QPushButton>("discardRun")->isEnabled());
  page()->search()->clear();  // the samples come along
  QVERIFY(QTest::qWaitFor([&] { return page()->table()->rowCount() > 10; }, WindowFixture::kPatienceMs));
  QVERIFY2(f_->label("runsState").contains("samples alone: what a page shows is saved with Ctrl+S"),
           qPrintable(f_->label("runsState")));
  choose(0);
  QVERIFY(f_->label("runFacts").contains("a sample, which stays as it is"));
  QVERIFY(!find<QLineEdit>("runName")->isEnabled() && !find<QPushButton>("discardRun")->isEnabled());
  QVERIFY(find<QPushButton>("openSavedRun")->isEnabled() && !find<QPushButton>("runAgain")->isEnabled());
}

void TestRunsPage::searchesSortsAndGroups() {
  QAbstractItemModelTester tester(page()->table(), QAbstractItemModelTester::FailureReportingMode::QtTest);
  page()->search()->setText("kind=explore folder!=Samples");
  QVERIFY(shows("b river,c third"));
  page()->view()->horizontalHeader()->setSortIndicator(RunTableModel::sectionOf(RunColumn::Name), Qt::DescendingOrder);
  QVERIFY(shows("c third,b river"));
  page()->search()->setText("note");
  QVERIFY(shows("c third"));
  page()->search()->setText("colour=red");
  QVERIFY(f_->label("runsState").contains("'colour' is no column of the runs"));
  page()->search()->setText("xyzzy");
  QVERIFY(shows(""));
  QVERIFY(QTest::qWaitFor([&] { return f_->label("noRuns").startsWith("No run is like that."); }));
  page()->search()->setText("folder!=Samples");
  QVERIFY(shows("c third,b river,a collapse"));
  auto* grouping = find<QComboBox>("groupRuns");
  grouping->setCurrentIndex(grouping->findData(static_cast<int>(RunColumn::Kind)));
  auto* groups = find<RunGroups>("runGroups");
  const auto row = [&](const char* kind) {  // of the whole library, samples too
    for (int i = 0; i < groups->count(); ++i)
      if (groups->item(i)->text().startsWith(QLatin1String(kind) + " (")) return i;
    return -1;
  };
  QVERIFY(QTest::qWaitFor([&] { return row("train") > 0; }));
  QVERIFY(row("collapse") > 0 && row("collapse") < row("explore") && row("explore") < row("train"));
  const int collapse = row("collapse");
  groups->setCurrentRow(collapse);
  QVERIFY(shows("a collapse"));
  QCOMPARE(groups->currentRow(), collapse);
  grouping->setCurrentIndex(0);
  QVERIFY(shows("c third,b river,a collapse"));
  QVERIFY(!groups->isVisible());
}

void TestRunsPage::whatIsWrittenIsKept() {
  choose(1);
  auto* name = find<QLineEdit>("runName");
  QTest::keyClicks(name, "river two");
  QTest::keyClick(name, Qt::Key_Return);
  QVERIFY(shows("a collapse,c third,river two"));
  QCOMPARE(f_->label("runTitle"), QString("river two"));  // the same one is chosen
  auto* tags = find<QLineEdit>("runTags");
  QTest::keyClicks(tags, "x, deep,x");
  QTest::keyClick(tags, Qt::Key_Return);
  auto* note = find<QPlainTextEdit>("runNote");
  note->setFocus();
  QTest::keyClicks(note, "my note");
  choose(0);  // leaving it keeps it
  const RunLabels wanted{"river two", {"deep", "x"}, "my note"};
  QVERIFY(QTest::qWaitFor([&] { return runLabels(path("b river.h5")) == wanted; }, WindowFixture::kPatienceMs));
  page()->search()->setText("tags=x");
  QVERIFY(shows("river two"));
}

void TestRunsPage::closingTheWindowKeepsIt() {
  choose(0);
  find<QLineEdit>("runName")->setFocus();
  QTest::keyClicks(find<QLineEdit>("runName"), "last words");
  f_.reset();
  QCOMPARE(runLabels(path("a collapse.h5")).name, std::string("last words"));
}

void TestRunsPage::opensByDoubleClick() {
  choose(1);
  const QRect cell = page()->view()->visualRect(page()->table()->index(1, 0));
  QSignalSpy opened(&f_->window->session(), &Session::opened);
  QTest::mouseClick(page()->view()->viewport(), Qt::LeftButton, {}, cell.center());
  QTest::mouseDClick(page()->view()->viewport(), Qt::LeftButton, {}, cell.center());
  QVERIFY(QTest::qWaitFor([&] { return !opened.isEmpty(); }, WindowFixture::kPatienceMs));
  QVERIFY(QTest::qWaitFor([&] { return f_->window->explorePage()->isVisible(); }));
  QCOMPARE(f_->window->document().inputs().tokenLimit, 48);
}

void TestRunsPage::asksTheSameAnew() {
  const TinyFolder tiny;
  Exploration saved = sample::exploration();
  ExploreResult result = *saved.result;
  result.request.model = tiny.path().toStdString();
  result.request.device = "cpu";
  result.request.prompts = {"The river ran down."};
  result.prompts.resize(1);
  result.prompts[0].prompt = "The river ran down.";
  saveRun(path("d tiny.h5"), {std::make_shared<const ExploreResult>(result), {}}, sample::view(), false);
  QVERIFY(shows("a collapse,b river,c third,d tiny"));
  choose(3);
  QSignalSpy explored(&f_->window->session(), &Session::explored);
  QTest::mouseClick(find<QPushButton>("useSettings"), Qt::LeftButton);
  QVERIFY(QTest::qWaitFor([&] { return !explored.isEmpty(); }, WindowFixture::kPatienceMs));
  const auto live = explored[0][1].value<ExploredPtr>();
  QCOMPARE(live->result->prompts[0].prompt, std::string("The river ran down."));
  QCOMPARE(live->result->request.bos, false);
  QVERIFY(live->file.isEmpty());
}

void TestRunsPage::filesComeAndGo() {
  QFile::copy(file("b river.h5"), file("d copy.h5"));  // by another program
  QVERIFY(shows("a collapse,b river,c third,d copy"));
  choose(3);
  QSignalSpy listed(&page()->library(), &RunLibrary::listed);
  page()->view()->setFocus();
  QTest::keyClick(page()->view(), Qt::Key_Delete);
  QVERIFY(shows("a collapse,b river,c third"));
  QVERIFY(!QFile::exists(file("d copy.h5")));
  // As the freedesktop.org Trash specification says.
  QVERIFY(QFile::exists(home_.filePath("data/Trash/files/d copy.h5")));
  QVERIFY(QFile::exists(home_.filePath("data/Trash/info/d copy.h5.trashinfo")));
}

void TestRunsPage::draggedInAndOut() {
  const QScopedPointer<QMimeData> out(
      page()->table()->mimeData({page()->table()->index(1, 0), page()->table()->index(1, 1)}));
  QCOMPARE(out->urls(), QList<QUrl>{QUrl::fromLocalFile(file("b river.h5"))});
  const QString outside = home_.filePath("b river.h5");  // the name is taken in the library
  saveRun(outside.toStdString(), sample::exploration(), sample::view(), false);
  QMimeData in;
  in.setUrls({QUrl::fromLocalFile(outside)});
  QDragEnterEvent enter(QPoint(200, 200), Qt::CopyAction, &in, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(page(), &enter);
  QVERIFY(enter.isAccepted());
  QDropEvent drop(QPointF(200, 200), Qt::CopyAction, &in, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(page(), &drop);
  QVERIFY(shows("a collapse,b river,b river-2,c third"));
  QVERIFY(QFile::exists(outside));
}

void TestRunsPage::foreignFilesAreRefused() {
  QFile text(home_.filePath("text.h5"));
  QVERIFY(text.open(QIODevice::WriteOnly));
  text.write("no run");
  text.close();
  f_->window->openRun(text.fileName());
  const auto says = [this, &text] {
    for (const Notice* notice : f_->window->findChildren<Notice*>())
      if (notice->sentence() == text.fileName() + ": is no HDF5 file, expected a Sinkscope run.") return true;
    return false;
  };
  QVERIFY(QTest::qWaitFor(says, WindowFixture::kPatienceMs));
  QFile::copy(text.fileName(), file("z text.h5"));
  QVERIFY(shows("a collapse,b river,c third,z text"));
  choose(3);
  QVERIFY(f_->label("runFacts").endsWith("z text.h5: is no HDF5 file, expected a Sinkscope run."));
  QVERIFY(!find<QPushButton>("openSavedRun")->isEnabled());
  QVERIFY(find<QPushButton>("discardRun")->isEnabled());
}

void TestRunsPage::looksIntoAFile() {
  choose(1);
  QTest::mouseClick(find<QPushButton>("runContents"), Qt::LeftButton);
  QVERIFY(QTest::qWaitFor([this] { return page()->contents()->isVisible(); }, WindowFixture::kPatienceMs));
  QTreeWidget* tree = page()->contents()->tree();
  const auto items = tree->findItems("share", Qt::MatchExactly | Qt::MatchRecursive);
  QCOMPARE(items.size(), 2);  // of two prompts
  QCOMPARE(items[0]->toolTip(0), QString("/prompts/0/share"));
  QCOMPARE(items[0]->text(2), QString("3 x 4 x 7"));
  tree->setCurrentItem(items[0]);
  const QAbstractItemModel* cells = page()->contents()->preview()->table()->model();
  QVERIFY(QTest::qWaitFor([&] { return cells->rowCount() == 4; }, WindowFixture::kPatienceMs));
  const Array<float, 3> shares = sample::exploration().result->prompts[0].shares.shares;
  QCOMPARE(cells->index(1, 2).data(), QVariant(QString::number(double{shares(0, 1, 2)}, 'g', 6)));
  auto* layer = find<QSpinBox>("previewLeading");
  layer->setValue(2);
  const QString wanted = QString::number(double{shares(2, 3, 6)}, 'g', 6);
  QVERIFY(QTest::qWaitFor([&] { return cells->index(3, 6).data().toString() == wanted; }));
  auto* form = find<QComboBox>("previewForm");
  form->setCurrentIndex(1);
  LayerMap* picture = page()->contents()->preview()->picture();
  QVERIFY(QTest::qWaitFor([&] { return picture->isVisible() && !picture->data().values.empty(); }));
  QCOMPARE(picture->data().values.at(3, 6), shares(2, 3, 6));
  tree->setCurrentItem(tree->topLevelItem(0));
  const auto* attributes = find<QTableWidget>("attributes");
  QCOMPARE(attributes->findItems("sinkscope-run", Qt::MatchExactly).size(), 1);
  QTest::mouseClick(find<QPushButton>("leaveContents"), Qt::LeftButton);
  QVERIFY(!page()->contents()->isVisible() && page()->view()->isVisible());
}

void TestRunsPage::runsAgain() {
  const TinyFolder tiny;
  ExploreRequest request;
  request.model = tiny.path().toStdString();
  request.prompts = {"The river ran down."};
  QSignalSpy explored(&f_->window->session(), &Session::explored), saved(&f_->window->session(), &Session::saved);
  f_->window->session().explore(request);
  QVERIFY(QTest::qWaitFor([&] { return !explored.isEmpty(); }, WindowFixture::kPatienceMs));
  const auto result = explored[0][1].value<ExploredPtr>()->result;
  saveRun(path("d tiny.h5"), {result, {}}, RunView(), false);
  ExploreResult other = *result;
  other.prompts[0].tokenLoss[0] += 0.5f;
  saveRun(path("e other.h5"), {std::make_shared<const ExploreResult>(other), {}}, RunView(), false);
  QVERIFY(shows("a collapse,b river,c third,d tiny,e other"));
  const auto says = [this](const QString& words) {
    return QTest::qWaitFor([&] { return f_->label("rerunWords") == words; }, WindowFixture::kPatienceMs);
  };
  choose(3);
  QTest::mouseClick(find<QPushButton>("runAgain"), Qt::LeftButton);
  QVERIFY2(says("Run again. The numbers agree to the last bit."), qPrintable(f_->label("rerunWords")));
  choose(4);
  QVERIFY(f_->label("rerunWords").isEmpty());
  QTest::mouseClick(find<QPushButton>("runAgain"), Qt::LeftButton);
  QVERIFY2(says("Run again. The numbers differ, by 0.5 at most, in prompts/0/token_loss."),
           qPrintable(f_->label("rerunWords")));
}

void TestRunsPage::aTrainingsRecipe() {
  page()->search()->setText("folder=Samples name=decay-2");
  QVERIFY(shows("decay-2"));
  choose(0);
  QTest::mouseClick(find<QPushButton>("useSettings"), Qt::LeftButton);
  const auto* recipes = f_->window->findChild<RecipePanel*>();
  QVERIFY(QTest::qWaitFor([&] { return recipes->isVisible(); }, WindowFixture::kPatienceMs));
  QVERIFY(recipes->recipe());
  QCOMPARE(recipes->recipe()->name, std::string("small-2"));
}

void TestRunsPage::foldersCanBeLeftOut() {
  const QString other = home_.filePath("others");
  QDir().mkpath(other);
  QFile::copy(file("b river.h5"), other + "/z.h5");
  setLibraryFolders({home_.filePath("sinkscope/runs").toStdString(), other.toStdString()});
  auto* menu = find<QPushButton>("runFolders")->menu();
  emit menu->aboutToShow();
  QCOMPARE(menu->actions().size(), 4);  // add, a line, two folders
  menu->actions()[2]->trigger();        // the first
  QVERIFY(shows("z"));
  QCOMPARE(setFolders(), std::vector<std::filesystem::path>{other.toStdString()});
  emit menu->aboutToShow();
  QVERIFY(!menu->actions()[2]->isEnabled());  // one must be left
  QVERIFY(QFile::exists(file("b river.h5")));
}

void TestRunsPage::tenThousandRowsAreQuick() {
  auto many = std::make_shared<ListedRuns>();
  RunRow row{path("b river.h5"), 1, readRunCard(path("b river.h5")), {}};
  const std::string sampled = row.card.summary.text;
  for (int i = 0; i < 10000; ++i) {
    row.path = path(QString::number(i));
    // The sample's prompt has an emoji, which costs as much as fifty words: one row in ten.
    row.card.summary.text = i % 10 == 0 ? sampled : "In the beginning God created the heaven and the earth.";
    many->rows.push_back(row);
  }
  many->all = many->rows.size();
  RunTableModel table;
  QWidget host;
  host.resize(1000, 600);
  QTableView* view = runView(&table, &host);
  view->resize(host.size());
  host.show();
  table.setRuns(many);
  view->grab();
  const std::clock_t begin = std::clock();  // of this program alone, however busy the machine is
  constexpr int kFrames = 60;
  for (int frame = 0; frame < kFrames; ++frame) {
    view->scrollTo(table.index(frame * 10000 / kFrames, 0), QAbstractItemView::PositionAtTop);
    view->viewport()->grab();
  }
  const double each = 1e3 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC / kFrames;
  qInfo("%.1f ms a frame", each);
  constexpr double kBusyMachine = 2.0;  // whose caches are shared
  QVERIFY2(each < kBusyMachine * 1000.0 / 60.0, "a frame takes longer than a screen shows it");
}

QTEST_MAIN(TestRunsPage)
#include "tst_runs_page.moc"
