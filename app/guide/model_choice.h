#pragma once

#include <QWidget>
#include <vector>

class QPushButton;

namespace sinkscope {

/// How to get a model: the ways there are, and what comes of each.
class ModelChoice : public QWidget {
  Q_OBJECT

 public:
  explicit ModelChoice(QWidget* parent = nullptr);

 signals:
  void modelWanted(const QString& model);  ///< that is here already
  void fetchWanted(const QString& demoModel);
  void openFileWanted();
  void openFolderWanted();
  void allModelsWanted();
  void trainWanted();

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  std::vector<QPushButton*> demos_;  // of `demoModels`
};

}  // namespace sinkscope
