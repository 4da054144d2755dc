// usage: sinkscope_screenshots FOLDER light|dark MODEL|RUN.h5|FOLDER_OF_RUNS/|tour SUFFIX [WIDTHxHEIGHT]
#include "app/export_dialog.h"
#include "app/guide/welcome_page.h"
#include "app/models_dialog.h"
#include "app/pages/change_panel.h"
#include "app/pages/collapse_page.h"
#include "app/pages/collapse_tabs.h"
#include "app/pages/heads_page.h"
#include "app/pages/influence_page.h"
#include "app/pages/intervene_page.h"
#include "app/pages/intervene_tabs.h"
#include "app/pages/perturb_page.h"
#include "app/pages/probe_page.h"
#include "app/pages/report_page.h"
#include "app/pages/report_setup.h"
#include "app/pages/robustness_page.h"
#include "app/pages/run_contents.h"
#include "app/pages/runs_page.h"
#include "app/pages/sweep_panel.h"
#include "app/pages/toy_page.h"
#include "app/pages/train_page.h"
#include "app/rail.h"
#include "app/run_table.h"
#include "tests/gui/window_fixture.h"
#include "tests/screenshots/desktop_pictures.h"
#include "widgets/curve_plot.h"
#include "widgets/layer_map_row.h"
#include "widgets/scatter_plot.h"

#include <QComboBox>
#include <QFileInfo>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSlider>
#include <QSpinBox>
#include <QTableView>
#include <QToolButton>

using namespace sinkscope;

