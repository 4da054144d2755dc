#include "app/rail.h"

#include "widgets/theme.h"

#include <QButtonGroup>
#include <QIcon>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace sinkscope {

Rail::Rail(QStackedWidget* pages, QWidget* parent)
    : QWidget(parent), pages_(pages), buttons_(new QButtonGroup(this)), column_(new QVBoxLayout(this)) {
  setAccessibleName(tr("Pages"));
  column_->setContentsMargins(kGrid, kSpacing, kGrid, kSpacing);
  column_->setSpacing(kGrid);
  column_->addStretch();
}

void Rail::addPage(const QString& name, const QString& icon, QWidget* page) {
  pages_->addWidget(page);
  const int number = static_cast<int>(buttons_->buttons().size()) + 1;
  auto* button = new QToolButton(this);
  button->setText(name);
  button->setIcon(QIcon(icon));
  button->setIconSize({6 * kGrid, 6 * kGrid});
  button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
  button->setCheckable(true);
  button->setAutoRaise(true);
  button->setFixedWidth(18 * kGrid);
  button->setShortcut(QKeySequence(QStringLiteral("Ctrl+%1").arg(number)));
  button->setToolTip(QStringLiteral("%1 (Ctrl+%2)").arg(name).arg(number));
  buttons_->addButton(button, pages_->indexOf(page));
  if (number == 1) button->setChecked(true);
  column_->insertWidget(number - 1, button);
  connect(button, &QToolButton::clicked, this, [this, page] { pages_->setCurrentWidget(page); });
}

void Rail::turnTo(QWidget* page) {
  buttons_->button(pages_->indexOf(page))->setChecked(true);
  pages_->setCurrentWidget(page);
}

}  // namespace sinkscope
