#pragma once

#include "app/pages/page.h"
#include "app/run_library.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QStackedWidget;
class QTableView;

namespace sinkscope {

class Notice;
class RunDetails;
class RunGroups;
class RunTable;

/// The catalogue of saved runs: searched, sorted and put together by model, tag or kind; each can be opened, written on
/// and moved away.
class RunsPage : public Page {
  Q_OBJECT

 public:
  RunsPage(Session& session, Document& document, QWidget* parent = nullptr);

  /// With which executable run files are read; the page begins to look when it is first shown.
  void setReader(const std::filesystem::path& executable) { reader_ = executable; }
  /// Has a run file, of whatever folder, read by that executable: `checked`, where it can be opened without harm.
  void check(const QString& run);

  bool hasResult() const override { return false; }  // runs are files already
  QString conventions() const override;
  QString doneLine() const override { return {}; }
  QString numbers() const override { return {}; }
  std::vector<PageFigure> figures() const override { return {}; }
  quint64 save(const QString&, bool) override { return 0; }

  QTableView* view() const { return view_; }
  RunTable* table() const { return table_; }
  RunDetails* details() const { return details_; }
  QLineEdit* search() const { return search_; }
  RunLibrary& library() { return library_; }

 signals:
  void openWanted(const QString& run);
  void checked(const QString& run);
  /// It cannot be opened.
  void refused(const QString& sentence);
  /// The same is to be asked anew.
  void settingsWanted(const QString& run);

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  void ask() override {}
  void follow(const Inputs& now, const Inputs& before) override;
  void layOut();
  void wire();
  void begin();
  void query();
  void take(const ListedRunsPtr& runs);
  void showChosen();
  void showState();
  void discardChosen();
  void reveal();
  void addFolder();
  QStringList chosen() const;
  QString current() const;
  std::optional<RunColumn> groupColumn() const;

  RunLibrary library_;
  std::filesystem::path reader_ = ownExecutable();
  ListedRunsPtr runs_;
  QString work_;
  bool begun_ = false;
  RunTable* table_;
  Notice* notice_;
  QLineEdit* search_;
  QComboBox* grouping_;
  RunGroups* groups_;
  QTableView* view_;
  QStackedWidget* rows_;
  QLabel* nothing_;
  QLabel* state_;
  RunDetails* details_;
};

}  // namespace sinkscope
