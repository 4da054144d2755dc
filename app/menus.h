#pragma once

#include "app/settings.h"

#include <QString>
#include <functional>

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
};

/// Fills the window's menu bar. Cut, copy and paste are the editors' own.
void fillMenuBar(QMainWindow& window, QMenu* models, QUndoStack& undo, Settings& settings, const Commands& commands);

}  // namespace sinkscope
