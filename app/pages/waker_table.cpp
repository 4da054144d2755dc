#include "app/pages/waker_table.h"

#include "widgets/theme.h"

#include <QHeaderView>
#include <QSortFilterProxyModel>
#include <QTableView>

namespace sinkscope {
namespace {

struct ColumnText {
  const char* title;
  const char* tip;
};

constexpr ColumnText kColumns[WakerTable::ColumnCount] = {
    {QT_TR_NOOP("head"), QT_TR_NOOP("Layer and head")},
    {QT_TR_NOOP("previous"), QT_TR_NOOP("The token, or the class of token, before the query")},
    {QT_TR_NOOP("count"), QT_TR_NOOP("Queries after it")},
    {QT_TR_NOOP("awake"), QT_TR_NOOP("Mean of 1 − A[i, 0] after it: the attention that leaves the first token")},
    {QT_TR_NOOP("mean"), QT_TR_NOOP("The same over all queries of the head")},
    {QT_TR_NOOP("difference"), QT_TR_NOOP("awake less mean")},
    {QT_TR_NOOP("95 % interval"), QT_TR_NOOP("Of the difference; not corrected for the number of heads and tokens")},
    {QT_TR_NOOP("on previous"), QT_TR_NOOP("Mean of A[i, i − 1] after it: the attention to that token")}};

int alignmentOf(int column) {
  return Qt::AlignVCenter | (column <= WakerTable::Previous ? Qt::AlignLeft : Qt::AlignRight);
}

QString fixed(double value) {
  return QString::number(value, 'f', 3);
}

}  // namespace

void WakerTable::setWakers(const WakeScan& scan, WakeKinds kinds, std::vector<Waker> wakers) {
  beginResetModel();
  wakers_ = std::move(wakers);
  names_.clear();
  for (const Waker& waker : wakers_) names_.push_back(QString::fromStdString(kindName(scan, kinds, waker)));
  endResetModel();
}

int WakerTable::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(wakers_.size());
}

int WakerTable::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QVariant WakerTable::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const Waker& one = waker(index.row());
  if (role == Qt::DisplayRole) return shown(one, index.row(), index.column());
  if (role == kSortRole) return sorted(one, index.row(), index.column());
  if (role == Qt::TextAlignmentRole) return alignmentOf(index.column());
  return {};
}

QVariant WakerTable::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::DisplayRole) return tr(kColumns[section].title);
  if (role == Qt::ToolTipRole) return tr(kColumns[section].tip);
  if (role == Qt::TextAlignmentRole) return alignmentOf(section);
  return {};
}

QString WakerTable::shown(const Waker& waker, int row, int column) const {
  switch (column) {
    case Head:
      return QStringLiteral("%1 · %2").arg(waker.layer).arg(waker.head);
    case Previous:
      return names_[static_cast<std::size_t>(row)];
    case Count:
      return QString::number(waker.count);
    case Interval:
      return QStringLiteral("%1 … %2").arg(fixed(waker.low), fixed(waker.high));
    default:
      return fixed(sorted(waker, row, column).toDouble());
  }
}

QVariant WakerTable::sorted(const Waker& waker, int row, int column) const {
  switch (column) {
    case Head:
      return static_cast<qulonglong>((waker.layer << 20) + waker.head);
    case Previous:
      return names_[static_cast<std::size_t>(row)];
    case Count:
      return static_cast<qlonglong>(waker.count);
    case Awake:
      return waker.awake;
    case Mean:
      return waker.mean;
    case Difference:
      return waker.difference;
    case Interval:
      return waker.low;
    default:
      return waker.previous;
  }
}

QString WakerTable::text() const {
  QString lines;
  for (int row = -1; row < rowCount(); ++row) {
    QStringList fields;
    for (int column = 0; column < ColumnCount; ++column)
      fields << (row < 0 ? tr(kColumns[column].title) : shown(waker(row), row, column));
    lines += fields.join(QLatin1Char('\t')) + QLatin1Char('\n');
  }
  return lines;
}

QTableView* wakerView(WakerTable* table, QWidget* parent) {
  auto* sorting = new QSortFilterProxyModel(parent);
  sorting->setSourceModel(table);
  sorting->setSortRole(WakerTable::kSortRole);
  auto* view = new QTableView(parent);
  view->setModel(sorting);
  view->setSortingEnabled(true);
  view->sortByColumn(WakerTable::Interval, Qt::DescendingOrder);
  view->setSelectionBehavior(QAbstractItemView::SelectRows);
  view->setSelectionMode(QAbstractItemView::SingleSelection);
  view->setEditTriggers(QAbstractItemView::NoEditTriggers);
  view->setShowGrid(false);
  view->setAlternatingRowColors(true);
  view->setFrameShape(QFrame::NoFrame);
  view->setWordWrap(false);
  view->setTabKeyNavigation(false);
  view->verticalHeader()->hide();
  view->verticalHeader()->setDefaultSectionSize(6 * kGrid);
  view->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
  view->horizontalHeader()->setHighlightSections(false);
  for (const int column : {WakerTable::Head, WakerTable::Count, WakerTable::Interval})
    view->horizontalHeader()->setSectionResizeMode(column, QHeaderView::ResizeToContents);
  return view;
}

int currentWaker(const QTableView& view) {
  const auto* sorting = static_cast<const QSortFilterProxyModel*>(view.model());
  return sorting->mapToSource(view.currentIndex()).row();
}

}  // namespace sinkscope
