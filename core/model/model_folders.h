#pragma once

#include "core/job.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace sinkscope {

/// Whose folder a model lies in.
enum class ModelSource { Sinkscope, HuggingFace, LmStudio, Ollama, Added };

/// "Hugging Face"
std::string titleOf(ModelSource source);

/// A folder in which models are looked for.
struct ModelFolder {
  ModelSource source = ModelSource::Added;
  std::filesystem::path path;

  bool operator==(const ModelFolder&) const = default;
};

/// Folders that the user added to those in which models are looked for, in the order in which they were: the lines of
/// `model-folders.txt` in `dataFolder()`, which the window and the command line share.
std::vector<std::filesystem::path> addedModelFolders();
/// Throws `Error` when the list can't be written.
void setAddedModelFolders(const std::vector<std::filesystem::path>& folders);

/// Where models are looked for, whether there is such a folder or not: this program's own models, trainings and
/// samples; the Hugging Face cache (`HF_HUB_CACHE`, `HUGGINGFACE_HUB_CACHE`, else `hub` in `HF_HOME`,
/// `XDG_CACHE_HOME/huggingface` or `~/.cache/huggingface`); LM Studio's `~/.lmstudio/models` and the older
/// `~/.cache/lm-studio/models`; Ollama's
/// (`OLLAMA_MODELS`, `~/.ollama/models` and where its system service keeps them); and those that the user added.
std::vector<ModelFolder> modelFolders(const std::vector<std::filesystem::path>& added = addedModelFolders());

/// A model on this machine, found by the names of its files alone.
struct FoundModel {
  std::string name;  ///< as people call it: "org/name", "publisher/model/file", "name:tag"
  ModelSource source = ModelSource::Added;
  std::filesystem::path path;  ///< to be opened; of a model that cannot be: what is there of it
  std::uint64_t bytes = 0;     ///< of its files of weights
  std::string problem;         ///< one sentence that says why it cannot be opened; empty where it may be
  bool incomplete = false;     ///< the problem is that files of it are missing
};

/// Tells of every model in the folders, each once, as soon as it is found. No file of weights is opened. A folder that
/// may not be read is told of as a model with a problem; what is in it more than six folders deep is not found. Throws
/// `Stopped`.
void findModels(const std::vector<ModelFolder>& folders, const Job& job, const std::function<void(FoundModel)>& found);
std::vector<FoundModel> findModels(const std::vector<ModelFolder>& folders, const Job& job = {});

/// The models that lie in this folder itself: those of one repository of the Hugging Face cache, all of Ollama's, or
/// the files and the model directly in it. Throws `Error` where it may not be read.
std::vector<FoundModel> modelsInFolder(const std::filesystem::path& folder);

/// The one of the models that `name` means: its name, without ":latest" or in other letter case too, or the beginning
/// of one name only. Throws `Error` when it is none or several of them, or cannot be opened; the sentence says where in
/// `folders` was looked.
const FoundModel& modelNamed(const std::string& name, const std::vector<FoundModel>& models,
                             const std::vector<ModelFolder>& folders);

/// "A, B and C": those of the folders that are there.
std::string placesText(const std::vector<ModelFolder>& folders);

/// What people call the model at `path`: "org/name" for a snapshot in the Hugging Face cache, "name:tag" for a blob of
/// Ollama's, else the name of the file or folder.
std::string modelName(const std::filesystem::path& path);

}  // namespace sinkscope
