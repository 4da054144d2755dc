#pragma once

#include "app/pages/page.h"
#include "app/run_library.h"

#include <functional>
#include <utility>

class QLabel;
class QLineEdit;
class QStackedWidget;
class QTableView;

namespace sinkscope {

class ComparePanel;
class Notice;
class RunContents;
class RunDetails;
class RunGroups;
class RunTableModel;
class RunSearch;

/// The catalogue of saved runs: searched, sorted and put together by model, tag or kind; each can be opened, written on
/// and moved away, and several held against each other.
class RunsPage : public Page {
  Q_OBJECT

 public:
  RunsPage(Session& session, Document& document, QWidget* parent = nullptr);

  /// With which executable run files are read; the page begins to look when it is first shown.
  void setReader(const std::filesystem::path& executable) { reader_ = executable; }
  /// Begins to look, or looks anew, in the folders that are set now.
  void begin();
  /// Puts runs beside each other.
  void compare(const QStringList& runs);
  /// Has a run file, of whatever folder, read by that executable: `checked`, where it can be opened without harm.
  void check(const QString& run);

  bool hasResult() const override { return false; }  // runs are files already
  QString conventions() const override;
  QString doneLine() const override { return {}; }
  QString numbers() const override { return {}; }
  /// Of runs that are compared.
  std::vector<PageFigure> figures() const override;
  quint64 save(const QString&, bool) override { return 0; }

  QTableView* view() const { return view_; }
  RunTableModel* table() const { return table_; }
  RunDetails* details() const { return details_; }
  QLineEdit* search() const;
  ComparePanel* comparison() const { return comparison_; }
  RunContents* contents() const { return contents_; }
  RunLibrary& library() { return library_; }

 signals:
  void openWanted(const QString& run);
  void checked(const QString& run);
  /// It cannot be opened.
  void refused(const QString& sentence);
  /// The same is to be asked anew; of a training, its recipe.
  void settingsWanted(const QString& run);
  void recipeWanted(const QString& run);

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dragMoveEvent(QDragMoveEvent* event) override;
  void dragLeaveEvent(QDragLeaveEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  void ask() override {}
  void follow(const Inputs& now, const Inputs& before) override;
  void layOut();
  void wire();
  void query();
  void take(const ListedRunsPtr& runs);
  void showChosen();
  void showState();
  void discardChosen();
  /// Does it once the run was read without harm.
  void afterCheck(const QString& run, std::function<void()> what);
  void useSettings();
  void showComparison(const ComparedRunsPtr& runs);
  void leave();
  bool isComparing() const;
  /// Whether all these files have rows.
  bool areListed(const QStringList& files) const;
  /// Of runs that are dragged to a place: those and, where it lies there, the one that they are dropped on; fewer than
  /// two where a drop means nothing.
  QStringList droppedOn(const QPoint& place, QStringList runs) const;
  QStringList chosen() const;
  QString current() const;

  RunLibrary library_;
  std::filesystem::path reader_ = ownExecutable();
  ListedRunsPtr runs_;
  QString work_;
  std::pair<QString, std::function<void()>> waiting_;  // for a check of that run
  bool begun_ = false;
  RunTableModel* table_;
  Notice* notice_;
  RunSearch* search_;
  RunGroups* groups_;
  QTableView* view_;
  QStackedWidget* rows_;
  QLabel* nothing_;
  QLabel* state_;
  RunDetails* details_;
  ComparePanel* comparison_;
  RunContents* contents_;
  QStackedWidget* views_;  // the list, or what was made of it
};

}  // namespace sinkscope
