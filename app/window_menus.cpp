#include "app/about_dialog.h"
#include "app/appearance.h"
#include "app/command_palette.h"
#include "app/menus.h"
#include "app/models_dialog.h"
#include "app/page_menu.h"
#include "app/pages/collapse_tabs.h"
#include "app/pages/intervene_tabs.h"
#include "app/pages/page.h"
#include "app/pages/runs_page.h"
#include "app/pages/train_page.h"
#include "app/preferences.h"
#include "app/rail.h"
#include "app/session.h"
#include "app/shortcut_sheet.h"
#include "app/top_bar.h"
#include "app/window.h"

#include <QAction>
#include <QMenu>
#include <QMenuBar>
#include <QStackedWidget>

namespace sinkscope {

void Window::wireMenus() {
  Commands commands;
  commands.openRun = [this] { askForRun(); };
  commands.openRecentRun = [this](const QString& path) { openRun(path); };
  commands.saveRun = [this] { saveAgain(); };
  commands.saveRunAs = [this] { askWhereToSave(); };
  commands.exportFigure = [this] { exportFigure(); };
  commands.copyNumbers = [this] { copyNumbers(); };
  commands.setScheme = [this](Scheme scheme) {
    settings_.setScheme(scheme);
    applyLooks();
  };
  commands.setZoom = [this](double factor) {
    settings_.setZoom(factor);
    applyLooks();
  };
  commands.showPreferences = [this] { showPreferences(); };
  commands.showActivity = [this] { showActivity(); };
  palette_ = new CommandPalette(*this);
  commands.showPalette = [this] { palette_->open(); };
  commands.showShortcuts = [this] {
    if (!shortcuts_) shortcuts_ = new ShortcutSheet(this);
    shortcuts_->showKeysOf(*menuBar());
  };
  commands.showAbout = [this] {
    auto* about = new AboutDialog(document_.inputs().device, threads_, this);
    about->setAttribute(Qt::WA_DeleteOnClose);
    about->show();
  };
  commands.fillPage = [this](QMenu& menu) {
    fillFromControls(menu, {top_, pages_->currentIndex() == 0 ? pages_->currentWidget() : ofRail_->currentWidget()});
  };
  commands.pages = turns();
  fillMenuBar(*this, findChild<QMenu*>(QStringLiteral("models")), document_.undoStack(), settings_, commands);
}

void Window::applyLooks() {
  appearance_.apply(settings_.scheme(), settings_.zoom(), settings_.animated());
}

void Window::applyResources() {
  session_->setResources({settings_.threads(), settings_.weightMemory()});
  train_->queue().setThreads(settings_.threads() > 0 ? settings_.threads() : Session::usualThreads());
}

void Window::showPreferences() {
  if (!preferences_) {
    preferences_ = new Preferences(settings_, document_, this);
    connect(preferences_, &Preferences::looksChanged, this, &Window::applyLooks);
    connect(preferences_, &Preferences::resourcesChanged, this, &Window::applyResources);
    connect(preferences_, &Preferences::runFoldersChanged, runs_, &RunsPage::begin);
    connect(preferences_, &Preferences::modelFoldersChanged, this, [this] {
      if (models_ && models_->isVisible()) models_->look();
    });
  }
  preferences_->show();
  preferences_->raise();
  preferences_->activateWindow();
}

QList<QAction*> Window::turns() {
  QList<QAction*> all = rail_->turns();
  auto* between = new QAction(this);
  between->setSeparator(true);
  all << between;
  for (TabbedPages* tabs : findChildren<TabbedPages*>()) {
    const QString name = rail_->turns().at(ofRail_->indexOf(tabs))->text();
    for (Page* page : tabs->pages()) {
      auto* turn = new QAction(tr("%1: %2").arg(name, tabs->titleOf(page)), this);
      connect(turn, &QAction::triggered, this, [this, page] { turnTo(page); });
      all << turn;
    }
  }
  return all;
}

}  // namespace sinkscope
