#pragma once

#include "app/run_library.h"

#include <QAbstractTableModel>
#include <QString>

class QTableView;

namespace sinkscope {

/// Saved runs, a row each, in the order of the catalogue's answer. Rows can be dragged to other programs as files.
class RunTableModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  using QAbstractTableModel::QAbstractTableModel;

  void setRuns(const ListedRunsPtr& runs);
  /// Null where there is no such row.
  const RunRow* run(int row) const;
  /// -1: none.
  int rowOf(const QString& path) const;
  static RunColumn columnAt(int section);
  static int sectionOf(RunColumn column);

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;
  QStringList mimeTypes() const override;
  QMimeData* mimeData(const QModelIndexList& indexes) const override;
  Qt::DropActions supportedDragActions() const override { return Qt::CopyAction; }

 private:
  ListedRunsPtr runs_;
};

/// "2026-01-02 03:04" in local time.
QString dateText(const std::string& created);
/// "Explore", "No-op heads", ...
QString kindTitle(const std::string& kind);

QTableView* runView(RunTableModel* table, QWidget* parent);

}  // namespace sinkscope
