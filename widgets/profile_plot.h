#pragma once

#include <QPen>
#include <QWidget>
#include <vector>

class QCustomPlot;
class QCPItemStraightLine;
class QCPItemText;

namespace sinkscope {

/** What a curve stands for, which decides its colour: amber is the sink's and nobody else's. */
enum class ColourRole { Sink, First, Second, Third, Muted };

/** The pen of a curve, one unit wide: colours that stay apart for the colour-blind, and dashes that do in print. */
QPen curvePen(ColourRole role, bool dark);

/** Curves over layers (or steps): collapse, sink rate, loss. */
class ProfilePlot : public QWidget {
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
  QCustomPlot *plot() const { return plot_; }
  QSize sizeHint() const override { return {420, 240}; }
  QSize minimumSizeHint() const override { return {220, 140}; }

 signals:
  void pointHovered(int index);  ///< the nearest layer or step, -1 when the pointer leaves

 protected:
  void changeEvent(QEvent *event) override;
  bool eventFilter(QObject *object, QEvent *event) override;

 private:
  struct Series {
    QString name;
    std::vector<double> x;
    std::vector<double> y;
    ColourRole role = ColourRole::First;

    bool operator==(const Series &) const = default;  // a gap (NaN) is never equal: then it is drawn anew
  };
  void rebuild();
  void styleAxes();
  void addCurve(const Series &series);
  void addLevel(double value, const QString &name, const QColor &line, const QColor &text);
  void setRanges();
  void showPoint(const QPointF &position);
  void markPoint(int index);

  QCustomPlot *plot_;
  std::vector<Series> series_;
  double baseline_;
  QString baselineName_;
  double threshold_;
  double minimum_ = 0;
  double maximum_ = 0;
  bool logarithmic_ = false;
  int hovered_ = -1;
  QCPItemStraightLine *marker_ = nullptr;  // at the hovered point; the plot's, until it is rebuilt
  QCPItemText *readout_ = nullptr;
};

}  // namespace sinkscope
