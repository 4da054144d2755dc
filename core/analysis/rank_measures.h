#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace sinkscope {

/// How far the rows of V [token, D] are from being all alike. `m` is the mean row.
struct RankMeasures {
  double residual = 0.0;          ///< ||V - 1 m^T||_F, in units of the stream
  double relativeResidual = 0.0;  ///< over ||V||_F: 0 for rows that are alike, at most 1
  /// `sqrt(||R||_1 ||R||_inf) / sqrt(||V||_1 ||V||_inf)`, R = V - 1 m^T (the measure of Dong et al., arXiv 2103.03404,
  /// with the mean row as the one that is taken away).
  double dongResidual = 0.0;
  /// `exp(- sum p_k ln p_k)`, p_k = s_k / sum s, s the singular values of V, not centred (Roy and Vetterli, 2007):
  /// 1 for rows that are multiples of one, the number of rows for orthogonal rows of one length.
  double effectiveRank = 0.0;
  /// Von Neumann entropy of the Gram matrix over its trace: `- sum q_k ln q_k`, q_k = s_k^2 / sum s^2. Nats.
  double matrixEntropy = 0.0;
  /// Mean of cos(v_i, v_j) over the pairs i != j, rows of zeros left out; NaN of fewer than two rows.
  double meanCosine = 0.0;
};

/// The measures of one matrix, in double precision. O(T D min(T, D)) time; the largest tensor beside V is the smaller
/// of its two Gram matrices. A V of no rows or of zeros has NaN where it would be divided by zero.
RankMeasures rankMeasures(const at::Tensor& rows);

/// The same of a place in every layer, for curves: one value a place.
struct RankCurves {
  std::vector<double> residual, relativeResidual, dongResidual, effectiveRank, matrixEntropy, meanCosine;
  void add(const RankMeasures& place);
};

}  // namespace sinkscope
