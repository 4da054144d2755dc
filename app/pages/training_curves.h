#pragma once

#include "app/training_curves_figure.h"

#include <QWidget>
#include <vector>

class QCheckBox;
class QComboBox;
class QSlider;

namespace sinkscope {

class CurvePlot;

/// The curves of a training, or of several over each other: loss, sink rate, and one that is chosen.
class TrainingCurves : public QWidget {
  Q_OBJECT

 public:
  explicit TrainingCurves(QWidget* parent = nullptr);

  void setRuns(std::vector<NamedTraining> runs);
  const std::vector<NamedTraining>& runs() const { return runs_; }
  void setEpsilon(double epsilon);
  const TrainingLook& look() const { return look_; }
  /// Marks a measurement of the first run in all plots, null none; sends no signal.
  void mark(const MeasureRow* row);

  CurvePlot* lossPlot() const { return loss_; }
  CurvePlot* sinkPlot() const { return sinks_; }
  CurvePlot* otherPlot() const { return other_; }

 signals:
  /// The measurement of the first run that is nearest to what was clicked.
  void measurementClicked(int measurement);

 private:
  TrainingCurve chosen() const;
  void takeControls();
  void draw();
  void click(double x);

  std::vector<NamedTraining> runs_;
  TrainingLook look_;
  QComboBox* axis_;
  QCheckBox* logX_;
  QCheckBox* logY_;
  QSlider* smoothing_;
  QComboBox* choice_;
  CurvePlot* loss_;
  CurvePlot* sinks_;
  CurvePlot* other_;
};

}  // namespace sinkscope
