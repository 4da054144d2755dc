#pragma once

#include "core/catalogue/run_query.h"

#include <QString>
#include <QWidget>
#include <optional>

class QComboBox;
class QLineEdit;
class QMenu;
class QPushButton;

namespace sinkscope {

/// The row above the runs: what is searched, how they are put together, which folders are looked into, and what can be
/// done with several of them.
class RunSearch : public QWidget {
  Q_OBJECT

 public:
  explicit RunSearch(QWidget* parent = nullptr);

  /// What is typed, not sorted; throws `Error` where it cannot be understood (yet).
  RunQuery query() const;
  /// The column that runs are put together by; nothing: they are not.
  std::optional<RunColumn> group() const;
  /// How many runs are chosen: two to `ComparedRuns::kMost` can be compared.
  void setChosen(int runs);

  QLineEdit* field() const { return search_; }
  QPushButton* compareButton() const { return compare_; }

 signals:
  void changed();
  void regrouped();
  /// The library's folders are others now.
  void foldersChanged();
  void failed(const QString& sentence);
  void compareWanted();

 private:
  void fillFolders(QMenu* menu);
  void addFolder();
  void removeFolder(const QString& folder);

  QLineEdit* search_;
  QComboBox* grouping_;
  QPushButton* folders_;
  QPushButton* compare_;
};

}  // namespace sinkscope
