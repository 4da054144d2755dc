#pragma once

#include "app/shown.h"

#include <QAbstractTableModel>

namespace sinkscope {

/// What was measured of the untouched model and of every changed one, a row each.
class OutcomeTable : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { Title, Loss, LossChange, Divergence, SinkRate, Share, Change, Spread, ColumnCount };

  using QAbstractTableModel::QAbstractTableModel;

  void setResult(const AblatedPtr& result, double epsilon);

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  double number(std::size_t row, int column) const;

  AblatedPtr shown_;
  double epsilon_ = 0.3;
};

}  // namespace sinkscope
