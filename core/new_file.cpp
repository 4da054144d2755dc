#include "core/new_file.h"

#include "core/error.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sinkscope {
namespace {

std::filesystem::path folderOf(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

}  // namespace

NewFile::NewFile(std::filesystem::path path) : path_(std::move(path)), target_(path_) {
  std::error_code ignored;
  if (std::filesystem::is_symlink(path_, ignored)) {  // the file that the link names is replaced, not the link
    const auto resolved = std::filesystem::weakly_canonical(path_, ignored);
    if (!ignored) target_ = resolved;
  }
  if (std::filesystem::is_directory(target_, ignored)) fail("write it", EISDIR);
  std::string stem = ".";
  stem += target_.filename().string() + "." + std::to_string(::getpid()) + ".";
  for (int attempt = 0; descriptor_ < 0; ++attempt) {
    temporary_ = folderOf(target_) / (stem + std::to_string(attempt) + ".part");
    descriptor_ = ::open(temporary_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor_ < 0 && errno != EEXIST) {
      const int error = errno;
      temporary_.clear();
      fail("create a temporary file beside it", error);
    }
  }
}

NewFile::~NewFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void NewFile::fail(const char* doing, int error) const {
  throw Error(path_.string() + ": cannot " + doing + ": " + std::strerror(error) + ".");
}

void NewFile::write(std::uint64_t offset, const void* bytes, std::size_t size) {
  const char* from = static_cast<const char*>(bytes);
  while (size > 0) {
    const ssize_t written = ::pwrite(descriptor_, from, size, static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write it", errno);
    from += written;
    offset += static_cast<std::uint64_t>(written);
    size -= static_cast<std::size_t>(written);
  }
}

void NewFile::commit() {
  if (::fsync(descriptor_) != 0) fail("sync it", errno);
  struct stat old {};
  if (::stat(target_.c_str(), &old) == 0) ::fchmod(descriptor_, old.st_mode & 0777);
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) fail("give the new file its name", errno);
  temporary_.clear();
  // The new file is there; that the folder cannot be synced (some network file systems) does not undo it.
  const int folder = ::open(folderOf(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  ::fsync(folder);
  ::close(folder);
}

}  // namespace sinkscope
