#pragma once

#include "widgets/colour_map.h"

#include <QAbstractTableModel>
#include <QString>
#include <QWidget>
#include <memory>
#include <vector>

class QComboBox;
class QHBoxLayout;
class QLabel;
class QPlainTextEdit;
class QSpinBox;
class QStackedWidget;
class QTableView;

namespace sinkscope {

class LayerMap;
struct RunPreview;
struct RunPreviewQuery;
using RunPreviewPtr = std::shared_ptr<const RunPreview>;

/// A part of a dataset, cell by cell.
class PreviewTable : public QAbstractTableModel {
  Q_OBJECT

 public:
  using QAbstractTableModel::QAbstractTableModel;

  void setPreview(const RunPreviewPtr& preview);
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

 private:
  RunPreviewPtr preview_;
};

/// A part of a dataset as a table, as a picture or as a text, and where in the dataset it is.
class PreviewPanel : public QWidget {
  Q_OBJECT

 public:
  explicit PreviewPanel(QWidget* parent = nullptr);

  /// Asks for the beginning of a dataset; of none (empty) nothing is shown.
  void setDataset(const QString& path);
  /// Shows what was asked for; what belongs to another dataset is not looked at.
  void setPreview(const RunPreviewPtr& preview);
  void setColourMap(ColourMap map);

  QTableView* table() const { return table_; }
  LayerMap* picture() const { return picture_; }

 signals:
  void wanted(const sinkscope::RunPreviewQuery& query);

 private:
  bool isPicture() const;
  void ask();
  void showPlace();
  void fitLeading(const RunPreview& preview);
  void drawPicture();

  QString dataset_;
  RunPreviewPtr preview_;
  ColourMap colours_ = ColourMap::Viridis;
  QComboBox* form_;
  QHBoxLayout* places_;
  std::vector<QSpinBox*> leading_;
  QSpinBox *row_, *column_;
  QLabel* words_;
  QStackedWidget* views_;
  PreviewTable* cells_;
  QTableView* table_;
  LayerMap* picture_;
  QPlainTextEdit* text_;
  QLabel* nothing_;
};

}  // namespace sinkscope
