#pragma once

#include "app/influence_rows.h"
#include "app/shown.h"
#include "widgets/colour_map.h"

#include <QWidget>

class QComboBox;
class QLabel;

namespace sinkscope {

class CurvePlot;
class LayerMapRow;
class ScatterPlot;

/// The views of a run of influences: maps by row and token, a row over the tokens, path sums against the measurement,
/// and what is left without the sink. A click on the maps chooses the row of the others; what is hovered in one lights
/// up in all.
class InfluenceViews : public QWidget {
  Q_OBJECT

 public:
  /// What of a run is shown. A value; the page keeps it.
  struct Look {
    InfluenceMeasure map = InfluenceMeasure::Measured;
    InfluenceMeasure sums = InfluenceMeasure::Rollout;
    bool bos = true;  ///< of which condition a row is shown
    ColourMap colours = ColourMap::Viridis;
  };

  explicit InfluenceViews(QWidget* parent = nullptr);

  /// Shows another run, from its first row.
  void setRun(InfluencedPtr run);
  void setLook(const Look& look);
  void setRow(std::size_t row);
  std::size_t row() const { return row_; }

  LayerMapRow* maps() const { return maps_; }
  CurvePlot* tokens() const { return tokens_; }
  ScatterPlot* scatter() const { return scatter_; }
  CurvePlot* depth() const { return depth_; }

 signals:
  void mapChosen(sinkscope::InfluenceMeasure map);
  void sumsChosen(sinkscope::InfluenceMeasure sums);
  void tokenLit(int condition, int token);  ///< -1: none

 private:
  void wire();
  void draw();
  void drawRow();
  void light(int condition, int row, int token);
  const InfluenceRun& run() const { return *run_->result; }
  const InfluenceResult& shown() const { return conditionOf(run(), look_.bos); }
  int shownCondition() const { return static_cast<int>(&shown() - run().results.data()); }
  /// The row that is so many layers away from the query.
  int rowAtDepth(double layers) const;

  InfluencedPtr run_;
  Look look_;
  std::size_t row_ = 0;
  std::vector<InfluencePoint> points_;  // of the scatter plot
  QComboBox* map_;
  QComboBox* sums_;
  QLabel* rowTitle_;
  QLabel* correlation_;
  LayerMapRow* maps_;
  CurvePlot* tokens_;
  ScatterPlot* scatter_;
  CurvePlot* depth_;
};

}  // namespace sinkscope
