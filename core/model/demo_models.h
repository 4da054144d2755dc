#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace sinkscope {

/// A model that `packaging/fetch-model.sh NAME` brings.
struct DemoModel {
  std::string name;     ///< "gemma-3-270m"
  std::string title;    ///< "Gemma 3 270M"
  std::string file;     ///< file name inside the model's folder
  std::string licence;  ///< shown before and after fetching
  std::uint64_t bytes = 0;
  std::string sha256;
  std::string remark;  ///< one sentence for the model menu
};
const std::vector<DemoModel>& demoModels();
/// `models` in `dataFolder()`.
std::filesystem::path modelFolder();

/// Path of a fetched demo model, or an empty path when it is not there.
std::filesystem::path demoModelPath(const DemoModel& model);

/// The first demo model that was fetched; null when none was.
const DemoModel* fetchedDemoModel();

/// The model that comes along with the program, trained by it (the sample run of this name): small, but with a sink to
/// be seen.
inline constexpr const char* kBuiltInModel = "built-in";

/// The model that is meant: `wanted`, or where that is empty the first demo model that was fetched, or where none was
/// the built-in one.
std::string modelOrDemo(const std::string& wanted);

/// What a user calls a model, made a path: "built-in", a demo model's name, a file or a folder, or the name of a model
/// in one of the `modelFolders()`: "org/name", "publisher/model/file", "name:tag". Throws `Error` with a sentence that
/// says how to fetch a demo model that is not there, or where was looked.
std::filesystem::path resolveModel(const std::string& name);

}  // namespace sinkscope
