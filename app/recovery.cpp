#include "app/recovery.h"

#include "app/file_path.h"
#include "app/settings.h"
#include "core/error.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUuid>
#include <utility>

namespace sinkscope {
namespace {

const QString kSuffix = QStringLiteral(".session"), kLockSuffix = QStringLiteral(".lock");

QByteArray toBytes(const WindowState& state, bool again) {
  QJsonArray trainings;
  for (const QueuedTraining& training : state.trainings)
    trainings.append(
        QJsonObject{{"run", training.run},
                    {"device", training.device},
                    {"recipe", training.recipe ? QString::fromStdString(toJson(*training.recipe)) : QString()}});
  const QJsonObject rest{{"page", state.page}, {"tab", state.tab}, {"trainings", trainings}, {"again", again}};
  return QJsonDocument(rest).toJson(QJsonDocument::Compact);
}

std::vector<QueuedTraining> trainingsOf(const QJsonArray& array) {
  std::vector<QueuedTraining> trainings;
  for (const QJsonValue& value : array) {
    QueuedTraining training{value["run"].toString(), value["device"].toString(), {}};
    const QString recipe = value["recipe"].toString();
    try {
      if (!recipe.isEmpty()) training.recipe = recipeFromJson(recipe.toStdString(), "The recipe");
    } catch (const Error&) {
      continue;  // of another version of the program
    }
    trainings.push_back(std::move(training));
  }
  return trainings;
}

}  // namespace

Recovery::Recovery(const std::filesystem::path& folder)
    : folder_(pathText(folder)), id_(QUuid::createUuid().toString(QUuid::WithoutBraces)) {
  QDir().mkpath(folder_);
}

QString Recovery::pathOf(const QString& id) const {
  return QDir(folder_).filePath(id + kSuffix);
}

std::optional<Recovery::Lost> Recovery::takeLost() {
  std::optional<Lost> lost;
  const QDir folder(folder_);
  for (const QFileInfo& file : folder.entryInfoList({'*' + kSuffix}, QDir::Files, QDir::Time)) {  // the newest first
    const QString id = file.completeBaseName();
    QLockFile lock(folder.filePath(id + kLockSuffix));
    lock.setStaleLockTime(0);  // a window may live for days
    if (id == id_ || !lock.tryLock(0)) continue;
    if (!lost) {
      const Settings kept(file.filePath());
      const QJsonObject rest = QJsonDocument::fromJson(kept.state(QStringLiteral("rest"))).object();
      lost = Lost{{kept.inputs(), rest["page"].toInt(), rest["tab"].toInt(), trainingsOf(rest["trainings"].toArray())},
                  rest["again"].toBool()};
    }
    QFile::remove(file.filePath());
  }
  return lost;
}

void Recovery::save(const WindowState& state, bool again) {
  if (!lock_) {
    lock_ = std::make_unique<QLockFile>(QDir(folder_).filePath(id_ + kLockSuffix));
    lock_->setStaleLockTime(0);
    lock_->tryLock(0);
  }
  // The settings' own file, which Qt writes beside and renames.
  Settings kept(pathOf(id_));
  kept.setInputs(state.inputs);
  kept.setState(QStringLiteral("rest"), toBytes(state, again));
}

void Recovery::close() {
  QFile::remove(pathOf(id_));
  lock_.reset();
}

}  // namespace sinkscope
