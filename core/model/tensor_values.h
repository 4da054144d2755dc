#pragma once

#include "core/model/input_file.h"
#include "core/model/tensor_file.h"

#include <ATen/core/Tensor.h>

namespace sinkscope {

/// The values of a tensor whose place in `file` was checked, as contiguous float32; in parallel. Throws `Error` for a
/// type that can't be read.
at::Tensor readValues(const InputFile& file, const TensorInfo& info);

}  // namespace sinkscope