namespace {

void takeExplore(WindowFixture& f, const Camera& camera) {
  wait([&] { return f.page()->gridPanel()->hasAllThumbnails(); });
  camera.take(f.window.get(), QStringLiteral("explore"));

  f.find<QCheckBox>("compareBos")->click();
  f.find<QCheckBox>("logScale")->click();
  f.quiet();
  camera.take(f.window.get(), QStringLiteral("explore-compare"));
  f.find<QCheckBox>("compareBos")->click();
  f.find<QCheckBox>("logScale")->click();
}

/// Every token of the same prompt; the first part of it, and all of it.
void takeSweep(WindowFixture& f, const Camera& camera) {
  PerturbPage* page = f.window->perturbPage();
  f.quiet();
  f.find<QToolButton>("everyPosition")->click();
  wait([&] { return page->swept() != nullptr; });
  camera.take(f.window.get(), QStringLiteral("sweep-partial"));
  if (!QTest::qWaitFor([&] { return !page->swept()->result->partial(); }, 600000)) qFatal("the sweep does not end");
  emit page->sweepPanel()->maps()->cellHovered(0, 4, 9);
  camera.take(f.window.get(), QStringLiteral("sweep"));
  f.find<QToolButton>("oneSwap")->click();
  f.quiet();
}

/// The paper's swap: "greatest" becomes another superlative.
void takePerturb(WindowFixture& f, const Camera& camera) {
  QSignalSpy shown(f.window->perturbPage(), &Page::resultShown);
  f.window->document().edit(Document::Field::Prompt, [](Inputs& inputs) {
    inputs.prompt = QStringLiteral(
        "William Shakespeare was the greatest playwright of all time, and his plays are still performed today in every "
        "country.");
    inputs.swapPosition = 4;
    inputs.swapId = -1;
  });
  f.window->rail()->turnTo(f.window->perturbPage());
  wait([&] { return shown.size() > 0; });
  f.quiet();
  camera.take(f.window.get(), QStringLiteral("perturb"));
  f.find<QCheckBox>("hidden")->click();
  wait([&] { return shown.size() > 1; });
  f.find<QSlider>("place")->setValue(9);
  emit f.window->perturbPage()->changePanel()->maps()->cellHovered(0, 9, 12);
  camera.take(f.window.get(), QStringLiteral("perturb-three"));
  f.find<QCheckBox>("hidden")->click();
  takeSweep(f, camera);
  f.window->rail()->turnTo(f.page());
}

void takeInfluence(WindowFixture& f, const Camera& camera) {
  InfluencePage* page = f.window->influencePage();
  QSignalSpy shown(page, &Page::resultShown);
  f.window->rail()->turnTo(page);
  wait([&] { return shown.size() > 0; });
  f.quiet();
  emit page->views()->maps()->cellHovered(0, 5, 12);
  camera.take(f.window.get(), QStringLiteral("influence"));
  f.window->document().edit(Document::Field::FullMatrix, [](Inputs& inputs) {
    inputs.fullMatrix = true;
    inputs.fromLayers = 12;  // a third of the work
  });
  wait([&] { return shown.size() > 1; });
  f.quiet();
  camera.take(f.window.get(), QStringLiteral("influence-matrix"));
  f.window->document().undoStack().undo();
  f.window->rail()->turnTo(f.page());
}

void takeCollapse(WindowFixture& f, const Camera& camera) {
  CollapsePage* page = f.window->collapseTabs()->layers();
  QSignalSpy shown(page, &Page::resultShown);
  f.window->turnTo(page);
  wait([&] { return shown.size() > 0; });
  f.quiet();
  for (CurvePlot* plot : {page->measurePlot(), page->valleyPlot()}) plot->highlightX(9);
  page->headPlot()->setFocus();
  QTest::keyClick(page->headPlot(), Qt::Key_Right);
  QTest::keyClick(page->headPlot(), Qt::Key_Return);
  camera.take(f.window.get(), QStringLiteral("collapse"));
  f.window->turnTo(f.page());
}

/// The first if-else head of the scan, so that its table is of one head.
void selectIfElseHead(const WindowFixture& f) {
  auto* branches = f.find<QTableView>("ifElse");
  if (branches->model()->rowCount() == 0) return;
  branches->setCurrentIndex(branches->model()->index(0, 0));
  emit branches->clicked(branches->currentIndex());
}

void takeTabs(WindowFixture& f, const Camera& camera) {
  CollapseTabs* tabs = f.window->collapseTabs();
  const auto turnTo = [&](Page* tab) {
    QSignalSpy shown(tab, &Page::resultShown);
    f.window->turnTo(tab);
    wait([&] { return shown.size() > 0; });
    f.quiet();
  };
  turnTo(tabs->probes());
  tabs->probes()->lengthPlot()->highlightX(50);
  camera.take(f.window.get(), QStringLiteral("collapse-probes"));
  turnTo(tabs->heads());
  camera.take(f.window.get(), QStringLiteral("collapse-heads"));
  selectIfElseHead(f);
  camera.take(f.window.get(), QStringLiteral("collapse-head"));
  f.window->turnTo(tabs->toy());
  camera.take(f.window.get(), QStringLiteral("collapse-toy"));
  f.window->turnTo(f.page());
}

/// A recipe, without an error in it and with one.
void takeRecipe(WindowFixture& f, const Camera& camera) {
  f.find<QListWidget>("trainings")->setCurrentRow(0);
  wait([&] { return f.label("recipeEstimate").contains(" here"); });
  camera.take(f.window.get(), QStringLiteral("train-recipe"));
  f.find<QSpinBox>("recipeContext")->setValue(100);
  camera.take(f.window.get(), QStringLiteral("train-wrong"));
}

/// The page of a run file alone; no model is needed.
void takeRun(WindowFixture& f, const Camera& camera, const QSize& size, const QString& path) {
  f.window = std::make_unique<Window>(f.settings, f.appearance);
  f.window->resize(size);
  f.window->show();
  f.window->openRun(path);
  f.quiet();
  if (f.window->collapseTabs()->heads()->hasResult()) selectIfElseHead(f);
  camera.take(f.window.get(), QFileInfo(path).completeBaseName());
  if (f.window->trainPage()->hasResult()) takeRecipe(f, camera);
}

void takeIntervene(WindowFixture& f, const Camera& camera) {
  IntervenePage* page = f.window->interveneTabs()->interventions();
  QSignalSpy shown(page, &Page::resultShown);
  f.window->turnTo(page);
  wait([&] { return shown.size() > 0; });
  f.quiet();
  page->table()->selectRow(1);
  camera.take(f.window.get(), QStringLiteral("intervene"));
  RobustnessPage* robustness = f.window->interveneTabs()->robustness();
  QSignalSpy measured(robustness, &Page::resultShown);
  f.window->turnTo(robustness);
  f.find<QSpinBox>("robustnessCount")->setValue(4);
  f.find<QPushButton>("runRobustness")->click();
  wait([&] { return measured.size() > 0; });
  f.quiet();
  camera.take(f.window.get(), QStringLiteral("robustness"));
  f.window->turnTo(f.page());
}

/// Few prompts, for the picture alone.
void takeReport(WindowFixture& f, const Camera& camera) {
  ReportPage* page = f.window->reportPage();
  f.window->rail()->turnTo(page);
  f.find<QSpinBox>("reportCount")->setValue(4);
  camera.take(f.window.get(), QStringLiteral("report-before"));
  f.find<QPushButton>("reportRun")->click();
  f.quiet();
  page->layerPlot()->highlightX(9);
  camera.take(f.window.get(), QStringLiteral("report"));
  f.window->rail()->turnTo(f.page());
}

/// The page of saved runs on a library of their own.
void takeLibrary(WindowFixture& f, const Camera& camera, const QSize& size, const QString& library) {
  for (const char* name : {"XDG_DATA_HOME", "XDG_CACHE_HOME"}) qputenv(name, f.folder.path().toLocal8Bit());
  setLibraryFolders({library.toStdString()});
  f.window = std::make_unique<Window>(f.settings, f.appearance);
  RunsPage* page = f.window->runsPage();
  f.window->setRunReader(SINKSCOPE_EXECUTABLE);
  f.window->document().edit(Document::Field::Model, [](Inputs& inputs) { inputs.model = "built-in"; });
  f.window->turnTo(page);
  f.window->resize(size);
  f.window->show();
  wait([&] { return page->table()->rowCount() > 0 && f.label("runsState").endsWith("runs"); });
  page->view()->selectRow(0);
  camera.take(f.window.get(), QStringLiteral("runs"));
  f.find<QPushButton>("runContents")->click();
  wait([&] { return page->contents()->isVisible(); });
  camera.take(f.window.get(), QStringLiteral("runs-contents"));
  QTest::keyClick(page, Qt::Key_Escape);
  auto* grouping = f.find<QComboBox>("groupRuns");
  grouping->setCurrentIndex(grouping->findData(static_cast<int>(RunColumn::Kind)));
  camera.take(f.window.get(), QStringLiteral("runs-grouped"));
  page->search()->setText("no such words anywhere");
  camera.take(f.window.get(), QStringLiteral("runs-none"));
  grouping->setCurrentIndex(0);
  for (const char* kind : {"explore", "perturb", "influence", "collapse", "train"}) takeComparison(f, camera, kind);
}

void takeModels(WindowFixture& f, const Camera& camera) {
  f.window->showModels();
  ModelsDialog* dialog = f.window->modelsDialog();
  wait([&] { return !dialog->isLooking(); });
  camera.take(dialog, QStringLiteral("models"));
  dialog->view()->selectRow(0);
  camera.take(dialog, QStringLiteral("models-chosen"));
  dialog->close();
}

void takeError(WindowFixture& f, const Camera& camera) {
  f.window->chooseModel(QStringLiteral("/nowhere/model.gguf"));
  wait([&] { return f.window->notice()->isVisible(); });
  camera.take(f.window.get(), QStringLiteral("explore-error"));
}

}  // namespace

