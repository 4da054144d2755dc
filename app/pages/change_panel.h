#pragma once

#include "app/document.h"
#include "core/analysis/perturbation.h"
#include "widgets/colour_map.h"

#include <QWidget>
#include <memory>
#include <vector>

class QLabel;

namespace sinkscope {

class CurvePlot;
class LayerMapRow;
class PlayBar;

/// One swap: layer by token under several conditions, a line a token, the spread, and what becomes of the attention and
/// of the next token. What is hovered in one view lights up in all.
class ChangePanel : public QWidget {
  Q_OBJECT

 public:
  explicit ChangePanel(QWidget* parent = nullptr);

  /// `inputs` say how it is drawn.
  void show(std::shared_ptr<const PerturbResult> result, const Inputs& inputs);
  /// Draws what is there by other inputs.
  void draw(const Inputs& inputs);

  LayerMapRow* maps() const { return maps_; }
  CurvePlot* lines() const { return lines_; }
  CurvePlot* spread() const { return spread_; }
  PlayBar* playBar() const { return play_; }

 signals:
  /// A token of a pass is pointed at, -1: none. `firstAdded`: the first token of the pass is not of the text.
  void lit(int token, bool firstAdded);
  /// The tokens of a pass coloured by their change at the slider's layer, 0..1.
  void tinted(const std::vector<double>& tints, bool firstAdded);

 private:
  const PerturbMap& shownMap() const { return result_->maps[static_cast<std::size_t>(map_)]; }
  void choose(int map, int token);
  void drawLines();
  void light(int map, int place, int token);
  void showPrediction();
  void showPlace();

  std::shared_ptr<const PerturbResult> result_;
  Inputs inputs_;
  ColourScale scale_;         // of the maps
  int map_ = 0, token_ = -1;  // what the lines, the prediction and the colours show
  LayerMapRow* maps_;
  CurvePlot* lines_;
  CurvePlot* spread_;
  LayerMapRow* attention_;
  QLabel* prediction_;
  PlayBar* play_;
};

}  // namespace sinkscope
