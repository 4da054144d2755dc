#include "app/menus.h"

#include <QAction>
#include <QActionGroup>
#include <QFileInfo>
#include <QIcon>
#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>
#include <QUndoStack>
#include <algorithm>

namespace sinkscope {
namespace {

constexpr double kZoomStep = 1.1;

QAction* add(QMenu* menu, const QString& text, const QKeySequence& keys, const QString& icon,
             const std::function<void()>& what) {
  QAction* action = menu->addAction(text);
  action->setShortcut(keys);
  if (!icon.isEmpty()) action->setIcon(QIcon(QStringLiteral(":/icons/%1.svg").arg(icon)));
  QObject::connect(action, &QAction::triggered, menu, [what] { what(); });
  return action;
}

void fillFile(QMenu* file, QMainWindow& window, Settings& settings, const Commands& commands) {
  add(file, QObject::tr("&Open a run…"), QKeySequence::Open, "open", commands.openRun);
  QMenu* recent = file->addMenu(QObject::tr("Open &recent run"));
  QObject::connect(recent, &QMenu::aboutToShow, recent, [recent, &settings, open = commands.openRecentRun] {
    recent->clear();
    for (const QString& path : settings.recentRuns()) {
      recent->addAction(QFileInfo(path).fileName(), recent, [open, path] { open(path); })->setToolTip(path);
    }
    if (recent->isEmpty()) recent->addAction(QObject::tr("None yet"))->setEnabled(false);
  });
  recent->setToolTipsVisible(true);
  file->addSeparator();
  add(file, QObject::tr("&Save the run"), QKeySequence::Save, "save", commands.saveRun);
  add(file, QObject::tr("Save the run &as…"), QKeySequence::SaveAs, {}, commands.saveRunAs);
  QAction* keep = file->addAction(QObject::tr("&Keep the attention in saved runs"));
  keep->setCheckable(true);
  keep->setChecked(settings.keepAttention());
  keep->setToolTip(QObject::tr("Every head's map opens from the file alone; the file is larger"));
  QObject::connect(keep, &QAction::toggled, keep, [&settings](bool on) { settings.setKeepAttention(on); });
  file->addSeparator();
  add(file, QObject::tr("&Export a figure…"), QKeySequence(Qt::CTRL | Qt::Key_E), "export", commands.exportFigure);
  file->addSeparator();
  add(file, QObject::tr("&Quit"), QKeySequence::Quit, {}, [&window] { window.close(); });
}

void fillEdit(QMenu* edit, QUndoStack& undo, const Commands& commands) {
  QAction* back = undo.createUndoAction(edit, QObject::tr("&Undo"));
  back->setShortcut(QKeySequence::Undo);
  back->setIcon(QIcon(QStringLiteral(":/icons/undo.svg")));
  QAction* forth = undo.createRedoAction(edit, QObject::tr("&Redo"));
  forth->setShortcuts({QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)});
  forth->setIcon(QIcon(QStringLiteral(":/icons/redo.svg")));
  edit->addActions({back, forth});
  edit->addSeparator();
  add(edit, QObject::tr("&Copy the numbers with their conventions"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C),
      "copy", commands.copyNumbers);
  edit->addSeparator();
  add(edit, QObject::tr("&Preferences…"), QKeySequence(Qt::CTRL | Qt::Key_Comma), {}, commands.showPreferences)
      ->setMenuRole(QAction::PreferencesRole);
}

void fillView(QMenu* view, QMainWindow& window, Settings& settings, const Commands& commands) {
  auto* schemes = new QActionGroup(view);
  const auto scheme = [&](const QString& text, Scheme which) {
    QAction* action = view->addAction(text);
    action->setCheckable(true);
    schemes->addAction(action);
    QObject::connect(action, &QAction::triggered, view, [set = commands.setScheme, which] { set(which); });
    QObject::connect(view, &QMenu::aboutToShow, action,
                     [action, &settings, which] { action->setChecked(settings.scheme() == which); });
  };
  scheme(QObject::tr("As the &desktop"), Scheme::Desktop);
  scheme(QObject::tr("&Light"), Scheme::Light);
  scheme(QObject::tr("Da&rk"), Scheme::Dark);
  view->addSeparator();
  const auto zoom = [&settings, set = commands.setZoom](double factor) {
    return [&settings, set, factor] { set(factor == 0 ? 1.0 : std::clamp(settings.zoom() * factor, 0.5, 3.0)); };
  };
  add(view, QObject::tr("Zoom &in"), {}, "zoom", zoom(kZoomStep))
      ->setShortcuts({QKeySequence(QKeySequence::ZoomIn), QKeySequence(Qt::CTRL | Qt::Key_Equal)});
  add(view, QObject::tr("Zoom &out"), QKeySequence::ZoomOut, {}, zoom(1 / kZoomStep));
  add(view, QObject::tr("&Normal size"), QKeySequence(Qt::CTRL | Qt::Key_0), {}, zoom(0));
  view->addSeparator();
  QAction* full = add(view, QObject::tr("&Full screen"), QKeySequence(Qt::Key_F11), {},
                      [&window] { window.setWindowState(window.windowState() ^ Qt::WindowFullScreen); });
  full->setCheckable(true);
  QObject::connect(view, &QMenu::aboutToShow, full, [full, &window] { full->setChecked(window.isFullScreen()); });
  add(view, QObject::tr("&Activity"), QKeySequence(Qt::CTRL | Qt::Key_J), {}, commands.showActivity);
  add(view, QObject::tr("&Command palette…"), QKeySequence(Qt::CTRL | Qt::Key_K), {}, commands.showPalette);
}

void fillPage(QMenu* page, const Commands& commands) {
  QObject::connect(page, &QMenu::aboutToShow, page, [page, fill = commands.fillPage] { fill(*page); });
}

void fillHelp(QMenu* help, const Commands& commands) {
  add(help, QObject::tr("&Keyboard shortcuts"), QKeySequence(Qt::CTRL | Qt::Key_Slash), {}, commands.showShortcuts);
  help->addSeparator();
  add(help, QObject::tr("&About Sinkscope"), {}, {}, commands.showAbout)->setMenuRole(QAction::AboutRole);
}

}  // namespace

void fillMenuBar(QMainWindow& window, QMenu* models, QUndoStack& undo, Settings& settings, const Commands& commands) {
  QMenuBar* bar = window.menuBar();
  fillFile(bar->addMenu(QObject::tr("&File")), window, settings, commands);
  fillEdit(bar->addMenu(QObject::tr("&Edit")), undo, commands);
  bar->addMenu(models);
  fillView(bar->addMenu(QObject::tr("&View")), window, settings, commands);
  fillPage(bar->addMenu(QObject::tr("&Page")), commands);
  bar->addMenu(QObject::tr("&Go"))->addActions(commands.pages);
  fillHelp(bar->addMenu(QObject::tr("&Help")), commands);
}

}  // namespace sinkscope
