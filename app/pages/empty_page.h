#pragma once

#include <QWidget>

namespace sinkscope {

/// What shows while there is no model: how to get one, and what will happen then.
class EmptyPage : public QWidget {
  Q_OBJECT

 public:
  explicit EmptyPage(QWidget* parent = nullptr);

 signals:
  void builtInWanted();
  void fetchWanted(const QString& demoModel);
  void openFileWanted();
  void openFolderWanted();
  void allModelsWanted();
  void trainWanted();
};

}  // namespace sinkscope
