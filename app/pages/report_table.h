#pragma once

#include "core/analysis/report_tables.h"

#include <QAbstractTableModel>
#include <QString>

class QTableView;

namespace sinkscope {

/// A report's table as Qt's views read it. What others published is muted.
class ReportTableModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  using QAbstractTableModel::QAbstractTableModel;

  void show(ReportTable table);
  const ReportTable& table() const { return table_; }
  /// Index of the model that a row measures; -1 for a published row and outside of the table.
  int modelOf(int row) const;
  /// Header, rows and note, cells with tabs between.
  QString text() const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  ReportTable table_;
};

/// A view of it whose rows are read and chosen, not edited.
QTableView* reportTableView(ReportTableModel* model, QWidget* parent);

}  // namespace sinkscope
