#pragma once

#include "widgets/curve_plot.h"

namespace sinkscope {

/** A few named curves over layers (or steps) that are set one by one: collapse, sink rate, loss. */
class ProfilePlot : public CurvePlot {
  Q_OBJECT

 public:
  explicit ProfilePlot(QWidget *parent = nullptr);

  /** Adds the curve of that name or replaces its values; x runs 0, 1, 2, ... NaN leaves a gap. */
  void setSeries(const QString &name, std::vector<double> y, ColourRole role);
  /** The same with x values of its own. */
  void setSeries(const QString &name, std::vector<double> x, std::vector<double> y, ColourRole role);
  void removeSeries(const QString &name);
  void clearSeries();
  /** A dashed neutral level with a name, such as what uniform attention gives. NaN removes it. */
  void setBaseline(double value, const QString &name);
  /** A dashed amber level (eps). NaN removes it. */
  void setThreshold(double value);
  void setAxisTitles(const QString &x, const QString &y);
  /** A fixed range of the y axis; equal ends let it follow the values. */
  void setRange(double minimum, double maximum);
  void setLogScale(bool logarithmic);

  QStringList seriesNames() const;

 signals:
  void pointHovered(int index);  ///< the nearest layer or step, -1 when the pointer leaves

 private:
  void setCurve(Curve curve);
  void setAxes(const PlotAxis &x, const PlotAxis &y);
  void sendPoint(double x);

  Level baseline_;
  Level threshold_;
  int point_ = -1;  // what was last sent
};

}  // namespace sinkscope
