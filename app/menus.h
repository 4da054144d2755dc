#pragma once

#include "app/settings.h"

#include <QList>
#include <QString>
#include <functional>

class QAction;
class QMainWindow;
class QMenu;
class QUndoStack;

namespace sinkscope {

/// What the menus do.
struct Commands {
  std::function<void()> openRun;
  std::function<void(const QString& path)> openRecentRun;
  std::function<void()> saveRun;
  std::function<void()> saveRunAs;
  std::function<void()> exportFigure;
  std::function<void()> copyNumbers;
  std::function<void(Scheme)> setScheme;
  std::function<void(double factor)> setZoom;
  std::function<void()> showPreferences;
  std::function<void()> showActivity;
  std::function<void()> showPalette;
  std::function<void()> showShortcuts;
  std::function<void()> showAbout;
  std::function<void(QMenu& menu)> fillPage;  ///< with what the page that is shown offers, each time it opens
  QList<QAction*> pages;                      ///< what turns to a page, then what turns to a tab
};

/// Fills the window's menu bar. Cut, copy and paste are the editors' own.
void fillMenuBar(QMainWindow& window, QMenu* models, QUndoStack& undo, Settings& settings, const Commands& commands);

}  // namespace sinkscope
