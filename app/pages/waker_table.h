#pragma once

#include "core/analysis/waking.h"

#include <QAbstractTableModel>
#include <QString>
#include <vector>

class QTableView;

namespace sinkscope {

/// What wakes heads, a row a head and kind of previous token.
class WakerTable : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { Head, Previous, Count, Awake, Mean, Difference, Interval, OnPrevious, ColumnCount };
  /// What rows are sorted by: numbers as numbers, heads by layer, intervals by their lower end.
  static constexpr int kSortRole = Qt::UserRole;

  using QAbstractTableModel::QAbstractTableModel;

  void setWakers(const WakeScan& scan, WakeKinds kinds, std::vector<Waker> wakers);
  const Waker& waker(int row) const { return wakers_[static_cast<std::size_t>(row)]; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
  /// All rows with their headers, tabs between columns.
  QString text() const;

 private:
  QString shown(const Waker& waker, int row, int column) const;
  QVariant sorted(const Waker& waker, int row, int column) const;

  std::vector<Waker> wakers_;
  std::vector<QString> names_;  // [row]
};

/// A view of such a table that sorts by a click on a header, the surest waker first.
QTableView* wakerView(WakerTable* table, QWidget* parent);

/// The table's row that the view's current one stands for; -1: none.
int currentWaker(const QTableView& view);

}  // namespace sinkscope
