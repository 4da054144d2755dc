#pragma once

#include <QPainter>
#include <QRectF>
#include <QStringList>
#include <functional>
#include <utility>
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
  QRectF room_;
  QString xTitle_;
  QString yTitle_;
  std::vector<Tick> xTicks_;
  std::vector<Tick> yTicks_;
};

/** A figure's legend, where the style wants it: beside the plot it takes room, upon the plot it lies in a corner. */
class Legend {
 public:
  /** `sample` draws an entry's example in a box. */
  Legend(const FigurePage &page, QStringList names, std::function<void(int entry, const QRectF &box)> sample);

  /** What it leaves of the page for the plot and its labels. */
  const QRectF &room() const { return room_; }
  /** After the plot itself. */
  void draw(const QRectF &plot) const;

 private:
  void drawRows() const;
  void drawColumn(const QPointF &corner) const;
  void drawEntry(int entry, const QPointF &corner) const;
  double widthOf(int entry) const;
  QSizeF columnSize() const;

  const FigurePage &page_;
  QStringList names_;
  std::function<void(int, const QRectF &)> sample_;
  std::vector<std::pair<int, double>> rows_;  // [entry] its row and left end, above the plot
  QRectF room_;
};

/** Dashed lines with their names, each where the fewest of `curves` pass. */
void drawLevels(const FigureAxes &axes, const std::vector<Level> &levels, const std::vector<Curve> &curves);

}  // namespace sinkscope
