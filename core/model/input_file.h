#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

namespace sinkscope {

/// A regular file open for reading at positions, of a known size. May be read from several threads at once.
class InputFile {
 public:
  /// Throws `Error` when the file can't be opened or is none.
  explicit InputFile(std::filesystem::path path);
  ~InputFile();
  InputFile(InputFile&& other) noexcept;
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  InputFile& operator=(InputFile&&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string name() const { return path_.filename().string(); }
  std::uint64_t size() const { return size_; }

  /// Whether `bytes` bytes from `offset` on lie inside the file.
  bool contains(std::uint64_t offset, std::uint64_t bytes) const { return offset <= size_ && bytes <= size_ - offset; }

  /// Reads `bytes` bytes from `offset` on into `target`; throws `Error` when they are not there.
  void read(std::uint64_t offset, void* target, std::size_t bytes) const;

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

/// `a * b` in `product`; false when it overflows.
inline bool multiply(std::uint64_t a, std::uint64_t b, std::uint64_t* product) {
  return !__builtin_mul_overflow(a, b, product);
}

}  // namespace sinkscope
