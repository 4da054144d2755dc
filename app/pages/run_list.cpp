#include "app/pages/run_list.h"

#include "widgets/theme.h"

#include <QLabel>
#include <QListWidget>
#include <QPainter>
#include <QSignalBlocker>
#include <QStyledItemDelegate>
#include <QVBoxLayout>
#include <algorithm>

namespace sinkscope {
namespace {

QString linesOf(const ListedRun& run) {
  return QStringLiteral("%1\n%2%3").arg(run.name, run.state, run.words.isEmpty() ? QString() : " · " + run.words);
}

/// The first line as text, the second as a caption.
class TwoLines : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    const QStringList lines = index.data().toString().split(QLatin1Char('\n'));
    item.text.clear();
    const QStyle* style = item.widget->style();
    style->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);
    const QRect room =
        style->subElementRect(QStyle::SE_ItemViewItemText, &item, item.widget).adjusted(kGrid, kGrid, -kGrid, -kGrid);
    const Theme theme = themeFor(item.widget);
    const bool chosen = item.state & QStyle::State_Selected;
    const auto line = [&](const QString& text, const QFont& font, const QColor& colour, int top) {
      painter->setFont(font);
      painter->setPen(chosen ? item.palette.highlightedText().color() : colour);
      const QFontMetrics metrics(font);
      painter->drawText(QRect(room.left(), top, room.width(), metrics.height()), Qt::AlignLeft,
                        metrics.elidedText(text, Qt::ElideRight, room.width()));
      return top + metrics.height();
    };
    painter->save();
    line(lines.value(1), theme.caption, theme.mutedText, line(lines.value(0), theme.body, theme.text, room.top()));
    painter->restore();
  }

  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override {
    const Theme theme = themeFor(option.widget);
    return {0, QFontMetrics(theme.body).height() + QFontMetrics(theme.caption).height() + 2 * kGrid};
  }
};

QString pathOf(const QListWidgetItem* item) {
  return item->data(Qt::UserRole).toString();
}

}  // namespace

RunList::RunList(QWidget* parent) : QWidget(parent), list_(new QListWidget(this)) {
  list_->setObjectName(QStringLiteral("trainings"));
  list_->setAccessibleName(tr("Trainings"));
  list_->setTextElideMode(Qt::ElideRight);
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->setItemDelegate(new TwoLines(list_));
  list_->addItem(tr("New training\nfrom a recipe"));
  auto* title = new QLabel(tr("Trainings"), this);
  title->setFont(themeFor(this).heading);
  auto* note = new QLabel(tr("Ticked runs are drawn over the chosen one."), this);
  note->setFont(themeFor(this).caption);
  note->setWordWrap(true);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kSpacing);
  column->addWidget(title);
  column->addWidget(list_, 1);
  column->addWidget(note);
  showChosen();
  connect(list_, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem* item) {
    if (!item) return;
    chosen_ = pathOf(item);
    emit chosenChanged(chosen_);
  });
  connect(list_, &QListWidget::itemChanged, this, &RunList::tickedChanged);
}

void RunList::setRuns(const std::vector<ListedRun>& runs) {
  if (runs == runs_) return;
  const QSignalBlocker quiet(list_);
  const QStringList ticks = ticked();
  const bool same = std::ranges::equal(runs, runs_, {}, &ListedRun::path, &ListedRun::path);
  runs_ = runs;
  for (int row = list_->count() - 1; !same && row > 0; --row) delete list_->takeItem(row);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const int row = static_cast<int>(i) + 1;
    if (!same) {
      auto* added = new QListWidgetItem(list_);
      added->setData(Qt::UserRole, runs[i].path);
      added->setToolTip(runs[i].path);
      added->setCheckState(ticks.contains(runs[i].path) ? Qt::Checked : Qt::Unchecked);
    }
    list_->item(row)->setText(linesOf(runs[i]));
  }
  showChosen();
}

void RunList::choose(const QString& run) {
  chosen_ = run;
  showChosen();
}

void RunList::showChosen() {
  const QSignalBlocker quiet(list_);
  for (int row = 0; row < list_->count(); ++row)
    if (pathOf(list_->item(row)) == chosen_) list_->setCurrentRow(row);
}

QStringList RunList::ticked() const {
  QStringList runs;
  for (int row = 1; row < list_->count(); ++row) {
    const QListWidgetItem* item = list_->item(row);
    if (item->checkState() == Qt::Checked && pathOf(item) != chosen_) runs << pathOf(item);
  }
  return runs;
}

}  // namespace sinkscope
