#include "app/menu_walk.h"

#include <QAction>
#include <QKeySequence>
#include <QMenu>
#include <QMenuBar>
#include <QVariant>

namespace sinkscope {
namespace {

constexpr char kForeignKeys[] = "foreignKeys";

QString keysOf(const QAction& action) {
  QStringList keys;
  for (const QKeySequence& one : action.shortcuts()) keys << one.toString(QKeySequence::NativeText);
  const QString foreign = action.property(kForeignKeys).toString();
  if (!foreign.isEmpty()) keys << foreign;
  return keys.join(QStringLiteral(", "));
}

void walk(const QList<QAction*>& actions, const QStringList& menus, std::vector<MenuEntry>& entries) {
  for (QAction* action : actions) {
    if (action->isSeparator() || !action->isVisible()) continue;
    const QString title = withoutMnemonic(action->text());
    QMenu* menu = action->menu();
    if (!menu) {
      entries.push_back({action, menus, title, keysOf(*action)});
      continue;
    }
    emit menu->aboutToShow();
    walk(menu->actions(), menus + QStringList{title}, entries);
  }
}

}  // namespace

std::vector<MenuEntry> menuEntries(const QMenuBar& bar) {
  std::vector<MenuEntry> entries;
  walk(bar.actions(), {}, entries);
  return entries;
}

QString withoutMnemonic(const QString& text) {
  QString plain;
  for (qsizetype i = 0; i < text.size(); ++i) {
    if (text[i] == QLatin1Char('&') && i + 1 < text.size()) ++i;  // "&&" stands for one
    plain += text[i];
  }
  return plain;
}

void setForeignKeys(QAction* action, const QString& keys) {
  action->setProperty(kForeignKeys, keys);
}

}  // namespace sinkscope
