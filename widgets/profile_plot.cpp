#include "widgets/profile_plot.h"

#include <algorithm>
#include <cmath>

namespace sinkscope {

ProfilePlot::ProfilePlot(QWidget *parent) : CurvePlot(parent) {
  threshold_.sink = true;
  setAccessibleName(tr("Profile"));
  connect(this, &CurvePlot::hovered, this, [this](int, double x) { sendPoint(x); });
}

void ProfilePlot::setSeries(const QString &name, std::vector<double> y, ColourRole role) {
  std::vector<double> x(y.size());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i);
  setSeries(name, std::move(x), std::move(y), role);
}

void ProfilePlot::setSeries(const QString &name, std::vector<double> x, std::vector<double> y, ColourRole role) {
  Curve curve{name, std::move(y), role, std::move(x)};
  curve.marked = curve.size() <= kMostMarked;
  setCurve(std::move(curve));
}

void ProfilePlot::setCurve(Curve curve) {
  Curves all = curves();
  const auto found =
      std::find_if(all.curves.begin(), all.curves.end(), [&](const Curve &other) { return other.name == curve.name; });
  if (found == all.curves.end()) {
    all.curves.push_back(std::move(curve));
  } else {
    if (*found == curve) return;
    *found = std::move(curve);
  }
  setCurves(std::move(all));
}

void ProfilePlot::removeSeries(const QString &name) {
  Curves all = curves();
  if (std::erase_if(all.curves, [&](const Curve &curve) { return curve.name == name; }) > 0) setCurves(std::move(all));
}

void ProfilePlot::clearSeries() {
  Curves all = curves();
  all.curves.clear();
  setCurves(std::move(all));
}

void ProfilePlot::setBaseline(double value, const QString &name) {
  const Level wanted{value, name};
  if (wanted == baseline_) return;
  baseline_ = wanted;
  Curves all = curves();
  all.levels = {baseline_, threshold_};
  setCurves(std::move(all));
}

void ProfilePlot::setThreshold(double value) {
  threshold_.value = value;
  threshold_.name = tr("eps %1").arg(value);
  Curves all = curves();
  all.levels = {baseline_, threshold_};
  setCurves(std::move(all));
}

void ProfilePlot::setAxes(const PlotAxis &x, const PlotAxis &y) {
  Curves all = curves();
  if (x == all.x && y == all.y) return;
  all.x = x;
  all.y = y;
  setCurves(std::move(all));
}

void ProfilePlot::setAxisTitles(const QString &x, const QString &y) {
  PlotAxis across = curves().x;
  PlotAxis up = curves().y;
  across.title = x;
  up.title = y;
  setAxes(across, up);
}

void ProfilePlot::setRange(double minimum, double maximum) {
  PlotAxis up = curves().y;
  up.minimum = minimum;
  up.maximum = maximum;
  setAxes(curves().x, up);
}

void ProfilePlot::setLogScale(bool logarithmic) {
  PlotAxis up = curves().y;
  up.logarithmic = logarithmic;
  setAxes(curves().x, up);
}

QStringList ProfilePlot::seriesNames() const {
  QStringList names;
  for (const Curve &curve : curves().curves) names << curve.name;
  return names;
}

void ProfilePlot::sendPoint(double x) {
  int index = -1;
  if (!std::isnan(x) && !curves().curves.empty()) {
    const std::vector<double> &all = curves().curves.front().x;
    const auto nearest =
        std::min_element(all.begin(), all.end(), [x](double a, double b) { return std::abs(a - x) < std::abs(b - x); });
    if (nearest != all.end()) index = static_cast<int>(nearest - all.begin());
  }
  if (index == point_) return;
  point_ = index;
  emit pointHovered(index);
}

}  // namespace sinkscope
