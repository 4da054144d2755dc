#pragma once

#include <QWidget>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace sinkscope {

class ModelChoice;
class Settings;

/// What somebody sees first: what to do here, with which model, the runs of the last time and those that come with the
/// program, and the tour.
class WelcomePage : public QWidget {
  Q_OBJECT

 public:
  explicit WelcomePage(const Settings& settings, QWidget* parent = nullptr);

  ModelChoice* models() const { return models_; }

  /// Whether there are pages to go to from here: there is a model, or a result.
  void setClosable(bool closable);

 signals:
  void lookWanted();
  void swapWanted();
  void trainingWanted();
  void tourWanted();
  void runWanted(const QString& path);
  void closeWanted();

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  QLayout* deeds();
  QLayout* runs();
  void listRecent();

  const Settings& settings_;
  ModelChoice* models_;
  QLabel* recentTitle_;
  QVBoxLayout* recent_;
  QPushButton* close_;
};

}  // namespace sinkscope
