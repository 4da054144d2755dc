#include "core/catalogue/catalogue.h"
#include "core/data_folder.h"
#include "core/error.h"
#include "core/runs/document_file.h"
#include "core/shared_folder.h"

#include <cstdlib>
#include <fstream>

namespace sinkscope {
namespace {

std::filesystem::path settingFile() {
  return dataFolder() / "run-folders.txt";
}

std::filesystem::path usualFolder() {
  const char* home = std::getenv("HOME");
  return std::filesystem::path(home == nullptr || *home == '\0' ? "." : home) / "sinkscope" / "runs";
}

}  // namespace

std::filesystem::path runIndexFile() {
  const std::filesystem::path cache = cacheFolder();
  return (cache.empty() ? dataFolder() : cache) / "runs.sqlite";
}

std::vector<std::filesystem::path> setFolders() {
  std::vector<std::filesystem::path> folders;
  std::ifstream file(settingFile());
  for (std::string line; std::getline(file, line);)
    if (!line.empty()) folders.emplace_back(line);
  if (folders.empty()) folders.push_back(usualFolder());
  return folders;
}

std::vector<std::filesystem::path> libraryFolders() {
  std::vector<std::filesystem::path> folders = setFolders();
  folders.push_back(dataFolder() / "training");
  folders.push_back(sampleFolder());
  return folders;
}

std::filesystem::path sampleFolder() {
  return sharedFolder() / "runs";
}

bool isSample(const std::filesystem::path& run) {
  const std::filesystem::path below = run.lexically_relative(sampleFolder());
  return !below.empty() && *below.begin() != ".." && *below.begin() != ".";
}

void setLibraryFolders(const std::vector<std::filesystem::path>& folders) {
  std::string lines;
  for (const std::filesystem::path& folder : folders) lines.append(folder.string()).push_back('\n');
  std::error_code error;
  std::filesystem::create_directories(dataFolder(), error);
  writeDocument(settingFile(), lines);
}

}  // namespace sinkscope
