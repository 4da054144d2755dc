#pragma once

#include "core/model/ggml_types.h"

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace sinkscope {

/// A linear map's weights [out, in]: float32, or in the type of a file, which becomes float32 a block at a time while
/// it is used. Cheap to copy; immutable.
class WeightMatrix {
 public:
  WeightMatrix() = default;
  /// Float32, any strides.
  explicit WeightMatrix(at::Tensor values) : values_(std::move(values)) {}
  /// `bytes` [rows, bytes of a row], uint8 on the CPU: each row is `columns` values of the type.
  WeightMatrix(at::Tensor bytes, const GgmlType& type, std::int64_t columns);

  std::int64_t rows() const { return values_.size(0); }
  std::int64_t columns() const { return type_ ? columns_ : values_.size(1); }
  std::int64_t bytes() const { return static_cast<std::int64_t>(values_.nbytes()); }
  bool isStored() const { return type_ != nullptr; }

  /// `x` [..., in] times the transposed matrix, plus `bias` [out] where it is defined: [..., out]. Autograd goes
  /// through to `x`.
  at::Tensor map(const at::Tensor& x, const at::Tensor& bias = {}) const;
  /// The rows [begin, end) as float32.
  at::Tensor slice(std::int64_t begin, std::int64_t end) const;
  /// The rows with these numbers, `ids` int64 of any shape: [ids..., in].
  at::Tensor look(const at::Tensor& ids) const;
  /// The whole as float32.
  at::Tensor dense() const { return type_ ? slice(0, rows()) : values_; }

 private:
  void copyRow(std::int64_t row, float* to) const;

  at::Tensor values_;  // float32 [rows, columns], or bytes [rows, bytes of a row]
  const GgmlType* type_ = nullptr;
  std::int64_t columns_ = 0;
};

}  // namespace sinkscope
