#pragma once

#include "app/activity_bar.h"
#include "app/notice.h"
#include "app/pages/explore_page.h"
#include "app/pages/grid_panel.h"
#include "app/pages/head_map.h"
#include "app/pages/head_panel.h"
#include "app/pages/prompt_panel.h"
#include "app/rail.h"
#include "app/session.h"
#include "app/top_bar.h"
#include "app/window.h"
#include "widgets/eps_slider.h"
#include "widgets/head_grid.h"
#include "widgets/profile_plot.h"

#include <QApplication>
#include <QCheckBox>
#include <QLabel>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <memory>

namespace sinkscope {

/// The window as it ships, on settings of its own, with a way to wait until it is quiet.
struct WindowFixture {
  static constexpr int kPatienceMs = 60000;

  QTemporaryDir folder;
  Settings settings{folder.filePath("settings.ini")};
  Appearance appearance{*qApp};
  std::unique_ptr<Window> window;

  /// Opens the window on a model and waits for its first analysis.
  bool open(const QString& model) {
    window = std::make_unique<Window>(settings, appearance);
    window->resize(1360, 880);
    window->show();
    QSignalSpy shown(page(), &ExplorePage::resultShown);
    window->start(model);
    return QTest::qWaitFor([&] { return shown.size() > 0; }, kPatienceMs) && quiet();
  }

  ExplorePage* page() const { return window->explorePage(); }
  PromptEditor* editor() const { return page()->promptPanel()->editor(); }
  HeadGrid* grid() const { return page()->gridPanel()->grid(); }
  HeadMap* map(int side = 0) const { return page()->headPanel()->map(side); }
  TokenStrip* strip() const { return page()->promptPanel()->strip(); }
  EpsSlider* eps() const { return window->topBar()->findChild<EpsSlider*>("eps"); }
  template <typename T>
  T* find(const char* name) const {
    return window->findChild<T*>(QString::fromLatin1(name));
  }
  QString label(const char* name) const { return find<QLabel>(name)->text(); }

  bool quiet() const {
    return QTest::qWaitFor([this] { return !window->session().isBusy(); }, kPatienceMs);
  }

  /// Does something and waits for the result that it leads to on a page.
  template <typename Action>
  bool leadsTo(Page* shownOn, Action action) {
    QSignalSpy shown(shownOn, &Page::resultShown);
    action();
    return QTest::qWaitFor([&] { return shown.size() > 0; }, kPatienceMs) && quiet();
  }
  template <typename Action>
  bool leadsToResult(Action action) {
    return leadsTo(page(), action);
  }

  /// Opens a run in a window that has neither a model nor its prompt; whether the page of `pageOf` shows it, and
  /// nothing failed or was loaded for it, not even a little later.
  template <typename PageOf>
  bool opensAlone(const QString& run, PageOf pageOf) {
    window = std::make_unique<Window>(settings, appearance);
    window->show();
    QSignalSpy loaded(&window->session(), &Session::modelLoaded), failed(&window->session(), &Session::failed);
    Page* page = pageOf();
    if (!leadsTo(page, [&] { window->openRun(run); })) return false;
    QTest::qWait(500);
    return loaded.isEmpty() && failed.isEmpty() && page->isVisible();
  }

  /// Opens the window on a model with a prompt, turns to a page and waits for its first result.
  bool openPage(const QString& model, const QString& prompt, Page* (*pageOf)(const Window&)) {
    Inputs inputs = settings.inputs();
    inputs.prompt = prompt;
    settings.setInputs(inputs);
    if (!open(model)) return false;
    Page* wanted = pageOf(*window);
    return leadsTo(wanted, [&] { window->turnTo(wanted); });
  }
};

}  // namespace sinkscope
