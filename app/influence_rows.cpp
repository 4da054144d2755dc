#include "app/influence_rows.h"

#include <algorithm>

namespace sinkscope {
namespace {

/// Points that a scatter plot draws of one condition.
constexpr std::size_t kMostPoints = 4000;

std::size_t firstQuery(const InfluenceResult& result) {
  return result.request.bos ? 1 : 0;
}

}  // namespace

std::span<const double> InfluenceRow::sums(InfluenceMeasure measure) const {
  return measure == InfluenceMeasure::Bound ? bound : rollout;
}

std::vector<double> InfluenceRow::values(InfluenceMeasure measure) const {
  if (measure == InfluenceMeasure::Measured) return {measured.begin(), measured.end()};
  return rowShares(sums(measure));
}

bool showsMatrix(const InfluenceResult& result) {
  return !result.all.measured.empty();
}

bool showsMatrix(const InfluenceRun& run) {
  return showsMatrix(run.results.front());
}

std::size_t rowCount(const InfluenceResult& result) {
  return showsMatrix(result) ? result.tokens.size() - firstQuery(result) : result.bound.extent(0);
}

InfluenceRow rowOf(const InfluenceResult& result, std::size_t row) {
  const InfluenceMatrix& all = result.all;
  const bool matrix = showsMatrix(result);
  const std::size_t index = matrix ? row + firstQuery(result) : row;
  InfluenceRow found;
  found.query = matrix ? index : static_cast<std::size_t>(result.query);
  const auto seen = [&](const Array<double, 2>& values) {
    return values.empty() ? std::span<const double>() : values.row(index).first(found.query + 1);
  };
  found.bound = seen(matrix ? all.bound : result.bound);
  found.rollout = seen(matrix ? all.rollout : result.rollout);
  found.measured = seen(matrix ? all.measured : result.measured);
  found.standardError = seen(matrix ? all.standardError : result.standardError);
  return found;
}

std::size_t firstRow(const InfluenceRun& run) {
  const InfluenceResult& first = run.results.front();
  const auto query = static_cast<std::size_t>(first.query);
  return showsMatrix(first) && query > firstQuery(first) ? query - firstQuery(first) : 0;
}

std::vector<InfluencePoint> influencePoints(const InfluenceRun& run, std::size_t row) {
  std::vector<InfluencePoint> points;
  for (std::size_t condition = 0; condition < run.results.size(); ++condition) {
    const InfluenceResult& result = run.results[condition];
    const bool matrix = showsMatrix(result);
    std::vector<InfluencePoint> all;
    for (std::size_t r = matrix ? 0 : row; r < (matrix ? rowCount(result) : row + 1); ++r)
      for (std::size_t token = 0; token <= rowOf(result, r).query; ++token) all.push_back({condition, r, token});
    const std::size_t every = (all.size() + kMostPoints - 1) / kMostPoints;
    for (std::size_t i = 0; i < all.size(); i += every) points.push_back(all[i]);
  }
  return points;
}

double rankCorrelation(const InfluenceResult& result, InfluenceMeasure sums, std::size_t row) {
  if (showsMatrix(result)) return sums == InfluenceMeasure::Bound ? result.boundCorrelation : result.rolloutCorrelation;
  const InfluenceRow shown = rowOf(result, row);
  return spearman(shown.sums(sums), shown.measured);
}

const InfluenceResult& conditionOf(const InfluenceRun& run, bool bos) {
  const auto found =
      std::ranges::find(run.results, bos, [](const InfluenceResult& result) { return result.request.bos; });
  return found == run.results.end() ? run.results.front() : *found;
}

}  // namespace sinkscope
