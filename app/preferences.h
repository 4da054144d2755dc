#pragma once

#include <QDialog>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QSpinBox;

namespace sinkscope {

class Document;
class FolderList;
class Settings;

/// What is set once rather than for each question. Every change acts at once and is kept; the dialog stays beside the
/// window.
class Preferences : public QDialog {
  Q_OBJECT

 public:
  Preferences(Settings& settings, Document& document, QWidget* parent = nullptr);

  FolderList* runFolders() const { return runs_; }
  FolderList* modelFolders() const { return models_; }

 signals:
  void resourcesChanged();  ///< threads, the memory of weights
  void looksChanged();      ///< theme, zoom, animations
  void runFoldersChanged();
  void modelFoldersChanged();

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  QWidget* computing();
  QWidget* looks();
  QWidget* folders();
  void wire();
  /// Takes what was set elsewhere meanwhile.
  void follow();

  Settings& settings_;
  Document& document_;
  QComboBox* device_;
  QSpinBox* threads_;
  QDoubleSpinBox* memory_;
  QComboBox* scheme_;
  QSpinBox* zoom_;
  QComboBox* colours_;
  QCheckBox* animated_;
  FolderList* runs_;
  FolderList* models_;
};

}  // namespace sinkscope
