#include "core/model/demo_models.h"

#include "core/data_folder.h"
#include "core/error.h"
#include "core/model/model_folders.h"
#include "core/shared_folder.h"

#include <algorithm>

namespace sinkscope {

const std::vector<DemoModel>& demoModels() {
  static const std::vector<DemoModel> models = {
      {"gemma-3-270m", "Gemma 3 270M", "gemma-3-270m-q4_k_m.gguf",
       "Gemma Terms of Use (https://ai.google.dev/gemma/terms)", 253113024,
       "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
       "The base model; it was trained with <bos> and rests on it."},
      {"smollm2-135m", "SmolLM2 135M Instruct", "SmolLM2-135M-Instruct.Q4_1.gguf", "Apache-2.0", 98362432,
       "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
       "A small LLaMa; its tokenizer puts no <bos> first."},
  };
  return models;
}

std::filesystem::path modelFolder() {
  return dataFolder() / "models";
}

std::filesystem::path demoModelPath(const DemoModel& model) {
  const std::filesystem::path path = modelFolder() / model.name / model.file;
  std::error_code error;
  // A file of another size is a rest of something else.
  const bool isThere = std::filesystem::file_size(path, error) == model.bytes && !error;
  return isThere ? path : std::filesystem::path();
}

const DemoModel* fetchedDemoModel() {
  const auto found =
      std::ranges::find_if(demoModels(), [](const DemoModel& model) { return !demoModelPath(model).empty(); });
  return found == demoModels().end() ? nullptr : &*found;
}

namespace {

/// A folder in Hugging Face's layout is a model; another one stands for the only model that lies in it.
std::filesystem::path inFolder(const std::filesystem::path& folder) {
  if (std::filesystem::exists(folder / "config.json")) return folder;
  const std::vector<FoundModel> models = modelsInFolder(folder);
  if (models.empty()) return folder;
  if (models.size() == 1 && models.front().problem.empty()) return models.front().path;
  if (models.size() == 1) throw Error(folder.string() + " cannot be opened: " + models.front().problem);
  std::string names;
  for (const FoundModel& model : models) names.append(names.empty() ? "" : ", ").append(model.path.filename().string());
  throw Error(folder.string() + " holds several models: " + names + "; one of them is expected.");
}

/// Whether it can only be a path, so that no folder is looked through for it.
bool isPath(const std::string& name) {
  return name.starts_with('/') || name.starts_with('.') || name.starts_with('~') || name.empty();
}

}  // namespace

std::string modelOrDemo(const std::string& wanted) {
  if (!wanted.empty()) return wanted;
  const DemoModel* demo = fetchedDemoModel();
  return demo ? demo->name : kBuiltInModel;
}

std::filesystem::path resolveModel(const std::string& name) {
  if (name == kBuiltInModel) return sharedFolder() / "runs" / (std::string(kBuiltInModel) + ".model");
  const auto demo = std::find_if(demoModels().begin(), demoModels().end(),
                                 [&](const DemoModel& model) { return model.name == name; });
  if (demo != demoModels().end()) {
    const std::filesystem::path path = demoModelPath(*demo);
    if (!path.empty()) return path;
    throw Error("The demo model " + name + " is not in " + modelFolder().string() + "; " +
                fetchScript("fetch-model.sh").string() + " " + name + " fetches it (licence: " + demo->licence + ").");
  }
  std::error_code error;
  if (std::filesystem::is_directory(name, error)) return inFolder(name);
  if (std::filesystem::exists(name, error)) return name;
  if (isPath(name)) throw Error("'" + name + "' does not exist.");
  const std::vector<ModelFolder> folders = modelFolders();
  return modelNamed(name, findModels(folders), folders).path;
}

}  // namespace sinkscope
