#pragma once

#include "core/analysis/influence_rows.h"
#include "core/array.h"
#include "core/job.h"
#include "core/model/model.h"
#include "core/trace/trace.h"

#include <cstdint>

namespace sinkscope {

struct JacobianOptions {
  std::int64_t probes = 0;  ///< random vectors a query; 0: exact, from all D rows of the Jacobian
  std::uint64_t seed = 0;   ///< of the random vectors
  bool finalNorm = false;   ///< what is influenced is the stream after the final norm; only for `to` = L
};

/// Measured influence: Frobenius norms of the blocks `J = d v_j^(to) / d v_i^(start)` [D, D] of the decoder's Jacobian,
/// 0 for tokens after the query. Probes are unbiased for the square: `||J||_F^2 = E ||J^T u||^2`, u standard normal
/// (Hutchinson); the standard error of the norm is that of the mean square over twice the norm.
struct JacobianNorms {
  Array<double, 3> norm;           ///< [start, query, token]
  Array<double, 3> standardError;  ///< [start, query, token], NaN of a single probe; empty when exact
  std::int64_t products = 0;       ///< vector-Jacobian products: rows of the Jacobian, or probes
  double seconds = 0.0;
};

/// Norms from the decoder's own backward pass. `trace` is of the same model with `Keep::Everything`. The pass is taken
/// back a layer at a time: each is run again from the residual stream that enters it, and a block of vectors goes
/// through its graph at once. Memory is one layer's graph and one block of vectors, whatever the depth.
JacobianNorms jacobianNorms(const Model& model, const Trace& trace, const InfluenceRows& rows,
                            const JacobianOptions& options, const Job& job);

/// Bytes that the products of so many tokens hold while they go back, at most. Found by measuring.
std::uint64_t jacobianBytes(const ModelConfig& config, std::int64_t tokens, bool cpu);

}  // namespace sinkscope
