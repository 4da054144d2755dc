#include "core/trace/output_norm.h"

#include "core/averages.h"
#include "core/model/tile_product.h"

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <limits>

namespace sinkscope {
namespace {

/// Whether multiplying all of W_O takes less than factoring it.
bool isShort(std::int64_t tokens, std::int64_t headWidth) {
  return tokens <= 2 * headWidth;
}

/// Factors F with ||F_h v|| = ||W_O^h v||, [head, rows, d]. For a long prompt the small triangular one, from
/// W^T W = L L^T in double precision; the blocks of W_O themselves for a short prompt or where one has not full rank.
at::Tensor outputFactors(const at::Tensor& attentionOutput, std::int64_t heads, std::int64_t tokens) {
  const std::int64_t width = attentionOutput.size(0), headWidth = attentionOutput.size(1) / heads;
  const at::Tensor blocks = attentionOutput.view({width, heads, headWidth}).transpose(0, 1);  // [head, D, d]
  if (isShort(tokens, headWidth) || headWidth >= width) return blocks;
  const at::Tensor wide = blocks.to(at::kDouble);
  auto [lower, failed] = at::linalg_cholesky_ex(at::matmul(wide.transpose(1, 2), wide));
  if (failed.any().item<bool>()) return blocks;
  return lower.transpose(1, 2).to(at::kFloat);
}

}  // namespace

Array<float, 2> outputNorms(const WeightMatrix& attentionOutput, const at::Tensor& value, std::int64_t heads) {
  const std::int64_t keyHeads = value.size(0), tokens = value.size(1);
  Array<float, 2> norms({static_cast<std::size_t>(heads), static_cast<std::size_t>(tokens)});
  if (attentionOutput.isTiled() && isShort(tokens, value.size(2)) && value.size(2) % 2 == 0) {
    const at::Tensor tiled =
        tileNorms(attentionOutput.storedBytes().const_data_ptr(), attentionOutput.rows(), heads, value.contiguous());
    std::copy_n(tiled.const_data_ptr<float>(), tiled.numel(), norms.values().begin());
    return norms;
  }
  const at::Tensor factors = outputFactors(attentionOutput.dense(), heads, tokens);
  const auto work = [&](std::int64_t begin, std::int64_t end) {
    const at::NoGradGuard alsoOnThisThread;
    for (std::int64_t h = begin; h < end; ++h) {
      const at::Tensor written = at::mm(value[h * keyHeads / heads], factors[h].t());  // [token, rows]
      const at::Tensor norm = at::linalg_vector_norm(written, 2, -1).to(at::kCPU, at::kFloat).contiguous();
      std::copy_n(norm.const_data_ptr<float>(), tokens, norms.row(h).data());
    }
  };
  if (value.is_cpu())
    at::parallel_for(0, heads, 1, work);
  else
    work(0, heads);
  return norms;
}

double valueDrain(std::span<const float> outputNorm) {
  const double others = outputNorm.empty() ? 0.0 : median({outputNorm.begin() + 1, outputNorm.end()});
  return others > 0.0 ? outputNorm[0] / others : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace sinkscope
