#pragma once

#include <QString>
#include <filesystem>
#include <functional>
#include <vector>

namespace sinkscope {

/// Where run files of trainings are looked for: those of this user's trainings, and the samples that come along.
std::vector<std::filesystem::path> trainingFolders();

/// Whether the run comes along with the program.
bool isSampleTraining(const QString& run);

/// A file for a training of that name among the user's, which is not there and not `taken`.
QString freeTrainingPath(const QString& name, const std::function<bool(const QString&)>& taken);

}  // namespace sinkscope
