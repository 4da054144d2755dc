#pragma once

#include <QSize>

#include "widgets/plot_data.h"
#include "widgets/theme.h"

class QCPAxis;
class QCPItemText;
class QCPLayer;
class QCustomPlot;

namespace sinkscope {

/** What the plots of the window have in common, so that all look the same. */

/** Once: no background, pointer tracking, and a row of its own for the legend, which never hides a curve there. Adds a
 * layer above the curves, for what is lit.
 */
void preparePlot(QCustomPlot &plot);
QCPLayer *litLayer(QCustomPlot &plot);

/** Colours, fonts and hairlines of the theme. */
void stylePlot(QCustomPlot &plot, const Theme &theme);

/** Range, scale, title and ticks of an axis; the ticks are those of the figures. */
void setAxis(QCPAxis &axis, const PlotAxis &wanted, const AxisScale &scale, bool whole);

/** Draws it anew before long; what has no room yet is drawn by itself when it gets some. */
void redraw(QCustomPlot &plot);

/** As many ticks and columns of the legend as a plot of that size has room for. */
void fitPlot(QCustomPlot &plot, const QSize &size);

/** A dashed line across the plot, above the curves, and its name at the right end. */
void addLevel(QCustomPlot &plot, const Level &level, const AxisScale &y, const Theme &theme);

/** A read-out, above everything, in the upper corner that is farther from `position`, a share of the plot's width. */
QCPItemText *addReadout(QCustomPlot &plot);
void showReadout(QCPItemText &readout, const QString &text, double position, const Theme &theme);

}  // namespace sinkscope
