#pragma once

#include "core/array.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

/// What core/trace computes tile by tile, here from the whole matrix, entry by entry.
namespace sinkscope::slow {

using Map = Array<double, 2>;  ///< [query, key]

inline std::size_t lastSeeing(std::size_t key, std::size_t tokens, std::int64_t window) {
  return window == 0 ? tokens : std::min(tokens, key + static_cast<std::size_t>(window));
}

/// alpha_k: mean of column k over the queries that see it.
inline std::vector<double> shares(const Map& map, std::int64_t window) {
  std::vector<double> result(map.extent(1));
  for (std::size_t k = 0; k < result.size(); ++k) {
    const std::size_t end = lastSeeing(k, map.extent(0), window);
    for (std::size_t i = k; i < end; ++i) result[k] += map(i, k);
    result[k] /= static_cast<double>(end - k);
  }
  return result;
}

/// Entropy of every row, natural log.
inline std::vector<double> rowEntropy(const Map& map) {
  std::vector<double> result(map.extent(0));
  for (std::size_t i = 0; i < map.extent(0); ++i)
    for (const double weight : map.row(i))
      if (weight > 0) result[i] -= weight * std::log(weight);
  return result;
}

/// The map without key 0, every row summing to 1 again; a row that saw only key 0 is all 0.
inline Map withoutSink(const Map& map) {
  Map result = map;
  for (std::size_t i = 0; i < map.extent(0); ++i) {
    double rest = 0;
    for (std::size_t j = 1; j < map.extent(1); ++j) rest += map(i, j);
    result(i, 0) = 0;
    for (std::size_t j = 1; j < map.extent(1); ++j) result(i, j) = rest > 0 ? map(i, j) / rest : 0;
  }
  return result;
}

inline Map part(const Map& map, std::size_t query0, std::size_t query1, std::size_t key0, std::size_t key1) {
  Map result({query1 - query0, key1 - key0});
  for (std::size_t i = query0; i < query1; ++i)
    for (std::size_t j = key0; j < key1; ++j) result(i - query0, j - key0) = map(i, j);
  return result;
}

struct Pooled {
  Map mean, max;
};

/// `map` pooled to at most `rows` x `columns` cells: each entry goes to the cell whose span holds it.
inline Pooled pooled(const Map& map, std::size_t rows, std::size_t columns) {
  const std::size_t nq = map.extent(0), nk = map.extent(1);
  rows = std::min(rows, nq);
  columns = std::min(columns, nk);
  Pooled result{Map({rows, columns}), Map({rows, columns})};
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c) {
      double sum = 0, most = 0, count = 0;
      for (std::size_t i = r * nq / rows; i < (r + 1) * nq / rows; ++i) {
        for (std::size_t j = c * nk / columns; j < (c + 1) * nk / columns; ++j) {
          sum += map(i, j);
          most = std::max(most, map(i, j));
          ++count;
        }
      }
      result.mean(r, c) = sum / count;
      result.max(r, c) = most;
    }
  }
  return result;
}

}  // namespace sinkscope::slow
