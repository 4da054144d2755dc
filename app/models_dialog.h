#pragma once

#include "core/model/model_folders.h"

#include <QDialog>
#include <QString>
#include <filesystem>
#include <vector>

class QLabel;
class QLineEdit;
class QMenu;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace sinkscope {

class ModelFinder;
class ModelTable;
class Notice;
class Settings;

/// All models on this machine: those of this program and of others, and of folders that the user adds. It stays beside
/// the window.
class ModelsDialog : public QDialog {
  Q_OBJECT

 public:
  ModelsDialog(Settings& settings, QWidget* parent = nullptr);

  /// Looks for models anew.
  void look();
  void addFolder(const QString& folder);
  void removeFolder(const QString& folder);
  /// Opens what a path or a name stands for; says in the dialog why it cannot.
  void open(const QString& pathOrName);

  QTableView* view() const { return view_; }
  const ModelTable* table() const { return table_; }
  bool isLooking() const { return looking_; }

 signals:
  void chosen(const QString& path);

 private:
  void layOut();
  QPushButton* button(const QString& text, const char* name);
  void openCurrent();
  void askForFolder();
  void setFolders(const std::vector<std::filesystem::path>& folders);
  void offerRemoval(const std::vector<std::filesystem::path>& folders);
  void follow();
  void showState();
  void end(const QString& problem);
  QString about(int row) const;

  Settings& settings_;
  ModelFinder* finder_;
  ModelTable* table_;
  std::vector<ModelFolder> folders_;
  bool looking_ = false;
  QString wanted_;  // asked for while it was being looked for
  QLineEdit* filter_;
  QTableView* view_;
  QStackedWidget* rows_;
  QLabel* nothing_;
  QLabel* about_;
  QLabel* state_;
  QLineEdit* path_;
  QPushButton* open_;
  QPushButton* remove_;
  QMenu* added_;
  Notice* notice_;
};

}  // namespace sinkscope
