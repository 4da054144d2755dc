#pragma once

#include <QPointer>
#include <QString>
#include <QStringList>
#include <vector>

class QAction;
class QMenuBar;

namespace sinkscope {

/// An entry of the menus that does something when it is chosen.
struct MenuEntry {
  QPointer<QAction> action;  ///< gone where its menu was filled anew meanwhile
  QStringList menus;         ///< the titles of the menus that it is in, that of the menu bar first
  QString title;
  QString keys;  ///< that choose it, as the desktop writes them; empty: none

  /// "View › Zoom in"
  QString path() const { return (menus + QStringList{title}).join(pathSeparator()); }
  static QString pathSeparator() { return QStringLiteral(" › "); }
};

/// Every entry of the menu bar and of all menus in it, in their order. Menus that fill themselves when they open do so
/// here as well.
std::vector<MenuEntry> menuEntries(const QMenuBar& bar);

/// The words of a menu or button without the marks of its mnemonic.
QString withoutMnemonic(const QString& text);

/// Says which keys choose an action that has no shortcut of its own, since those of another widget do.
void setForeignKeys(QAction* action, const QString& keys);

}  // namespace sinkscope
