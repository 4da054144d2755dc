#pragma once

#include <QString>
#include <QWidget>
#include <memory>
#include <vector>

class QLabel;
class QTableWidget;
class QTreeWidget;
class QTreeWidgetItem;

namespace sinkscope {

class PreviewPanel;
struct RunNode;
struct RunPreview;
struct RunPreviewQuery;

using RunTreePtr = std::shared_ptr<const std::vector<RunNode>>;
using RunPreviewPtr = std::shared_ptr<const RunPreview>;

/// What is in a run file: groups and datasets as a tree, the attributes of the chosen one, and a part of a dataset as a
/// table or a picture.
class RunContents : public QWidget {
  Q_OBJECT

 public:
  explicit RunContents(QWidget* parent = nullptr);

  void setTree(const QString& run, const RunTreePtr& tree);
  /// The answer to `previewWanted`.
  void setPreview(const RunPreviewPtr& preview);
  const QString& run() const { return run_; }

  QTreeWidget* tree() const { return tree_; }
  PreviewPanel* preview() const { return preview_; }

 signals:
  void leaveWanted();
  void previewWanted(const QString& run, const sinkscope::RunPreviewQuery& query);

 private:
  void showChosen();
  QTreeWidgetItem* itemOf(const RunNode& node) const;

  QString run_;
  RunTreePtr nodes_;
  QLabel* title_;
  QTreeWidget* tree_;
  QTableWidget* attributes_;
  PreviewPanel* preview_;
};

}  // namespace sinkscope
