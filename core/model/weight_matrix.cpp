#include "core/model/weight_matrix.h"

#include "core/model/accumulating_maps.h"
#include "core/model/cached_pieces.h"
#include "core/model/linear_map.h"
#include "core/model/tile_product.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace sinkscope {
namespace {

// A block of float32 weights that is multiplied while it is in a core's cache: at most so many columns, which are whole
// blocks of every type, and so many rows.
constexpr std::int64_t kBlockColumns = 2048, kBlockRows = 128;

// Numbers that are read from a file at a time.
constexpr std::int64_t kReadNumbers = std::int64_t{1} << 25;

/// Rows of a block: few enough that all threads have some.
std::int64_t blockRows(std::int64_t rows) {
  constexpr std::int64_t kShares = 8, kFewest = 32;
  return std::clamp((rows + kShares - 1) / kShares, kFewest, kBlockRows);
}

}  // namespace

WeightMatrix::WeightMatrix(at::Tensor bytes, const GgmlType& type, std::int64_t columns)
    : values_(std::move(bytes)), type_(&type), columns_(columns) {}

WeightMatrix::WeightMatrix(ReadRows read, std::int64_t rows, std::int64_t columns)
    : read_(std::move(read)), rows_(rows), columns_(columns) {}

void WeightMatrix::copyRow(std::int64_t row, float* to) const {
  type_->toFloat(values_.const_data_ptr<std::uint8_t>() + row * values_.size(1), to, columns_ / type_->block);
}

bool WeightMatrix::learns() const {
  return !isStored() && accumulates(values_);
}

at::Tensor WeightMatrix::map(const at::Tensor& x, const at::Tensor& bias) const {
  if (!isStored()) return linearMap(x, values_, bias);
  if (at::GradMode::is_enabled() && x.requires_grad()) return at::linear(x, dense(), bias);
  if (read_) {
    std::vector<at::Tensor> parts;
    const std::int64_t block = std::max<std::int64_t>(1, kReadNumbers / columns_);
    for (std::int64_t begin = 0; begin < rows_; begin += block)
      parts.push_back(read_(begin, std::min(rows_, begin + block)).map(x));
    const at::Tensor result = at::cat(parts, -1);
    return bias.defined() ? result + bias : result;
  }
  const at::Tensor in = x.reshape({-1, columns_}).contiguous();
  // [row, token]: so, products of few tokens are fastest
  const at::Tensor out = isTiled() ? tileProduct(values_.const_data_ptr(), rows(), in) : product(in);
  std::vector<std::int64_t> shape = x.sizes().vec();
  shape.back() = rows();
  const at::Tensor result = out.t().contiguous().view(shape);
  return bias.defined() ? result.add_(bias) : result;
}

at::Tensor WeightMatrix::product(const at::Tensor& x) const {
  const at::Tensor out = at::empty({rows(), x.size(0)}, x.options());
  const std::uint8_t* bytes = values_.const_data_ptr<std::uint8_t>();
  const std::int64_t bytesOfRow = values_.size(1);
  byPiecesInTurn(rows(), blockRows(rows()), [&](std::int64_t begin, std::int64_t count) {
    const at::NoGradGuard alsoOnThisThread;
    const std::int64_t width = std::min(columns_, kBlockColumns);
    const at::Tensor scratch = at::empty({count * width}, at::kFloat);
    at::Tensor result = out.narrow(0, begin, count);
    for (std::int64_t column = 0; column < columns_; column += width) {
      const std::int64_t columns = std::min(width, columns_ - column);
      float* values = scratch.mutable_data_ptr<float>();
      for (std::int64_t row = 0; row < count; ++row)
        type_->toFloat(bytes + (begin + row) * bytesOfRow + column / type_->block * type_->bytes,
                       values + row * columns, columns / type_->block);
      const at::Tensor weights = scratch.narrow(0, 0, count * columns).view({count, columns});
      at::addmm_out(result, result, weights, x.narrow(1, column, columns).t(), column == 0 ? 0.0 : 1.0);
    }
  });
  return out;
}

bool WeightMatrix::isTiled() const {
  return type_ && type_->name == "BF16" && columns_ % 2 == 0 && hasTiles();
}

WeightMatrix WeightMatrix::part(std::int64_t begin, std::int64_t end) const {
  if (read_) return read_(begin, end).part(0, end - begin);
  return isTiled() ? WeightMatrix(values_.slice(0, begin, end), *type_, columns_) : WeightMatrix(slice(begin, end));
}

at::Tensor WeightMatrix::slice(std::int64_t begin, std::int64_t end) const {
  if (read_) return read_(begin, end).dense();
  if (!type_) return values_.slice(0, begin, end);
  const at::Tensor result = at::empty({end - begin, columns_}, at::kFloat);
  byPieces(end - begin, kBlockRows, [&](std::int64_t first, std::int64_t count) {
    for (std::int64_t row = first; row < first + count; ++row)
      copyRow(begin + row, result.mutable_data_ptr<float>() + row * columns_);
  });
  return result;
}

at::Tensor WeightMatrix::look(const at::Tensor& ids) const {
  if (!isStored()) return learns() ? accumulatingLookUp(values_, ids) : at::embedding(values_, ids);
  const at::Tensor flat = ids.flatten().contiguous();
  const at::Tensor result = at::empty({flat.numel(), columns_}, at::kFloat);
  for (std::int64_t i = 0; i < flat.numel(); ++i) {
    const std::int64_t row = flat.const_data_ptr<std::int64_t>()[i];
    if (read_)
      result[i].copy_(read_(row, row + 1).dense()[0]);
    else
      copyRow(row, result.mutable_data_ptr<float>() + i * columns_);
  }
  std::vector<std::int64_t> shape = ids.sizes().vec();
  shape.push_back(columns_);
  return result.view(shape);
}

}  // namespace sinkscope
