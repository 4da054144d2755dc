#include "core/shared_folder.h"

#include <cstdlib>
#include <system_error>

namespace sinkscope {

namespace {

std::filesystem::path found() {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path installed = program.parent_path().parent_path() / "share" / "sinkscope";
  if (!error && std::filesystem::is_directory(installed, error)) return installed;
  return SINKSCOPE_RESOURCES;
}

}  // namespace

const std::filesystem::path& sharedFolder() {
  static const std::filesystem::path folder = found();
  return folder;
}

std::filesystem::path cacheFolder() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache == '/') return std::filesystem::path(cache) / "sinkscope";
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') return {};
  return std::filesystem::path(home) / ".cache" / "sinkscope";
}

}  // namespace sinkscope
