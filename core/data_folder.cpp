#include "core/data_folder.h"

#include <cstdlib>

namespace sinkscope {

std::filesystem::path dataFolder() {
  const char* data = std::getenv("XDG_DATA_HOME");
  if (data != nullptr && *data != '\0') return std::filesystem::path(data) / "sinkscope";
  const char* home = std::getenv("HOME");
  return std::filesystem::path(home == nullptr ? "." : home) / ".local" / "share" / "sinkscope";
}

}  // namespace sinkscope
