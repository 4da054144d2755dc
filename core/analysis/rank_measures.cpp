#include "core/analysis/rank_measures.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <limits>

namespace sinkscope {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// `sqrt(||X||_1 ||X||_inf)`: the largest sum of a column and of a row, absolute values.
double oneInfNorm(const at::Tensor& x) {
  const at::Tensor size = x.abs();
  return std::sqrt(size.sum(0).max().item<double>() * size.sum(1).max().item<double>());
}

/// Entropy of weights that are made to sum to 1; NaN when they are all 0.
double entropy(const at::Tensor& weights) {
  const double sum = weights.sum().item<double>();
  if (!(sum > 0.0)) return kNaN;
  const at::Tensor p = weights / sum;
  return -at::xlogy(p, p).sum().item<double>() + 0.0;  // no -0 of a single weight
}

/// Squares of the singular values of V, [min(T, D)].
at::Tensor squaredSingularValues(const at::Tensor& v) {
  const at::Tensor gram = v.size(0) <= v.size(1) ? at::mm(v, v.t()) : at::mm(v.t(), v);
  const at::Tensor values = at::linalg_eigvalsh(gram);
  // Eigenvalues below the rounding of the largest are not known, not even their sign: they count as 0.
  const double rounding =
      values.abs().max().item<double>() * static_cast<double>(values.numel()) * std::numeric_limits<double>::epsilon();
  return at::where(values > rounding, values, 0.0);
}

/// From the norm of the sum of unit vectors: `||sum u||^2 = n + sum over pairs i != j of cos(v_i, v_j)`.
double meanCosine(const at::Tensor& v) {
  const at::Tensor norms = at::linalg_vector_norm(v, 2, -1);
  const double n = norms.gt(0.0).sum().item<double>();
  if (n < 2.0) return kNaN;
  const at::Tensor units = v / at::where(norms > 0.0, norms, 1.0).unsqueeze(1);
  return (units.sum(0).square().sum().item<double>() - n) / (n * (n - 1.0));
}

}  // namespace

RankMeasures rankMeasures(const at::Tensor& rows) {
  const at::NoGradGuard noGradients;
  if (rows.size(0) == 0) return {kNaN, kNaN, kNaN, kNaN, kNaN, kNaN};
  const at::Tensor v = rows.to(at::kCPU, at::kDouble);
  const at::Tensor residual = v - v.mean(0);
  const double size = at::linalg_vector_norm(v).item<double>();
  RankMeasures result;
  result.residual = at::linalg_vector_norm(residual).item<double>();
  result.relativeResidual = size > 0.0 ? result.residual / size : kNaN;
  result.dongResidual = size > 0.0 ? oneInfNorm(residual) / oneInfNorm(v) : kNaN;
  const at::Tensor squares = squaredSingularValues(v);
  result.effectiveRank = std::exp(entropy(squares.sqrt()));
  result.matrixEntropy = entropy(squares);
  result.meanCosine = meanCosine(v);
  return result;
}

void RankCurves::add(const RankMeasures& place) {
  residual.push_back(place.residual);
  relativeResidual.push_back(place.relativeResidual);
  dongResidual.push_back(place.dongResidual);
  effectiveRank.push_back(place.effectiveRank);
  matrixEntropy.push_back(place.matrixEntropy);
  meanCosine.push_back(place.meanCosine);
}

}  // namespace sinkscope
