#pragma once

#include "core/analysis/report.h"

#include <QStringList>
#include <QWidget>

class QLabel;
class QListWidget;
class QPushButton;
class QSpinBox;

namespace sinkscope {

class Settings;

/// What a report is about: which models, which prompts, how many of them, how long.
class ReportSetup : public QWidget {
  Q_OBJECT

 public:
  explicit ReportSetup(Settings& settings, QWidget* parent = nullptr);

  /// Demo models that are there, recent models and those that were added, once each; what was ticked stays so.
  void listModels();
  void addModel(const QString& model);
  /// Reads prompts; empty: those that come with the program. Says in the panel what is wrong with a file.
  void readPromptsOf(const QString& path);
  /// The panel as a report was asked for; its prompts are taken from it, not from the file.
  void showRequest(const ReportRequest& request);

  QStringList tickedModels() const;
  /// Without the device.
  ReportRequest request() const;
  void setRunning(bool running);

 signals:
  void runAsked();
  void cancelAsked();

 private:
  void setPrompts(const std::string& name, std::vector<std::string> prompts);
  void choosePrompts();
  void follow();

  Settings& settings_;
  std::string promptsName_;
  std::vector<std::string> prompts_;
  QStringList added_;
  bool running_ = false;
  QListWidget* models_;
  QLabel* promptsLabel_;
  QSpinBox* count_;
  QSpinBox* tokens_;
  QPushButton* run_;
};

}  // namespace sinkscope
