#pragma once

#include "core/analysis/perturbation.h"
#include "widgets/colour_map.h"
#include "widgets/layer_map_data.h"
#include "widgets/plot_data.h"

#include <QString>
#include <cstddef>
#include <vector>

namespace sinkscope {

// What figures of changes have in common: of one swap, of a sweep, of interventions, of the toy.

/// What a measure of the change is called on an axis.
QString changeNormTitle(ChangeNorm norm);

/// The scale of changes up to `largest`; a logarithmic one reaches three decades down.
ColourScale changeScale(double largest, bool logarithmic);
/// The largest value of all maps, 1 where none is above 0.
double largestOf(const std::vector<LayerMapData>& maps);

/// -1 for the embedding, then the layers from 0, L for the final norm; and the sentence that says so.
std::vector<double> layerAxis(std::size_t places);
QString layerNote(std::size_t places);

/// "after layer 7", "at the embedding", "after the final norm"
QString placeWords(std::size_t place, std::size_t places);

/// How the curve of the condition at an index looks: the one with <bos> is the sink's.
ColourRole roleOf(Condition condition, std::size_t index);

}  // namespace sinkscope
