#pragma once

#include "app/document.h"
#include "core/analysis/sweep.h"
#include "widgets/colour_map.h"

#include <QWidget>
#include <memory>
#include <vector>

class QLabel;

namespace sinkscope {

class CurvePlot;
class LayerMapRow;
class PlayBar;

/// A sweep: swapped position by token at the slider's layer under each condition, how far a change reaches, and its
/// spread over the layers. A partial one says so.
class SweepPanel : public QWidget {
  Q_OBJECT

 public:
  explicit SweepPanel(QWidget* parent = nullptr);

  /// What is looked at stays where it still exists, from part to part of a sweep. `inputs` say how it is drawn.
  void show(std::shared_ptr<const SweepResult> result, const Inputs& inputs);
  /// Draws what is there by other inputs.
  void draw(const Inputs& inputs);
  /// The place that is looked at, as in `SweepMap`.
  std::size_t place() const;
  void setPlace(int place);
  /// Lights the row of a position of the text, if there is one.
  void lightPosition(int position);

  LayerMapRow* maps() const { return maps_; }
  CurvePlot* reach() const { return reach_; }
  CurvePlot* spread() const { return spread_; }
  PlayBar* playBar() const { return play_; }

 signals:
  /// The tokens of a pass coloured by their change under the lit swap, 0..1; none are when nothing is lit.
  /// `firstAdded`: the first of them is not of the text.
  void tinted(const std::vector<double>& tints, bool firstAdded);

 private:
  void drawPlace();
  void light(int map, int position, int token);
  void describe(int map, int position, int token);

  std::shared_ptr<const SweepResult> result_;
  Inputs inputs_;
  ColourScale scale_;                         // of the maps
  int map_ = 0, position_ = -1, token_ = -1;  // what is lit
  LayerMapRow* maps_;
  PlayBar* play_;
  QLabel* readout_;
  QLabel* partial_;
  CurvePlot* reach_;
  CurvePlot* spread_;
};

}  // namespace sinkscope
