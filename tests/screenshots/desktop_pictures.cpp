#include "tests/screenshots/desktop_pictures.h"

#include "app/about_dialog.h"
#include "app/activity_panel.h"
#include "app/command_palette.h"
#include "app/guide/guide.h"
#include "app/guide/tour_steps.h"
#include "app/pages/compare_panel.h"
#include "app/pages/runs_page.h"
#include "app/preferences.h"
#include "app/run_table.h"
#include "app/shortcut_sheet.h"

#include <QLineEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>
#include <QToolButton>

namespace sinkscope {

namespace {

/// A key as the window hears it when it is in front.
void press(QWidget* window, Qt::Key key, Qt::KeyboardModifiers with = {}) {
  window->activateWindow();
  if (!QTest::qWaitForWindowActive(window)) qFatal("the window is not active");
  QTest::keyClick(window, key, with);
}

}  // namespace

void takeDesktop(WindowFixture& f, const Camera& camera) {
  Window* window = f.window.get();
  f.window->turnTo(f.page());
  f.quiet();
  press(window, Qt::Key_K, Qt::ControlModifier);
  QTest::keyClicks(window->commandPalette()->field(), QStringLiteral("exp"));
  camera.take(window, QStringLiteral("palette"));
  QTest::keyClick(window->commandPalette()->field(), Qt::Key_Escape);

  press(window, Qt::Key_Slash, Qt::ControlModifier);
  camera.take(window->shortcutSheet(), QStringLiteral("shortcuts"));
  window->shortcutSheet()->close();

  press(window, Qt::Key_Comma, Qt::ControlModifier);
  auto* tabs = window->preferences()->findChild<QTabWidget*>();
  for (int tab = 0; tab < tabs->count(); ++tab) {
    tabs->setCurrentIndex(tab);
    camera.take(window->preferences(), QStringLiteral("preferences-%1").arg(tab));
  }
  window->preferences()->close();

  AboutDialog about(QStringLiteral("cpu"), 2);
  about.show();
  camera.take(&about, QStringLiteral("about"));
  about.close();

  f.find<QToolButton>("activityList")->click();
  camera.take(window, QStringLiteral("activity"));
  f.find<QToolButton>("activityList")->click();

  press(window, Qt::Key_F1);
  camera.take(window, QStringLiteral("help"));
  press(window, Qt::Key_F1);
}

void takeTour(WindowFixture& f, const Camera& camera, const QSize& size) {
  f.window = std::make_unique<Window>(f.settings, f.appearance);
  f.window->resize(size);
  f.window->show();
  f.window->start({});
  camera.take(f.window.get(), QStringLiteral("first-start"));
  Guide& guide = *f.window->guide();
  guide.startTour();
  for (int step = 0; step < static_cast<int>(tourSteps().size()); ++step) {
    wait([&] { return guide.step() == step && f.window->shownPage()->hasResult(); });
    f.quiet();
    camera.take(f.window.get(), QStringLiteral("tour-%1").arg(step + 1));
    f.find<QPushButton>("tourNext")->click();
  }
}

void takeComparison(WindowFixture& f, const Camera& camera, const char* kind) {
  RunsPage* page = f.window->runsPage();
  page->search()->setText(QStringLiteral("kind=%1").arg(QLatin1String(kind)));
  QTest::qWait(500);
  const int runs = std::min(4, page->table()->rowCount());
  if (runs < 2) return;
  for (const int count : {2, runs}) {
    const QItemSelection chosen(page->table()->index(0, 0), page->table()->index(count - 1, 0));
    page->view()->selectionModel()->select(chosen, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    QTest::keyClick(page, Qt::Key_B, Qt::ControlModifier);
    wait([&] { return page->comparison()->isVisible(); });
    f.quiet();
    camera.take(f.window.get(), QStringLiteral("compare-%1-%2").arg(QLatin1String(kind)).arg(count));
    QTest::keyClick(page, Qt::Key_Escape);
    if (runs == 2) break;
  }
}

}  // namespace sinkscope
