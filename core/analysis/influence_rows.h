#pragma once

#include <cstdint>
#include <vector>

namespace sinkscope {

/// Whose influence on whom is asked: on the residual stream after `to` layers at each position of `queries`, by the
/// stream after each number of layers in `starts` (0: the embedding) at every position. Lists are ascending.
struct InfluenceRows {
  std::vector<std::int64_t> starts;
  std::int64_t to = 0;
  std::vector<std::int64_t> queries;
};

/// Throws `Error` naming what a model of so many layers on so many tokens does not have.
void check(const InfluenceRows& rows, std::int64_t layers, std::int64_t tokens);

}  // namespace sinkscope
