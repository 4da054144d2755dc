#pragma once

#include <QWidget>

#include "widgets/plot_data.h"

class QCPGraph;
class QCPItemText;
class QCustomPlot;

namespace sinkscope {

/** Points of several classes: hover reads one, a click or the arrow keys and Return select one, a double click or
 * Return on the selected one goes into it.
 */
class ScatterPlot : public QWidget {
  Q_OBJECT

 public:
  explicit ScatterPlot(QWidget *parent = nullptr);

  /** What is selected and lit stays so where it still exists. */
  void setScatter(Scatter scatter);
  const Scatter &scatter() const { return scatter_; }
  /** Selects a point, -1 none; sends no signal. */
  void setSelected(int point);
  int selected() const { return selected_; }
  /** Lights a point, -1 none; sends no signal. */
  void highlight(int point);
  int highlighted() const { return lit_; }
  /** The point nearest to a place in the plot, -1 where none is near. */
  int pointAt(const QPointF &position) const;
  /** The read-out that is shown now. */
  QString readout() const;

  QCustomPlot *plot() const { return plot_; }
  QSize sizeHint() const override { return {420, 320}; }
  QSize minimumSizeHint() const override { return {220, 180}; }

 signals:
  void hovered(int point);  ///< -1 where none is near
  void clicked(int point);
  void activated(int point);  ///< by a double click, or Return on the selected point

 protected:
  void changeEvent(QEvent *event) override;
  void resizeEvent(QResizeEvent *event) override;
  void keyPressEvent(QKeyEvent *event) override;
  bool eventFilter(QObject *object, QEvent *event) override;

 private:
  void rebuild();
  void addPoints();
  void addBounds();
  void addDiagonal();
  QCPGraph *addRing(double size, double width);
  void showRing(QCPGraph *ring, int point);
  void light();
  void hover(int point);
  void select(int point);
  int stepped(int from, int by) const;

  QCustomPlot *plot_;
  Scatter scatter_;
  QCPGraph *litRing_ = nullptr;
  QCPGraph *selectedRing_ = nullptr;
  QCPItemText *readout_ = nullptr;
  int lit_ = -1;
  int selected_ = -1;
};

}  // namespace sinkscope
