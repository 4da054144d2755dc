#include "app/rail.h"

#include "widgets/theme.h"

#include <QActionGroup>
#include <QIcon>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace sinkscope {

Rail::Rail(QStackedWidget* pages, QWidget* parent)
    : QWidget(parent), pages_(pages), turns_(new QActionGroup(this)), column_(new QVBoxLayout(this)) {
  setAccessibleName(tr("Pages"));
  column_->setContentsMargins(kGrid, kSpacing, kGrid, kSpacing);
  column_->setSpacing(kGrid);
  column_->addStretch();
  last_ = this;
}

void Rail::addPage(const QString& name, const QString& icon, QWidget* page) {
  pages_->addWidget(page);
  const int number = static_cast<int>(turns_->actions().size()) + 1;
  QAction* turn = turns_->addAction(QIcon(icon), name);
  turn->setCheckable(true);
  turn->setChecked(number == 1);
  turn->setShortcuts(
      {QKeySequence(QStringLiteral("Alt+%1").arg(number)), QKeySequence(QStringLiteral("Ctrl+%1").arg(number))});
  turn->setToolTip(QStringLiteral("%1 (Alt+%2)").arg(name).arg(number));
  connect(turn, &QAction::triggered, this, [this, page] { pages_->setCurrentWidget(page); });

  auto* button = new QToolButton(this);
  button->setDefaultAction(turn);
  button->setIconSize({6 * kGrid, 6 * kGrid});
  button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
  button->setAutoRaise(true);
  button->setFixedWidth(18 * kGrid);
  setTabOrder(last_, button);
  last_ = button;
  column_->insertWidget(number - 1, button);
}

void Rail::turnTo(QWidget* page) {
  turns_->actions().at(pages_->indexOf(page))->setChecked(true);
  pages_->setCurrentWidget(page);
}

QList<QAction*> Rail::turns() const {
  return turns_->actions();
}

}  // namespace sinkscope
