#pragma once

#include "core/model/input_file.h"
#include "core/model/tensor_file.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace sinkscope {

/// Weights as safetensors: one file, or a folder with `model.safetensors` or with `model.safetensors.index.json` and
/// its shards. F32, F16 and BF16 can be read as float32, those and some more as they are, other types are listed.
class SafetensorsFile : public TensorFile {
 public:
  explicit SafetensorsFile(const std::filesystem::path& path);

  const std::vector<std::filesystem::path>& files() const override { return paths_; }
  const std::map<std::string, TensorInfo>& tensors() const override { return tensors_; }
  at::Tensor read(const std::string& name) const override;
  void readBytes(const TensorInfo& info, std::uint64_t begin, std::uint64_t bytes, void* target) const override {
    files_[info.file].read(info.offset + begin, target, bytes);
  }

  /// The named tensor as it is stored, which may be F64, F32, F16, BF16, I64, I32 or U8; contiguous. Throws `Error` as
  /// `read` does.
  at::Tensor readStored(const std::string& name) const;
  /// The texts in the headers' `__metadata__`.
  const std::map<std::string, std::string>& metadata() const { return metadata_; }

 private:
  const TensorInfo& info(const std::string& name) const;
  void openSharded(const std::filesystem::path& index);
  /// Opens one file and lists its tensors in `tensors`.
  void openFile(const std::filesystem::path& path, std::map<std::string, TensorInfo>& tensors);

  std::vector<InputFile> files_;
  std::vector<std::filesystem::path> paths_;
  std::map<std::string, TensorInfo> tensors_;
  std::map<std::string, std::string> metadata_;
};

}  // namespace sinkscope
