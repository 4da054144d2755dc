#include "core/model/model_folders.h"

#include "core/data_folder.h"
#include "core/error.h"
#include "core/model/demo_models.h"
#include "core/model/model_layouts.h"
#include "core/new_file.h"
#include "core/shared_folder.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <utility>

namespace sinkscope {
namespace {

namespace fs = std::filesystem;

/// Deeper than LM Studio's publisher/model or a home's models/org/name, and no walk through a whole disk.
constexpr int kDepth = 6;

/// A folder that an environment variable names ("~" is the home); empty where it is not set.
fs::path fromEnvironment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return {};
  const std::string text = value;
  if (text == "~" || text.starts_with("~/")) {
    const char* home = std::getenv("HOME");
    return fs::path(home == nullptr ? "." : home) / text.substr(std::min<std::size_t>(2, text.size()));
  }
  return text;
}

fs::path home() {
  const fs::path set = fromEnvironment("HOME");
  return set.empty() ? fs::path(".") : set;
}

fs::path hubCache() {
  for (const char* name : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"})
    if (const fs::path set = fromEnvironment(name); !set.empty()) return set;
  if (const fs::path set = fromEnvironment("HF_HOME"); !set.empty()) return set / "hub";
  const fs::path cache = fromEnvironment("XDG_CACHE_HOME");
  return (cache.empty() ? home() / ".cache" : cache) / "huggingface" / "hub";
}

fs::path listOfAdded() {
  return dataFolder() / "model-folders.txt";
}

/// Walks through folders and tells of the models in them.
class Walk {
 public:
  Walk(const Job& job, const std::function<void(FoundModel)>& found) : job_(job), found_(found) {}

  void lookInto(const ModelFolder& root) {
    root_ = &root;
    if (isFolder(root.path)) walk(root.path, "", kDepth);
  }

 private:
  void tell(std::vector<FoundModel> models) {
    for (FoundModel& model : models) {
      model.source = root_->source;
      found_(std::move(model));
    }
  }

  /// `name`: of the folder, from the root on.
  void walk(const fs::path& folder, const std::string& name, int depth) {
    job_.check();
    std::error_code error;
    // Links may lead in circles, and one folder may be reached from two roots.
    const fs::path real = fs::canonical(folder, error);
    if (error || !seen_.insert(real).second) return;
    try {
      if (isHubFolder(folder)) return tell(modelsOfHubFolder(folder));
      if (isOllamaFolder(folder)) return tell(modelsOfOllamaFolder(folder, job_));
      std::vector<FoundModel> models = modelsDirectlyIn(folder, name);
      if (root_->source == ModelSource::Sinkscope) nameAsFolders(models, name);
      tell(std::move(models));
      if (depth > 0) walkBelow(folder, name, depth - 1);
    } catch (const Error& problem) {
      FoundModel unread;
      unread.name = name.empty() ? folder.string() : name;
      unread.path = folder;
      unread.problem = problem.what();
      tell({unread});
    }
  }

  void walkBelow(const fs::path& folder, const std::string& name, int depth) {
    for (const fs::path& entry : entriesOf(folder)) {
      if (entry.filename().string().starts_with('.') || !isFolder(entry)) continue;
      walk(entry, below(name, entry), depth);
    }
  }

  /// This program keeps every model in a folder of its name; that of a training ends in ".model".
  static void nameAsFolders(std::vector<FoundModel>& models, const std::string& name) {
    if (models.size() != 1 || name.empty()) return;
    models.front().name = name.ends_with(".model") ? name.substr(0, name.size() - 6) : name;
  }

  const Job& job_;
  const std::function<void(FoundModel)>& found_;
  const ModelFolder* root_ = nullptr;
  std::set<fs::path> seen_;
};

}  // namespace

bool isFile(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

bool isFolder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

std::vector<fs::path> entriesOf(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> entries;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    entries.push_back(at->path());
  if (error) throw Error(folder.string() + " cannot be read: " + error.message() + ".");
  std::ranges::sort(entries);
  return entries;
}

std::string below(const std::string& name, const fs::path& entry) {
  const std::string own = entry.filename().string();
  return name.empty() ? own : std::string(name).append("/").append(own);
}

std::string titleOf(ModelSource source) {
  switch (source) {
    case ModelSource::Sinkscope:
      return "Sinkscope";
    case ModelSource::HuggingFace:
      return "Hugging Face";
    case ModelSource::LmStudio:
      return "LM Studio";
    case ModelSource::Ollama:
      return "Ollama";
    case ModelSource::Added:
      break;
  }
  return "added folder";
}

std::vector<fs::path> addedModelFolders() {
  std::vector<fs::path> folders;
  std::ifstream list(listOfAdded());
  for (std::string line; std::getline(list, line);)
    if (!line.empty()) folders.emplace_back(line);
  return folders;
}

void setAddedModelFolders(const std::vector<fs::path>& folders) {
  std::string lines;
  for (const fs::path& folder : folders) {
    if (folder.string().find('\n') != std::string::npos)
      throw Error("A folder whose name has a line break can't be added: " + folder.string() + ".");
    lines.append(folder.string()).append("\n");
  }
  const fs::path path = listOfAdded();
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) throw Error(path.parent_path().string() + " cannot be made: " + error.message() + ".");
  NewFile list(path);
  list.write(0, lines.data(), lines.size());
  list.commit();
}

std::vector<ModelFolder> modelFolders(const std::vector<fs::path>& added) {
  using enum ModelSource;
  std::vector<ModelFolder> folders = {{Sinkscope, modelFolder()},
                                      {Sinkscope, dataFolder() / "training"},
                                      {Sinkscope, sharedFolder() / "runs"},
                                      {HuggingFace, hubCache()},
                                      {LmStudio, home() / ".lmstudio" / "models"},
                                      {LmStudio, home() / ".cache" / "lm-studio" / "models"}};
  if (const fs::path set = fromEnvironment("OLLAMA_MODELS"); !set.empty()) folders.push_back({Ollama, set});
  folders.push_back({Ollama, home() / ".ollama" / "models"});
  // The system service has a user of its own, whose home depends on the distribution.
  for (const char* path : {"/usr/share/ollama/.ollama/models", "/var/lib/ollama/.ollama/models",
                           "/var/lib/ollama/models", "/var/lib/ollama", "/var/snap/ollama/common/models"})
    folders.push_back({Ollama, path});
  for (const fs::path& path : added) folders.push_back({Added, path});
  return folders;
}

void findModels(const std::vector<ModelFolder>& folders, const Job& job, const std::function<void(FoundModel)>& found) {
  Walk walk(job, found);
  for (std::size_t i = 0; i < folders.size(); ++i) {
    job.progress("looking into " + folders[i].path.string(),
                 static_cast<double>(i) / static_cast<double>(folders.size()));
    walk.lookInto(folders[i]);
  }
}

std::vector<FoundModel> findModels(const std::vector<ModelFolder>& folders, const Job& job) {
  std::vector<FoundModel> models;
  findModels(folders, job, [&](FoundModel model) { models.push_back(std::move(model)); });
  return models;
}

std::vector<FoundModel> modelsInFolder(const fs::path& folder) {
  if (isHubFolder(folder)) return modelsOfHubFolder(folder);
  if (isOllamaFolder(folder)) return modelsOfOllamaFolder(folder, Job());
  return modelsDirectlyIn(folder, "");
}

}  // namespace sinkscope
