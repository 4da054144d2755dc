#pragma once

#include <QPainter>
#include <QRectF>
#include <functional>
#include <vector>

#include "widgets/axis_ticks.h"
#include "widgets/figure_page.h"
#include "widgets/plot_data.h"

namespace sinkscope {

/** The plot of a printed figure with its two axes. */
class FigureAxes {
 public:
  /** Within `room`, labels and titles included. */
  FigureAxes(const FigurePage &page, const QRectF &room, const PlotAxis &x, const AxisScale &xScale, const PlotAxis &y,
             const AxisScale &yScale, bool wholeX);

  const FigurePage &page;
  QRectF plot;
  AxisScale x;
  AxisScale y;

  QPointF at(double xValue, double yValue) const;
  /** Grid lines, ticks, numbers and titles; grid lines across x only where `grid` asks for them. */
  void draw(bool grid) const;
  /** Keeps the painter to the plot, but for the half of a mark on its border. */
  void clip() const;

 private:
  QString xTitle_;
  QString yTitle_;
  std::vector<Tick> xTicks_;
  std::vector<Tick> yTicks_;
};

/** Draws a legend in as many lines as it needs, and says how many. `sample` draws the entry's example in a box. */
int drawLegend(const FigurePage &page, const QStringList &names, const QRectF &room,
               const std::function<void(int entry, const QRectF &box)> &sample);

/** Dashed lines with their names, each where the fewest of `curves` pass. */
void drawLevels(const FigureAxes &axes, const std::vector<Level> &levels, const std::vector<Curve> &curves);

}  // namespace sinkscope
