#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace sinkscope {

/// One tensor of a weight file, before it is read.
struct TensorInfo {
  std::string name;
  std::string type;                 ///< as the format names it: "F32", "BF16", "Q4_K", ...
  std::vector<std::int64_t> shape;  ///< row-major, outermost first (GGUF's order reversed)
  std::uint64_t offset = 0;         ///< of the first byte in `file`
  std::uint64_t bytes = 0;          ///< stored size
  std::size_t file = 0;             ///< index into `TensorFile::files()`
};

/// A model's weights on disk, in either format: names, types and shapes known, values read on demand with `pread`
/// into memory of their own. Every length, count and offset was checked against the file's size on opening.
class TensorFile {
 public:
  virtual ~TensorFile() = default;

  virtual const std::vector<std::filesystem::path>& files() const = 0;
  virtual const std::map<std::string, TensorInfo>& tensors() const = 0;

  /// The first file's name without folders, as sentences call it.
  std::string name() const { return files().front().filename().string(); }

  /// The named tensor as contiguous float32. Quantised types are de-quantised exactly as the reference Python
  /// package `gguf` does. Throws `Error` when the tensor is missing, unreadable or of an unknown type.
  virtual at::Tensor read(const std::string& name) const = 0;

  /// `bytes` bytes of a tensor's stored values, from `begin` on, into `target`; from any thread. Throws `Error` when
  /// they can't be read.
  virtual void readBytes(const TensorInfo& info, std::uint64_t begin, std::uint64_t bytes, void* target) const = 0;
};

}  // namespace sinkscope
