#pragma once

#include <QWidget>
#include <limits>
#include <vector>

#include "widgets/plot_data.h"

class QCPGraph;
class QCPItemStraightLine;
class QCPItemText;
class QCustomPlot;

namespace sinkscope {

/** Curves over layers, steps or lengths: few with a legend, or one a token, told apart by pointing at them. Left and
 * right move along x, up and down from curve to curve. Of a long curve only what the pixels can show is drawn.
 */
class CurvePlot : public QWidget {
  Q_OBJECT

 public:
  explicit CurvePlot(QWidget *parent = nullptr);

  /** What is lit stays lit where it still exists. */
  void setCurves(Curves curves);
  const Curves &curves() const { return curves_; }
  /** Lights a curve, -1 none; sends no signal. */
  void highlight(int curve);
  /** Lights a place on the x axis and reads the curves there, NaN none; sends no signal. */
  void highlightX(double x);
  /** Leaves at least so much room at the left of the y axis: plots below each other then begin at the same place. */
  void setLeftRoom(int pixels);
  int highlighted() const { return lit_; }
  double highlightedX() const { return litX_; }
  /** The read-out that is shown now. */
  QString readout() const;

  QCustomPlot *plot() const { return plot_; }
  QSize sizeHint() const override { return {420, 240}; }
  QSize minimumSizeHint() const override { return {220, 140}; }

 signals:
  /** The curve under the pointer, -1 where none is near, and the nearest x that has a value, NaN when it leaves. */
  void hovered(int curve, double x);
  void clicked(int curve, double x);

 protected:
  void changeEvent(QEvent *event) override;
  void resizeEvent(QResizeEvent *event) override;
  void keyPressEvent(QKeyEvent *event) override;
  bool eventFilter(QObject *object, QEvent *event) override;

 private:
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

  void rebuild();
  void addBand(const Curve &curve, const AxisScale &y);
  void addCurve(std::size_t index, const Curve &drawn);
  int columns() const;
  void addLonePoints(const Curve &curve, const QPen &pen);
  QPen penOf(const Curve &curve) const;
  void light();
  QString readoutAt(double x) const;
  int curveAt(const QPointF &position) const;
  double xAt(const QPointF &position) const;
  void hover(int curve, double x);

  QCustomPlot *plot_;
  Curves curves_;
  int columns_ = 0;                        // of pixels that the curves were drawn for; 0: any
  std::vector<QCPGraph *> graphs_;         // [curve]
  std::vector<double> xs_;                 // of all points that are drawn, rising
  QCPItemStraightLine *marker_ = nullptr;  // both are made when something is lit
  QCPItemText *readout_ = nullptr;
  int lit_ = -1;
  double litX_ = kNone;
  int hovered_ = -1;  // what was last sent
  double hoveredX_ = kNone;
};

}  // namespace sinkscope
