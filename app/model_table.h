#pragma once

#include "core/model/model_listing.h"

#include <QAbstractTableModel>
#include <QString>
#include <vector>

class QTableView;

namespace sinkscope {

/// The models on this machine, a row each.
class ModelTable : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { Name, Source, Family, Type, Size, Context, OnDisk, Memory, Status, ColumnCount };
  /// What rows are sorted by: numbers as numbers.
  static constexpr int kSortRole = Qt::UserRole;

  using QAbstractTableModel::QAbstractTableModel;

  void clear();
  void add(const ModelListing& model);
  const std::vector<ModelListing>& models() const { return models_; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

 private:
  std::vector<ModelListing> models_;
};

/// A view of such a table that sorts by a click on a header and shows the rows that its filter lets through.
QTableView* modelView(ModelTable* table, QWidget* parent);
/// Shows the rows that have the text in one of their columns.
void filterModels(QTableView& view, const QString& text);
/// The table's row that the view's current one stands for; -1: none.
int currentModel(const QTableView& view);

}  // namespace sinkscope
