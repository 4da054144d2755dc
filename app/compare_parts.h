#pragma once

#include "app/compare_views.h"

namespace sinkscope {

// What each kind of run gives to a comparison. All runs are alike (`ComparedRuns::isAlike`).

/// What the views of a kind have in common.
struct CompareKind {
  bool ofHeads = false;     ///< maps are alpha_0 by layer and head
  bool hasEpsilon = false;  ///< eps and query 0 change what is shown
  QString scaleLabel;
  QString xTitle = QStringLiteral("token"), yTitle = QStringLiteral("layer");
  QString curveX = QStringLiteral("layer");
  QString depthTitle = QStringLiteral("relative depth, layer / (L − 1)");
  double firstLayer = 0.0;  ///< what the curves' x is at the first layer
  PlotAxis curveY = {};
};
CompareKind compareKind(const ComparedRuns& runs, const CompareLook& look);

/// What one run adds.
struct ComparePart {
  LayerMapData map;  ///< its title is the condition's, where there are several
  Curve curve;
  std::vector<double> rowX;  ///< [row of the map] the curve's x that belongs to it; empty: none does
  std::size_t layers = 0;
};
ComparePart comparePart(const ComparedRun& run, const CompareLook& look);

}  // namespace sinkscope
