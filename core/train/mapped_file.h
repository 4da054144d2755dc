#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace sinkscope {

/// A file's bytes in memory, read from the disk as they are looked at. The file must not become shorter meanwhile.
class MappedFile {
 public:
  /// Throws `Error` when the file can't be opened or mapped.
  explicit MappedFile(const std::filesystem::path& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile();

  std::span<const std::byte> bytes() const { return {start_, size_}; }

 private:
  const std::byte* start_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace sinkscope
