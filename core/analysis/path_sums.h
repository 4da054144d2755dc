#pragma once

#include "core/analysis/influence_rows.h"
#include "core/array.h"
#include "core/job.h"
#include "core/trace/trace.h"

#include <vector>

namespace sinkscope {

/// Sums over the causal attention paths from token i to token j, as natural logarithms; -inf where there is no path.
/// From the over-squashing bound of "Why do LLMs attend to the first token?" (arXiv 2504.02732, theorem 3.2):
/// `||d v_j^(L) / d v_i^(l)|| <= C^(L - l) (Abar^(L) ... Abar^(l+1))[j,i]` with `Abar = sum_h A_h + I/H`. Its constant
/// is unknown and huge: a bound is compared with other bounds, never with a measurement.
struct PathSums {
  Array<double, 3> bound;    ///< [start, query, token]
  Array<double, 3> rollout;  ///< [start, query, token]: of 1/2 (mean_h A_h + I), whose rows sum to 1
};

/// Path sums of a trace that kept its attention. Tiles of Abar are made on the fly: O(layers T^2) time for every 256
/// queries, O(queries T) memory. Throws `Error` when the attention was not kept.
PathSums pathSums(const Trace& trace, const InfluenceRows& rows, const Job& job);

/// The bound with the sink's column (key 0) taken out of every Abar, not renormalised; [..., token] as it came. Token 0
/// attends only to itself, so that no path from another token passes through it: theirs stay, its own are gone.
Array<double, 2> withoutSink(Array<double, 2> bound);

/// Log of the sum of each row of path sums without the sink's column over that with it: [row]. How much of the bound is
/// left to the other tokens; the number of layers is what it falls with.
std::vector<double> sinkLogRatio(const Array<double, 2>& bound);

}  // namespace sinkscope
