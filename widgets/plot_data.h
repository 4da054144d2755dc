#pragma once

#include <QString>
#include <QStringList>
#include <limits>
#include <optional>
#include <vector>

#include "widgets/curve_pen.h"

namespace sinkscope {

/** One axis of a plot. */
struct PlotAxis {
  QString title = {};
  bool logarithmic = false;  ///< leaves out what is not above 0
  double minimum = 0;        ///< equal ends follow the values
  double maximum = 0;

  /** Whether a value has a place on the axis. */
  bool shows(double value) const;
  bool operator==(const PlotAxis &) const = default;
};

/** Where an axis runs, and which share of its way a value lies from the low end. */
struct AxisScale {
  double low = 0;
  double high = 1;
  bool logarithmic = false;

  double position(double value) const;
  double valueAt(double position) const;
};

/** Curves of at most so many points show each of them where nothing else is asked for. */
inline constexpr std::size_t kMostMarked = 48;

/** A curve over layers, steps, lengths. */
struct Curve {
  QString name = {};
  std::vector<double> y = {};  ///< NaN breaks the line
  ColourRole role = ColourRole::First;
  std::vector<double> x = {};             ///< rising; empty: 0, 1, 2, ...
  std::optional<Qt::PenStyle> line = {};  ///< unset: the role's own
  bool marked = false;                    ///< a disc on every point
  std::vector<double> lower = {};         ///< [as y] of a band, such as one standard error; empty: none
  std::vector<double> upper = {};

  /** How many points it has: those that have both x and y. */
  std::size_t size() const;
  double xAt(std::size_t index) const;
  bool banded() const;
  bool operator==(const Curve &) const = default;  // a gap (NaN) is never equal: then it is drawn anew
};

/** A horizontal line with a name: what uniform attention gives, a threshold, a type's precision. */
struct Level {
  double value = std::numeric_limits<double>::quiet_NaN();  ///< NaN is not drawn
  QString name = {};
  bool sink = false;  ///< in the sink's amber

  bool operator==(const Level &) const = default;
};

/** What a plot of curves shows, in the window and on paper. */
struct Curves {
  std::vector<Curve> curves = {};
  std::vector<Level> levels = {};
  PlotAxis x = {};
  PlotAxis y = {};

  AxisScale xScale() const;
  AxisScale yScale() const;
  /** Whether x counts layers or tokens, so that only whole numbers mean something. */
  bool counted() const;
  /** The curves that a legend names, in their order: all but faint and nameless ones. None where there is one curve
   * only, or more than a legend can keep apart.
   */
  std::vector<std::size_t> legend() const;
  /** The order of drawing: the strong and the sink's curve lie upon the others. */
  std::vector<std::size_t> drawingOrder() const;
};

/** A class of points. */
struct PointClass {
  QString name = {};
  ColourRole role = ColourRole::First;
};

/** What a scatter plot shows, in the window and on paper. Points without a place on an axis are left out. */
struct Scatter {
  std::vector<double> x = {};
  std::vector<double> y = {};            ///< [as x]
  std::vector<int> classOf = {};         ///< [as x] index into `classes`; empty: all of the first
  std::vector<PointClass> classes = {};  ///< a legend names them where there are several
  QStringList labels = {};               ///< [as x] what a point is, such as "layer 3, head 2"; may be empty
  PlotAxis xAxis = {};
  PlotAxis yAxis = {};
  bool diagonal = false;             ///< draws y = x
  std::vector<double> xBounds = {};  ///< where classes part: a thin line up at each x
  std::vector<double> yBounds = {};  ///< the same across at each y

  std::size_t size() const;
  bool shows(std::size_t point) const;
  ColourRole roleOf(std::size_t point) const;
  /** Both leave room for the bounds. */
  AxisScale xScale() const;
  AxisScale yScale() const;
  /** y = x where both axes have it: (from, to); nothing where it lies outside. */
  std::optional<std::pair<double, double>> diagonalEnds() const;
};

}  // namespace sinkscope
