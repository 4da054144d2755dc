#include "core/runs/document_file.h"

#include "core/error.h"
#include "core/runs/new_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sinkscope {

void writeDocument(const std::filesystem::path& path, std::string_view text) {
  NewFile file(path);
  while (!text.empty()) {
    const ssize_t written = ::write(file.descriptor(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw Error(path.string() + ": cannot be written: " + std::strerror(errno) + ".");
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  file.commit();
}

}  // namespace sinkscope
