#pragma once

#include "widgets/colour_legend.h"

#include <QSlider>
#include <QTimer>
#include <QToolButton>
#include <QWidget>

namespace sinkscope {

/// Goes through the layers, by hand or by itself: play and pause, a slider over the places, and a legend of what the
/// tokens' colours mean at the place. Where nothing is to move by itself, only by hand.
class PlayBar : public QWidget {
  Q_OBJECT

 public:
  explicit PlayBar(QWidget* parent = nullptr);

  /// Stops, and goes to a place of another number of them; sends no signal.
  void setPlaces(int places, int place);
  int places() const { return slider_->maximum(); }
  /// 0 ... places - 1
  int place() const { return slider_->value() - 1; }

  QToolButton* button() const { return button_; }
  QSlider* slider() const { return slider_; }  ///< counts from 1
  ColourLegend* legend() const { return legend_; }

 signals:
  void placeChanged(int place);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void followStyle();
  void play(bool on);
  void step();

  QTimer playing_;
  QToolButton* button_;
  QSlider* slider_;
  ColourLegend* legend_;
};

}  // namespace sinkscope
