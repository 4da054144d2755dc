#include "app/shortcut_sheet.h"

#include "app/menu_walk.h"
#include "widgets/theme.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

namespace sinkscope {
namespace {

constexpr int kColumns = 2;

struct Group {
  QString title;
  std::vector<MenuEntry> entries;
  std::size_t lines() const { return entries.size() + 2; }  // with its title and the room behind
};

std::vector<Group> groupsOf(const QMenuBar& bar) {
  std::vector<Group> groups;
  for (MenuEntry& entry : menuEntries(bar)) {
    if (entry.keys.isEmpty()) continue;
    const QString menu = entry.menus.value(0);
    if (groups.empty() || groups.back().title != menu) groups.push_back({menu, {}});
    groups.back().entries.push_back(std::move(entry));
  }
  return groups;
}

QWidget* panelOf(const Group& group, QWidget* parent) {
  const Theme theme = themeFor(parent);
  auto* panel = new QWidget(parent);
  auto* grid = new QGridLayout(panel);
  grid->setContentsMargins(0, 0, 0, kMargin);
  grid->setHorizontalSpacing(kMargin);
  grid->setVerticalSpacing(kGrid);
  grid->setColumnStretch(0, 1);
  auto* title = new QLabel(group.title, panel);
  title->setFont(theme.heading);
  grid->addWidget(title, 0, 0, 1, 2);
  for (const MenuEntry& entry : group.entries) {
    const int row = grid->rowCount();
    auto* words = new QLabel((entry.menus.mid(1) + QStringList{entry.title}).join(MenuEntry::pathSeparator()), panel);
    words->setTextFormat(Qt::PlainText);
    auto* keys = new QLabel(entry.keys, panel);
    keys->setTextFormat(Qt::PlainText);
    keys->setStyleSheet(QStringLiteral("color: %1;").arg(theme.mutedText.name()));
    keys->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    grid->addWidget(words, row, 0);
    grid->addWidget(keys, row, 1);
  }
  return panel;
}

}  // namespace

ShortcutSheet::ShortcutSheet(QWidget* parent) : QDialog(parent) {
  setWindowTitle(tr("Keyboard shortcuts"));
  setObjectName(QStringLiteral("shortcutSheet"));
  auto* scroll = new QScrollArea(this);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setAccessibleName(tr("Keyboard shortcuts"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(scroll);
  resize(200 * kGrid, 150 * kGrid);
}

void ShortcutSheet::showKeysOf(const QMenuBar& bar) {
  const std::vector<Group> groups = groupsOf(bar);
  std::size_t lines = 0, filled = 0;
  for (const Group& group : groups) lines += group.lines();

  auto* scroll = findChild<QScrollArea*>();
  auto* content = new QWidget(scroll);
  auto* row = new QHBoxLayout(content);
  row->setContentsMargins(2 * kMargin, kMargin, 2 * kMargin, kMargin);
  row->setSpacing(3 * kMargin);
  std::vector<QVBoxLayout*> columns;
  for (int i = 0; i < kColumns; ++i) {
    columns.push_back(new QVBoxLayout);
    columns.back()->setSpacing(0);
    row->addLayout(columns.back(), 1);
  }
  for (const Group& group : groups) {
    // A group belongs to the column in which its middle lies.
    const std::size_t column = (2 * filled + group.lines()) * kColumns / (2 * lines);
    columns[std::min<std::size_t>(column, kColumns - 1)]->addWidget(panelOf(group, content));
    filled += group.lines();
  }
  for (QVBoxLayout* column : columns) column->addStretch(1);
  scroll->setWidget(content);  // the old one goes
  show();
  raise();
  activateWindow();
}

}  // namespace sinkscope
