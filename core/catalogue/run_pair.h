#pragma once

#include "core/array.h"

#include <cstddef>
#include <string>
#include <vector>

namespace sinkscope {

/// Where a layer stands between the first (0) and the last (1) of a model: layer / (L - 1), so that profiles of models
/// of different depth lie over each other. Of a model of one layer: 0. Layer -1 is the embedding.
double relativeDepth(double layer, std::size_t layers);

/// The row of a map of `otherRows` that is as deep as `row` of `rows`; the same row where both have as many.
std::size_t pairedRow(std::size_t row, std::size_t rows, std::size_t otherRows);

/// A map of a run, to be held against another's.
struct RunMap {
  Array<float, 2> values;           ///< [row, column]; NaN: no value
  std::size_t layers = 0;           ///< of the model
  std::vector<std::string> tokens;  ///< [column]; empty: columns are heads
};

/// One map less another.
struct MapDifference {
  Array<float, 2> values;  ///< [row, column], A - B; NaN where one has no value; empty: there is no difference
  std::size_t columnA = 0, columnB = 0;  ///< of each map, where the first column lies
  double limit = 0.0;                    ///< the largest |A - B|; the symmetric scale's end
  std::size_t row = 0, column = 0;       ///< of `values`, where that is
  std::string note;                      ///< why there is none, or what it leaves out, as a sentence; may be empty
};

/// A - B where the shapes agree. Of prompts with different numbers of tokens those that both end with, as with <bos>
/// and without; where they do not end alike, there is none. `nameA` and `nameB` are for the sentence.
MapDifference difference(const RunMap& a, const RunMap& b, const std::string& nameA, const std::string& nameB);

}  // namespace sinkscope
