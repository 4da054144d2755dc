#pragma once

#include "core/model/input_file.h"
#include "core/model/tensor_file.h"

#include <ATen/core/Tensor.h>

#include <string>

namespace sinkscope {

/// Throws `Error` where values of the tensor's type can't be read from `file`, of that name.
void checkReadable(const TensorInfo& info, const std::string& file);

/// The values of a tensor whose place in `file` was checked, as contiguous float32; in parallel. Throws `Error` for a
/// type that can't be read.
at::Tensor readValues(const InputFile& file, const TensorInfo& info);

}  // namespace sinkscope
