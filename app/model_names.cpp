#include "app/model_names.h"

#include "core/model/demo_models.h"
#include "core/model/model_folders.h"

#include <QFileInfo>

namespace sinkscope {

QString modelTitle(const QString& model) {
  if (model == QLatin1String(kBuiltInModel)) return QObject::tr("Built-in model");
  for (const DemoModel& demo : demoModels()) {
    if (model == QString::fromStdString(demo.name)) return QString::fromStdString(demo.title);
  }
  const QFileInfo file(model);
  const bool weights = file.suffix() == QLatin1String("gguf") || file.suffix() == QLatin1String("safetensors");
  if (weights) return file.completeBaseName();
  // The folders of a cache are named by hashes.
  return file.exists() ? QString::fromStdString(modelName(model.toStdString())) : file.fileName();
}

}  // namespace sinkscope
