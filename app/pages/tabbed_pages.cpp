#include "app/pages/tabbed_pages.h"

#include "app/pages/page.h"
#include "widgets/theme.h"

#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

namespace sinkscope {

TabbedPages::TabbedPages(QWidget* parent) : QWidget(parent), bar_(new QTabBar(this)), stack_(new QStackedWidget(this)) {
  bar_->setObjectName(QStringLiteral("tabs"));
  bar_->setAccessibleName(tr("Views of this page"));
  bar_->setExpanding(false);
  bar_->setDrawBase(false);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, kSpacing, 0, 0);
  column->setSpacing(0);
  auto* row = new QHBoxLayout;
  row->setContentsMargins(kMargin, 0, kMargin, 0);
  row->addWidget(bar_);
  row->addStretch();
  column->addLayout(row);
  column->addWidget(stack_, 1);
  connect(bar_, &QTabBar::currentChanged, this, [this](int index) {
    stack_->setCurrentIndex(index);
    emit turned();
  });
}

void TabbedPages::addTab(const QString& title, Page* page) {
  stack_->addWidget(page);  // before its tab, whose coming turns to it
  bar_->addTab(title);
}

Page* TabbedPages::page() const {
  return static_cast<Page*>(stack_->currentWidget());
}

int TabbedPages::index() const {
  return stack_->currentIndex();
}

void TabbedPages::turnTo(Page* page) {
  bar_->setCurrentIndex(stack_->indexOf(page));
}

QString TabbedPages::titleOf(Page* page) const {
  return bar_->tabText(stack_->indexOf(page));
}

std::vector<Page*> TabbedPages::pages() const {
  std::vector<Page*> all;
  for (int i = 0; i < stack_->count(); ++i) all.push_back(static_cast<Page*>(stack_->widget(i)));
  return all;
}

std::vector<PageFigure> TabbedPages::figures() const {
  std::vector<PageFigure> all = page()->figures();
  for (const Page* other : pages()) {
    if (other == page()) continue;
    const std::vector<PageFigure> more = other->figures();
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

}  // namespace sinkscope
