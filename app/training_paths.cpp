#include "app/training_paths.h"

#include "core/catalogue/catalogue.h"
#include "core/data_folder.h"

#include <QFileInfo>
#include <QRegularExpression>

namespace sinkscope {
namespace {

std::filesystem::path own() {
  return dataFolder() / "training";
}

}  // namespace

std::vector<std::filesystem::path> trainingFolders() {
  return {own(), sampleFolder()};
}

bool isSampleTraining(const QString& run) {
  return isSample(run.toStdString());
}

QString freeTrainingPath(const QString& name, const std::function<bool(const QString&)>& taken) {
  QString plain = QString(name).replace(QRegularExpression(QStringLiteral("[^A-Za-z0-9._-]+")), QStringLiteral("-"));
  if (plain.isEmpty() || plain.startsWith('.')) plain.prepend(QStringLiteral("run"));
  const QString begin = QString::fromStdString(own().string()) + '/' + plain;
  QString path = begin + QStringLiteral(".h5");
  for (int i = 2; QFileInfo::exists(path) || taken(path); ++i) path = QStringLiteral("%1-%2.h5").arg(begin).arg(i);
  return path;
}

}  // namespace sinkscope
