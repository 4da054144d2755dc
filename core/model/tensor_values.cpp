#include "core/model/tensor_values.h"

#include "core/error.h"
#include "core/model/ggml_types.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

#include <algorithm>

namespace sinkscope {

void checkReadable(const TensorInfo& info, const std::string& file) {
  const GgmlType* type = ggmlType(info.type);
  if (type != nullptr && type->toFloat != nullptr) return;
  throw Error(file + ": tensor '" + info.name + "' has the type " + info.type +
              ", which can't be read; F32, F16, BF16, Q4_0 to Q8_0 and Q2_K to Q8_K can.");
}

at::Tensor readValues(const InputFile& file, const TensorInfo& info) {
  checkReadable(info, file.name());
  const GgmlType* type = ggmlType(info.type);
  at::Tensor result = at::empty(info.shape, at::kFloat);
  float* values = result.data_ptr<float>();
  const auto blocks = static_cast<std::int64_t>(info.bytes) / type->bytes;
  const std::int64_t part = std::max<std::int64_t>(1, (1 << 18) / type->bytes);  // a buffer that stays in the cache
  at::parallel_for(0, blocks, part, [&](std::int64_t begin, std::int64_t end) {
    std::vector<std::uint8_t> buffer(static_cast<std::size_t>(std::min(part, end - begin) * type->bytes));
    for (std::int64_t first = begin; first < end; first += part) {
      const std::int64_t count = std::min(part, end - first);
      file.read(info.offset + static_cast<std::uint64_t>(first * type->bytes), buffer.data(),
                static_cast<std::size_t>(count * type->bytes));
      type->toFloat(buffer.data(), values + first * type->block, count);
    }
  });
  return result;
}

}  // namespace sinkscope
