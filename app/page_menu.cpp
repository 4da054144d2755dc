#include "app/page_menu.h"

#include "app/menu_walk.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QPlainTextEdit>
#include <QTabBar>
#include <QToolButton>
#include <algorithm>

namespace sinkscope {
namespace {

constexpr int kMostChoices = 40;

QString asMenuText(const QString& name) {
  return QString(name).replace(QLatin1Char('&'), QLatin1String("&&"));
}

/// Parts of a field or a table are no controls of their own.
bool isPart(const QWidget* widget, const QWidget* section) {
  for (const QWidget* above = widget->parentWidget(); above && above != section; above = above->parentWidget()) {
    if (qobject_cast<const QLineEdit*>(above) || qobject_cast<const QAbstractSpinBox*>(above) ||
        qobject_cast<const QComboBox*>(above) || qobject_cast<const QTabBar*>(above) ||
        qobject_cast<const QAbstractItemView*>(above))
      return true;
  }
  return false;
}

/// In the order in which the Tab key goes through them.
std::vector<QWidget*> controlsIn(QWidget* section) {
  std::vector<QWidget*> controls;
  for (QWidget* widget = section->nextInFocusChain(); widget && widget != section;
       widget = widget->nextInFocusChain()) {
    if (section->isAncestorOf(widget) && widget->isVisible() && !isPart(widget, section)) controls.push_back(widget);
  }
  return controls;
}

bool isInMenuBar(const QMenu* menu) {
  const QList<QObject*> users = menu->menuAction()->associatedObjects();
  return std::ranges::any_of(users, [](const QObject* user) { return qobject_cast<const QMenuBar*>(user); });
}

void addButton(QMenu& menu, QAbstractButton* button) {
  const QString text = button->text().isEmpty() ? asMenuText(button->accessibleName()) : button->text();
  if (text.isEmpty()) return;
  const auto* tool = qobject_cast<QToolButton*>(button);
  if (tool && tool->menu()) {
    if (isInMenuBar(tool->menu())) return;
    QMenu* more = menu.addMenu(text);
    more->addActions(tool->menu()->actions());
    more->setEnabled(button->isEnabled());
    return;
  }
  QAction* action = menu.addAction(text, button, [button] { button->click(); });
  action->setEnabled(button->isEnabled());
  action->setCheckable(button->isCheckable());
  action->setChecked(button->isChecked());
  action->setToolTip(button->toolTip());
  setForeignKeys(action, button->shortcut().toString(QKeySequence::NativeText));
}

void addChoice(QMenu& menu, QComboBox* box) {
  if (box->isEditable() || box->count() == 0 || box->count() > kMostChoices || box->accessibleName().isEmpty()) return;
  QMenu* choices = menu.addMenu(asMenuText(box->accessibleName()));
  choices->setEnabled(box->isEnabled());
  for (int i = 0; i < box->count(); ++i) {
    QAction* choice = choices->addAction(asMenuText(box->itemText(i)), box, [box, i] {
      box->setCurrentIndex(i);
      emit box->activated(i);  // as where it is chosen in the box
      emit box->textActivated(box->itemText(i));
    });
    choice->setCheckable(true);
    choice->setChecked(i == box->currentIndex());
    choice->setEnabled(box->isEnabled());
  }
}

bool isField(const QWidget* widget) {
  return qobject_cast<const QLineEdit*>(widget) || qobject_cast<const QAbstractSpinBox*>(widget) ||
         qobject_cast<const QPlainTextEdit*>(widget);
}

}  // namespace

void fillFromControls(QMenu& menu, const std::vector<QWidget*>& sections) {
  menu.clear();
  menu.setToolTipsVisible(true);
  std::vector<QWidget*> fields;
  for (QWidget* section : sections) {
    menu.addSeparator();
    for (QWidget* control : controlsIn(section)) {
      if (auto* button = qobject_cast<QAbstractButton*>(control))
        addButton(menu, button);
      else if (auto* box = qobject_cast<QComboBox*>(control))
        addChoice(menu, box);
      else if (isField(control) && !control->accessibleName().isEmpty())
        fields.push_back(control);
    }
  }
  if (fields.empty()) return;
  menu.addSeparator();
  QMenu* into = menu.addMenu(QObject::tr("&Go to a field"));
  for (QWidget* field : fields)
    into->addAction(asMenuText(field->accessibleName()), field, [field] { field->setFocus(Qt::ShortcutFocusReason); })
        ->setEnabled(field->isEnabled());
}

}  // namespace sinkscope
