#include "app/pages/waker_panel.h"

#include "app/pages/layout_parts.h"
#include "app/pages/waker_table.h"
#include "widgets/theme.h"

#include <QLabel>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

namespace sinkscope {

WakerPanel::WakerPanel(QWidget* parent)
    : QWidget(parent),
      branchTitle_(new QLabel(tr("If-else heads"), this)),
      wakerTitle_(new QLabel(tr("What wakes a head"), this)),
      branches_(new WakerTable(this)),
      wakers_(new WakerTable(this)),
      branchView_(wakerView(branches_, this)),
      wakerView_(wakerView(wakers_, this)) {
  branchTitle_->setObjectName(QStringLiteral("ifElseTitle"));
  wakerTitle_->setObjectName(QStringLiteral("wakerTitle"));
  for (QLabel* label : {branchTitle_, wakerTitle_}) label->setTextFormat(Qt::PlainText);
  branchView_->setObjectName(QStringLiteral("ifElse"));
  branchView_->setAccessibleName(tr("If-else heads"));
  wakerView_->setObjectName(QStringLiteral("wakers"));
  wakerView_->setAccessibleName(tr("What wakes a head"));
  auto* tables = new QSplitter(Qt::Vertical, this);
  tables->addWidget(headed(branchTitle_, branchView_, nullptr, this));
  tables->addWidget(headed(wakerTitle_, wakerView_, nullptr, this));
  tables->setChildrenCollapsible(false);
  tables->setHandleWidth(kMargin);
  tables->setSizes({240, 400});
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(tables);

  const auto tell = [this](const QTableView* view, const WakerTable* table, auto signal) {
    const Waker& waker = table->waker(currentWaker(*view));
    emit(this->*signal)(static_cast<int>(waker.layer), static_cast<int>(waker.head));
  };
  connect(branchView_, &QTableView::clicked, this,
          [this, tell] { tell(branchView_, branches_, &WakerPanel::headClicked); });
  connect(branchView_, &QTableView::activated, this,
          [this, tell] { tell(branchView_, branches_, &WakerPanel::headActivated); });
  connect(wakerView_, &QTableView::activated, this,
          [this, tell] { tell(wakerView_, wakers_, &WakerPanel::headActivated); });
}

void WakerPanel::showScan(const WakeScan& scan, const WakerChoice& choice) {
  const std::vector<Waker> all = findWakers(scan, choice.kinds, choice.least);
  std::vector<Waker> branches = ifElseOf(all, choice.rest);
  branchTitle_->setText(branches.empty() ? tr("No if-else head: none rests until a token wakes it")
                                         : tr("If-else heads: at rest, until a token wakes them"));
  branches_->setWakers(scan, choice.kinds, std::move(branches));
  wakerView_->setColumnHidden(WakerTable::Head, choice.head.has_value());
  if (!choice.head) {
    wakerTitle_->setText(tr("What wakes any head"));
    wakers_->setWakers(scan, choice.kinds, all);
    return;
  }
  const auto [layer, head] = *choice.head;
  std::vector<Waker> ofHead = findWakers(scan, choice.kinds, layer, head, choice.least);
  wakerTitle_->setText((ofHead.empty() ? tr("Nothing wakes layer %1, head %2") : tr("What wakes layer %1, head %2"))
                           .arg(layer)
                           .arg(head));
  wakers_->setWakers(scan, choice.kinds, std::move(ofHead));
}

QString WakerPanel::text() const {
  return branchTitle_->text() + QLatin1Char('\n') + branches_->text() + QLatin1Char('\n') + wakerTitle_->text() +
         QLatin1Char('\n') + wakers_->text();
}

}  // namespace sinkscope
