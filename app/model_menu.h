#pragma once

#include "app/settings.h"

#include <QMenu>
#include <QString>

namespace sinkscope {

/// The models to choose from: demo models (fetched or to fetch), recent ones, a file or a folder. Filled anew each time
/// it opens.
class ModelMenu : public QMenu {
  Q_OBJECT

 public:
  ModelMenu(const Document& document, const Settings& settings, QWidget* parent = nullptr);

  void fill();

 signals:
  void chosen(const QString& model);
  void fetchWanted(const QString& demoModel);
  void openFileWanted();
  void openFolderWanted();
  void allModelsWanted();

 private:
  void addModel(const QString& title, const QString& model);

  const Document& document_;
  const Settings& settings_;
};

}  // namespace sinkscope
