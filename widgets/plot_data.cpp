#include "widgets/plot_data.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sinkscope {

namespace {

constexpr double kPadding = 0.05;  // of the range of y that follows the values
constexpr double kSide = 0.02;     // of the range of x
constexpr std::size_t kMostInLegend = 8;

/** The values that an axis has to hold. */
struct Range {
  const PlotAxis &axis;
  double low = INFINITY;
  double high = -INFINITY;

  void take(double value) {
    if (!axis.shows(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }

  AxisScale scale(double padding) const {
    const bool logarithmic = axis.logarithmic;
    if (axis.minimum < axis.maximum && (!logarithmic || axis.minimum > 0)) {
      return {axis.minimum, axis.maximum, logarithmic};
    }
    if (!(low <= high)) return {logarithmic ? 0.1 : 0, 1, logarithmic};
    if (logarithmic) {
      const double factor = high > low ? std::pow(std::max(high / low, 1.5), padding) : 1.5;
      return {low / factor, high * factor, true};
    }
    const double side = high > low ? padding * (high - low) : 0.5;
    return {low - side, high + side, false};
  }
};

int layerOf(ColourRole role) {
  switch (role) {
    case ColourRole::Faint:
      return 0;
    case ColourRole::Strong:
      return 2;
    case ColourRole::Sink:
      return 3;
    default:
      return 1;
  }
}

}  // namespace

bool PlotAxis::shows(double value) const {
  return std::isfinite(value) && (!logarithmic || value > 0);
}

double AxisScale::position(double value) const {
  return logarithmic ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
}

double AxisScale::valueAt(double position) const {
  return logarithmic ? low * std::pow(high / low, position) : low + position * (high - low);
}

std::size_t Curve::size() const {
  return x.empty() ? y.size() : std::min(x.size(), y.size());
}

double Curve::xAt(std::size_t index) const {
  return x.empty() ? static_cast<double>(index) : x[index];
}

bool Curve::banded() const {
  return size() > 0 && lower.size() >= size() && upper.size() >= size();
}

AxisScale Curves::xScale() const {
  Range range{x};
  for (const Curve &curve : curves) {
    for (std::size_t i = 0; i < curve.size(); ++i) range.take(curve.xAt(i));
  }
  return range.scale(kSide);
}

AxisScale Curves::yScale() const {
  Range range{y};
  for (const Curve &curve : curves) {
    for (std::size_t i = 0; i < curve.size(); ++i) range.take(curve.y[i]);
    if (!curve.banded()) continue;
    for (std::size_t i = 0; i < curve.size(); ++i) {
      range.take(curve.lower[i]);
      range.take(curve.upper[i]);
    }
  }
  for (const Level &level : levels) range.take(level.value);
  return range.scale(kPadding);
}

bool Curves::counted() const {
  return std::all_of(curves.begin(), curves.end(), [](const Curve &curve) {
    return std::all_of(curve.x.begin(), curve.x.end(), [](double value) { return value == std::round(value); });
  });
}

std::vector<std::size_t> Curves::legend() const {
  std::vector<std::size_t> named;
  for (std::size_t i = 0; i < curves.size(); ++i) {
    if (curves[i].role != ColourRole::Faint && !curves[i].name.isEmpty()) named.push_back(i);
  }
  if (curves.size() < 2 || named.size() > kMostInLegend) named.clear();
  return named;
}

std::vector<std::size_t> Curves::drawingOrder() const {
  std::vector<std::size_t> order(curves.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return layerOf(curves[a].role) < layerOf(curves[b].role); });
  return order;
}

std::size_t Scatter::size() const {
  return std::min(x.size(), y.size());
}

bool Scatter::shows(std::size_t point) const {
  return xAxis.shows(x[point]) && yAxis.shows(y[point]);
}

ColourRole Scatter::roleOf(std::size_t point) const {
  const std::size_t index = point < classOf.size() ? static_cast<std::size_t>(classOf[point]) : 0;
  return index < classes.size() ? classes[index].role : ColourRole::First;
}

AxisScale Scatter::xScale() const {
  Range range{xAxis};
  for (std::size_t i = 0; i < size(); ++i) {
    if (shows(i)) range.take(x[i]);
  }
  for (double bound : xBounds) range.take(bound);
  return range.scale(kPadding);
}

AxisScale Scatter::yScale() const {
  Range range{yAxis};
  for (std::size_t i = 0; i < size(); ++i) {
    if (shows(i)) range.take(y[i]);
  }
  for (double bound : yBounds) range.take(bound);
  return range.scale(kPadding);
}

std::optional<std::pair<double, double>> Scatter::diagonalEnds() const {
  const AxisScale xs = xScale();
  const AxisScale ys = yScale();
  const double from = std::max(xs.low, ys.low);
  const double to = std::min(xs.high, ys.high);
  if (!diagonal || !(from < to)) return std::nullopt;
  return std::pair{from, to};
}

}  // namespace sinkscope
