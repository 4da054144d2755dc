#include "app/plain_table.h"

#include "widgets/theme.h"

#include <QHeaderView>
#include <QProxyStyle>
#include <QTableView>

namespace sinkscope {
namespace {

constexpr int kCellMargin = 6;

/// Room between a number and the words in the next column.
class RoomyCells : public QProxyStyle {
 public:
  int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override {
    const bool isMargin = metric == PM_FocusFrameHMargin || metric == PM_HeaderMargin;
    return isMargin ? kCellMargin : QProxyStyle::pixelMetric(metric, option, widget);
  }
};

}  // namespace

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
  auto* style = new RoomyCells;
  style->setParent(view);  // a style is nobody's otherwise
  view->setStyle(style);
  view->horizontalHeader()->setStyle(style);
  return view;
}

}  // namespace sinkscope
