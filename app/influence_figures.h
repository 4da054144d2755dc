#pragma once

#include "app/influence_rows.h"
#include "app/page_figure.h"
#include "widgets/figure.h"

#include <QString>
#include <cstddef>
#include <vector>

namespace sinkscope {

/// What a measure is called on an axis, and in settings and run files ("rollout").
QString influenceMeasureTitle(InfluenceMeasure measure);
QString influenceMeasureName(InfluenceMeasure measure);
/// The measure of that name; the first for a name that there is none of.
InfluenceMeasure influenceMeasureNamed(const QString& name);

/// "from the embedding on ·is"
QString rowTitle(const InfluenceResult& result, std::size_t row);

/// Row by token, one map a condition, on one scale; path sums as shares of their row.
LayerMapFigure influenceMaps(const InfluenceRun& run, InfluenceMeasure measure);

/// A row of one condition over the tokens: measured, with its standard error, and path sums, each over its sum.
CurveFigure tokenCurves(const InfluenceResult& result, std::size_t row);

/// Path sums against the measurement, a class a condition: over the tokens of a row, or over all pairs of a matrix, of
/// which every second, third, ... is drawn where they are many.
ScatterFigure influenceScatter(const InfluenceRun& run, InfluenceMeasure sums, std::size_t row);
/// Rank correlation of the same points, in words.
QString correlationWords(const InfluenceRun& run, InfluenceMeasure sums, std::size_t row);

/// What the sink leaves of the bound to the other tokens, over the number of layers between, and beside it the share
/// of the measured influence that is not token 0's.
CurveFigure depthCurves(const InfluenceRun& run);

/// What was measured, how, on how many tokens, in one line.
QString influenceConventions(const InfluenceRun& run);

/// All of them, titled and described.
std::vector<PageFigure> influenceFigures(const InfluenceRun& run, InfluenceMeasure map, InfluenceMeasure sums,
                                         std::size_t row);

}  // namespace sinkscope
