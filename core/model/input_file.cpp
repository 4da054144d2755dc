#include "core/model/input_file.h"

#include "core/error.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace sinkscope {

InputFile::InputFile(std::filesystem::path path) : path_(std::move(path)) {
  descriptor_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0) throw Error(path_.string() + " can't be opened: " + std::strerror(errno) + ".");
  struct stat status = {};
  const bool known = ::fstat(descriptor_, &status) == 0;
  if (!known || !S_ISREG(status.st_mode)) {
    ::close(descriptor_);
    throw Error(path_.string() + " is not a regular file.");
  }
  size_ = static_cast<std::uint64_t>(status.st_size);
}

InputFile::~InputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

InputFile::InputFile(InputFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)), size_(other.size_) {}

void InputFile::read(std::uint64_t offset, void* target, std::size_t bytes) const {
  if (!contains(offset, bytes)) {
    throw Error(name() + " ends too early: " + std::to_string(bytes) + " bytes are expected at byte " +
                std::to_string(offset) + ", but the file has " + std::to_string(size_) + " bytes.");
  }
  char* to = static_cast<char*>(target);
  while (bytes > 0) {
    // Linux moves at most 2 GiB in one call.
    const ssize_t moved = ::pread(descriptor_, to, std::min<std::size_t>(bytes, 1u << 30), static_cast<off_t>(offset));
    if (moved < 0 && errno == EINTR) continue;
    if (moved < 0) throw Error(path_.string() + " can't be read: " + std::strerror(errno) + ".");
    if (moved == 0) throw Error(name() + " became shorter while it was read.");
    to += moved;
    offset += static_cast<std::uint64_t>(moved);
    bytes -= static_cast<std::size_t>(moved);
  }
}

}  // namespace sinkscope