int main(int argc, char** argv) {
  QApplication application(argc, argv);
  const QStringList arguments = QApplication::arguments();
  if (arguments.size() < 5)
    qFatal("usage: sinkscope_screenshots FOLDER light|dark MODEL|RUN.h5|FOLDER_OF_RUNS/|tour SUFFIX [WIDTHxHEIGHT]");
  QSize size(1360, 880);
  if (arguments.size() > 5) size = {arguments[5].section('x', 0, 0).toInt(), arguments[5].section('x', 1, 1).toInt()};
  const Scheme scheme = arguments[2] == QLatin1String("dark") ? Scheme::Dark : Scheme::Light;
  const Camera camera(arguments[1], '-' + arguments[2] + arguments[4]);

  WindowFixture f;
  f.appearance.apply(scheme, 1);
  if (arguments[3] == QLatin1String("tour")) {
    takeTour(f, camera, size);
    return 0;
  }
  if (arguments[3].endsWith(QLatin1String(".h5"))) {
    takeRun(f, camera, size, arguments[3]);
    return 0;
  }
  if (arguments[3].endsWith(QLatin1Char('/'))) {
    takeLibrary(f, camera, size, arguments[3]);
    return 0;
  }
  if (!f.open(arguments[3])) qFatal("the model %s could not be opened", qPrintable(arguments[3]));
  f.window->resize(size);
  takeExplore(f, camera);
  takePerturb(f, camera);
  takeInfluence(f, camera);
  takeCollapse(f, camera);
  takeIntervene(f, camera);
  takeReport(f, camera);
  takeTabs(f, camera);
  takeModels(f, camera);
  takeDesktop(f, camera);
  takeError(f, camera);

  ExportDialog dialog(f.page()->figures(), f.settings, ColourMap::Viridis);
  dialog.resize(1000, 640);
  dialog.show();
  camera.take(&dialog, QStringLiteral("export"));

  WelcomePage welcome(f.settings);
  welcome.resize(1200, 720);
  welcome.show();
  camera.take(&welcome, QStringLiteral("welcome"));
  return 0;
}
