#include "core/error.h"
#include "core/model/model_folders.h"
#include "core/model/model_layouts.h"

#include <algorithm>
#include <cctype>

// From names to models, and back.

namespace sinkscope {
namespace {

namespace fs = std::filesystem;

std::string lowerCase(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// The models that a name may mean by the first rule that any of them follows.
std::vector<const FoundModel*> meant(const std::string& name, const std::vector<FoundModel>& models) {
  const std::string lower = lowerCase(name);
  std::vector<const FoundModel*> result;
  const auto take = [&](const auto& fits) {
    if (!result.empty()) return;
    for (const FoundModel& model : models)
      if (fits(model)) result.push_back(&model);
  };
  take([&](const FoundModel& model) { return model.name == name || model.name == name + ":latest"; });
  // The same name in two places: the first is as good as the second, unless it cannot be opened.
  if (!result.empty()) {
    const auto opens = std::ranges::find_if(result, [](const FoundModel* model) { return model->problem.empty(); });
    return {opens == result.end() ? result.front() : *opens};
  }
  take([&](const FoundModel& model) {
    const std::string own = lowerCase(model.name);
    return own == lower || own == lower + ":latest";
  });
  take([&](const FoundModel& model) { return lowerCase(model.name).starts_with(lower + "/"); });
  return result;
}

/// The folder `models--org--name` that a path leads through; empty where it leads through none.
fs::path hubFolderOf(const fs::path& path) {
  for (fs::path at = path; at.has_relative_path(); at = at.parent_path())
    if (at.parent_path().filename() == "snapshots" && isHubFolder(at.parent_path().parent_path()))
      return at.parent_path().parent_path();
  return {};
}

}  // namespace

std::string placesText(const std::vector<ModelFolder>& folders) {
  std::vector<std::string> there;
  for (const ModelFolder& folder : folders)
    if (isFolder(folder.path)) there.push_back(folder.path.string());
  std::string text;
  for (std::size_t i = 0; i < there.size(); ++i)
    text.append(i == 0 ? "" : i + 1 == there.size() ? " and " : ", ").append(there[i]);
  return text.empty() ? "no folder, as none of them is there" : text;
}

const FoundModel& modelNamed(const std::string& name, const std::vector<FoundModel>& models,
                             const std::vector<ModelFolder>& folders) {
  const std::vector<const FoundModel*> candidates = meant(name, models);
  if (candidates.empty())
    throw Error("'" + name + "' is neither a file or folder nor the name of a model on this machine; looked in " +
                placesText(folders) + ".");
  if (candidates.size() > 1) {
    std::string names;
    for (const FoundModel* model : candidates) names.append(names.empty() ? "" : ", ").append(model->name);
    throw Error("'" + name + "' may mean several models: " + names + "; the whole name of one is expected.");
  }
  const FoundModel& model = *candidates.front();
  if (!model.problem.empty()) throw Error(model.name + " cannot be opened: " + model.problem);
  return model;
}

std::string modelName(const fs::path& path) {
  std::error_code ignored;
  fs::path whole = fs::absolute(path, ignored).lexically_normal();
  if (!whole.has_filename()) whole = whole.parent_path();
  const fs::path hub = hubFolderOf(whole);
  if (!hub.empty() && isFolder(whole)) return hubName(hub);
  const fs::path store = whole.parent_path().parent_path();
  if (whole.filename().string().starts_with("sha256-") && isOllamaFolder(store)) {
    for (const FoundModel& model : modelsOfOllamaFolder(store, Job()))
      if (model.path == whole) return model.name;
  }
  return isFolder(whole) ? fs::weakly_canonical(whole).filename().string() : whole.filename().string();
}

}  // namespace sinkscope
