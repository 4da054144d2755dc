#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace sinkscope {

/// A file that appears under its name whole or not at all: it is written under a temporary name in the same folder,
/// synced, then renamed. Until then an old file of that name stays as it is; without `commit` the temporary one is
/// removed.
class NewFile {
 public:
  /// Creates the temporary file, empty; throws `Error` saying why that is not possible.
  explicit NewFile(std::filesystem::path path);
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile();

  /// Of the temporary file, to be written through.
  int descriptor() const { return descriptor_; }
  /// Puts `size` bytes at `offset`; throws `Error` when they do not fit on the disk.
  void write(std::uint64_t offset, const void* bytes, std::size_t size);
  /// Puts what was written on the disk and under its name.
  void commit();

 private:
  [[noreturn]] void fail(const char* doing, int error) const;

  std::filesystem::path path_, target_, temporary_;
  int descriptor_ = -1;
};

}  // namespace sinkscope
