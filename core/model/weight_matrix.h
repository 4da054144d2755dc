#pragma once

#include "core/model/ggml_types.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <utility>

namespace sinkscope {

/// A linear map's weights [out, in]: float32; in the type of a file, which becomes float32 a block at a time while it
/// is used; or left in the file, from which the rows come each time. Cheap to copy; immutable.
class WeightMatrix {
 public:
  WeightMatrix() = default;
  /// Float32, any strides.
  explicit WeightMatrix(at::Tensor values) : values_(std::move(values)) {}
  /// `bytes` [rows, bytes of a row], uint8 on the CPU: each row is `columns` values of the type.
  WeightMatrix(at::Tensor bytes, const GgmlType& type, std::int64_t columns);
  /// Rows that are read when they are needed: `read(begin, end)` gives them in one of the other ways.
  using ReadRows = std::function<WeightMatrix(std::int64_t begin, std::int64_t end)>;
  WeightMatrix(ReadRows read, std::int64_t rows, std::int64_t columns);

  std::int64_t rows() const { return read_ ? rows_ : values_.size(0); }
  std::int64_t columns() const { return isStored() ? columns_ : values_.size(1); }
  /// That it takes in memory.
  std::int64_t bytes() const { return read_ ? 0 : static_cast<std::int64_t>(values_.nbytes()); }
  /// Whether it is anything but float32 in memory.
  bool isStored() const { return type_ || read_; }
  /// Whether it is in training, as `accumulates` says of its values.
  bool learns() const;
  /// Whether products take the stored values as they are: see tile_product.h.
  bool isTiled() const;
  /// The bytes that it was made of; undefined for float32 and for rows in a file.
  at::Tensor storedBytes() const { return type_ ? values_ : at::Tensor(); }

  /// `x` [..., in] times the transposed matrix, plus `bias` [out] where it is defined: [..., out]. Autograd goes
  /// through to `x`.
  at::Tensor map(const at::Tensor& x, const at::Tensor& bias = {}) const;
  /// The rows [begin, end), to be multiplied several times.
  WeightMatrix part(std::int64_t begin, std::int64_t end) const;
  /// The rows [begin, end) as float32.
  at::Tensor slice(std::int64_t begin, std::int64_t end) const;
  /// The rows with these numbers, `ids` int64 of any shape: [ids..., in].
  at::Tensor look(const at::Tensor& ids) const;
  /// The whole as float32.
  at::Tensor dense() const { return isStored() ? slice(0, rows()) : values_; }

 private:
  /// Of stored values, a block at a time, with `x` [token, in]: [out, token].
  at::Tensor product(const at::Tensor& x) const;
  void copyRow(std::int64_t row, float* to) const;

  at::Tensor values_;  // float32 [rows, columns], or bytes [rows, bytes of a row]
  const GgmlType* type_ = nullptr;
  ReadRows read_;
  std::int64_t rows_ = 0, columns_ = 0;
};

}  // namespace sinkscope
