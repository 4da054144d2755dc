#include "app/model_menu.h"

#include "app/model_names.h"
#include "core/model/demo_models.h"

namespace sinkscope {

ModelMenu::ModelMenu(const Document& document, const Settings& settings, QWidget* parent)
    : QMenu(tr("&Model"), parent), document_(document), settings_(settings) {
  setToolTipsVisible(true);
  connect(this, &QMenu::aboutToShow, this, &ModelMenu::fill);
  fill();
}

void ModelMenu::addModel(const QString& title, const QString& model) {
  QAction* action = addAction(title, this, [this, model] { emit chosen(model); });
  action->setCheckable(true);
  action->setChecked(document_.inputs().model == model);
}

void ModelMenu::fill() {
  clear();
  addSection(tr("Demo models"));
  for (const DemoModel& demo : demoModels()) {
    const QString name = QString::fromStdString(demo.name), title = QString::fromStdString(demo.title);
    if (demoModelPath(demo).empty()) {
      addAction(
          tr("Fetch %1 (%2 MB; %3)").arg(title).arg(demo.bytes / 1000000).arg(QString::fromStdString(demo.licence)),
          this, [this, name] { emit fetchWanted(name); });
    } else {
      addModel(title, name);
    }
    actions().constLast()->setToolTip(QString::fromStdString(demo.remark));
  }
  addModel(modelTitle(kBuiltInModel), kBuiltInModel);
  actions().constLast()->setToolTip(
      tr("1.3 million parameters, trained by this program on Shakespeare, the King James "
         "Bible and manuals; its first token is a sink."));
  const QStringList recent = settings_.recentModels();
  if (!recent.isEmpty()) addSection(tr("Recent"));
  for (const QString& path : recent) {
    addModel(modelTitle(path), path);
    actions().constLast()->setToolTip(path);
  }
  addSeparator();
  QAction* all = addAction(tr("&All models on this machine…"), this, &ModelMenu::allModelsWanted);
  all->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_M));
  QAction* file = addAction(tr("Open a model &file…"), this, &ModelMenu::openFileWanted);
  file->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O));
  addAction(tr("Open a model f&older…"), this, &ModelMenu::openFolderWanted);
}

}  // namespace sinkscope
