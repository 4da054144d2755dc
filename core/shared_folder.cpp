#include "core/shared_folder.h"

#include <system_error>

namespace sinkscope {

namespace {

std::filesystem::path found() {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path installed = program.parent_path().parent_path() / "share" / "sinkscope";
  if (!error && std::filesystem::is_directory(installed, error)) return installed;
  return std::filesystem::path(SINKSCOPE_SOURCE) / "resources";
}

}  // namespace

const std::filesystem::path& sharedFolder() {
  static const std::filesystem::path folder = found();
  return folder;
}

std::filesystem::path fetchScript(const std::string& name) {
  std::filesystem::path installed = sharedFolder() / "packaging" / name;
  std::error_code error;
  if (std::filesystem::exists(installed, error)) return installed;
  return std::filesystem::path(SINKSCOPE_SOURCE) / "packaging" / name;
}

}  // namespace sinkscope
