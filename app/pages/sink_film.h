#pragma once

#include "app/training_figures.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPlainTextEdit;

namespace sinkscope {

class HeadGrid;
class PlayBar;

/// Watches a sink form: layers by heads at each measurement of a training, with a slider through its time, and what the
/// model wrote by then. At the last measurement it stays with a training that goes on.
class SinkFilm : public QWidget {
  Q_OBJECT

 public:
  explicit SinkFilm(QWidget* parent = nullptr);

  /// A run, maybe the same with more measurements; null: none.
  void setRun(TrainingLogPtr log);
  void setEpsilon(double epsilon);
  void setColourMap(ColourMap map);
  /// Goes to a measurement.
  void goTo(int measurement);

  /// -1 where there is none.
  int measurement() const;
  HeadMeasure measure() const;
  HeadGrid* grid() const { return grid_; }
  PlayBar* bar() const { return bar_; }

 signals:
  void measurementChanged(int measurement);

 private:
  void draw();
  void drawSample();

  TrainingLogPtr log_;
  double epsilon_ = 0.3;
  QComboBox* choice_;
  QLabel* step_;
  HeadGrid* grid_;
  PlayBar* bar_;
  QLabel* sampleTitle_;
  QPlainTextEdit* sample_;
};

}  // namespace sinkscope
