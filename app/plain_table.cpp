#include "app/plain_table.h"

#include "widgets/theme.h"

#include <QHeaderView>
#include <QTableView>

namespace sinkscope {

QTableView* plainTable(QWidget* parent) {
  auto* view = new QTableView(parent);
  view->setSelectionBehavior(QAbstractItemView::SelectRows);
  view->setEditTriggers(QAbstractItemView::NoEditTriggers);
  view->setShowGrid(false);
  view->setFrameShape(QFrame::NoFrame);
  view->setWordWrap(false);
  view->setTabKeyNavigation(false);
  view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  view->verticalHeader()->hide();
  view->verticalHeader()->setMinimumSectionSize(0);
  view->verticalHeader()->setDefaultSectionSize(QFontMetrics(themeFor(parent).body).height() + kSpacing);
  view->horizontalHeader()->setHighlightSections(false);
  return view;
}

}  // namespace sinkscope
