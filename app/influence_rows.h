#pragma once

#include "core/analysis/influence.h"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace sinkscope {

/// What is shown of an influence.
enum class InfluenceMeasure { Measured, Rollout, Bound };

inline constexpr std::array kInfluenceMeasures{InfluenceMeasure::Measured, InfluenceMeasure::Rollout,
                                               InfluenceMeasure::Bound};
/// Those that are sums over paths, to be held against the measurement.
inline constexpr std::array kPathSums{InfluenceMeasure::Rollout, InfluenceMeasure::Bound};

/// A row of an influence: from one starting layer, or on one token where every token was asked about. Spans have an
/// entry a token up to the query.
struct InfluenceRow {
  std::size_t query = 0;
  std::span<const double> bound, rollout;  ///< natural logs
  std::span<const double> measured, standardError;

  std::span<const double> sums(InfluenceMeasure measure) const;
  /// As it is drawn: what was measured, or path sums as shares of the row.
  std::vector<double> values(InfluenceMeasure measure) const;
};

/// Whether rows are tokens (a full matrix was asked for) rather than starting layers.
bool showsMatrix(const InfluenceResult& result);
bool showsMatrix(const InfluenceRun& run);

/// The rows of a run are as many with <bos> as without: nothing but itself influences <bos>, which has none.
std::size_t rowCount(const InfluenceResult& result);
InfluenceRow rowOf(const InfluenceResult& result, std::size_t row);
/// The row that is looked at first: from the first layer, or on the token that was asked about.
std::size_t firstRow(const InfluenceRun& run);

/// A pair of a row and a token of one of a run's conditions.
struct InfluencePoint {
  std::size_t condition = 0, row = 0, token = 0;
  bool operator==(const InfluencePoint&) const = default;
};
/// The pairs of a row, or of all rows of a matrix; of many every second, third, ...
std::vector<InfluencePoint> influencePoints(const InfluenceRun& run, std::size_t row);

/// Spearman's rank correlation of path sums and measurement over the tokens of the row, or over all pairs of a matrix.
double rankCorrelation(const InfluenceResult& result, InfluenceMeasure sums, std::size_t row);

/// The result with <bos>, or the one without; the only one where there is no choice.
const InfluenceResult& conditionOf(const InfluenceRun& run, bool bos);

}  // namespace sinkscope
