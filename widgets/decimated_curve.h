#pragma once

#include "widgets/plot_data.h"

namespace sinkscope {

/** Whether a curve has more points than a plot of so many columns of pixels can show. */
bool isLong(const Curve &curve, int columns);

/** A curve as it looks on a plot of so many columns of pixels: of each column the first, the lowest, the highest and
 * the last point that the axes show, and the first gap, in their order. So a curve of any length is drawn as fast as a
 * short one, and no peak is lost. A curve that is not long, and one with a band, stays as it is.
 */
Curve decimated(const Curve &curve, const PlotAxis &xAxis, const PlotAxis &yAxis, const AxisScale &x, int columns);

}  // namespace sinkscope
