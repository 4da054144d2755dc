#pragma once

#include "core/catalogue/compared_runs.h"

#include <QAbstractTableModel>
#include <QString>
#include <vector>

class QTableView;

namespace sinkscope {

/// Settings and other single values of runs beside each other, a column a run, and below them how far each array of the
/// first run is from those of the others.
class CompareTable : public QAbstractTableModel {
  Q_OBJECT

 public:
  using QAbstractTableModel::QAbstractTableModel;

  void setRuns(const ComparedRuns& runs);
  void setOnlyDifferences(bool only);

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

 private:
  struct Row {
    QString field;
    QStringList cells;  // [run]
    bool isSame = true;
  };
  const Row& rowAt(int row) const;
  void choose();

  std::vector<Row> rows_;
  std::vector<std::size_t> shown_;
  int runs_ = 0;
  bool onlyDifferences_ = true;
};

/// Whether the numbers of two runs agree, else where they are farthest apart.
QString agreementWords(const RunComparison& comparison);

QTableView* compareTableView(CompareTable* table, QWidget* parent);

}  // namespace sinkscope
