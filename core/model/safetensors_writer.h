#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <string>

namespace sinkscope {

/// Writes tensors with their names as one safetensors file, each in its own type: F64, F32, F16, BF16, I64, I32 or U8.
/// The data begin at a multiple of 64 bytes. The file takes its name when it is whole and on the disk: an old one of
/// that name stays until then. Throws `Error`, also for a name or a text that is no UTF-8.
void writeSafetensors(const std::filesystem::path& path, const std::map<std::string, at::Tensor>& tensors,
                      const std::map<std::string, std::string>& metadata);

}  // namespace sinkscope
