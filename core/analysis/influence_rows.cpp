#include "core/analysis/influence_rows.h"

#include "core/error.h"

#include <algorithm>
#include <functional>
#include <string>

namespace sinkscope {
namespace {

bool ascending(const std::vector<std::int64_t>& values) {
  return std::ranges::adjacent_find(values, std::greater_equal()) == values.end();
}

}  // namespace

void check(const InfluenceRows& rows, std::int64_t layers, std::int64_t tokens) {
  if (rows.starts.empty() || rows.queries.empty() || !ascending(rows.starts) || !ascending(rows.queries))
    throw Error("Influence is asked from at least one layer on at least one token, in ascending order.");
  if (rows.to < 1 || rows.to > layers)
    throw Error("There is no residual stream after " + std::to_string(rows.to) + " layers to ask about; 1 to " +
                std::to_string(layers) + " is expected.");
  if (rows.starts.front() < 0 || rows.starts.back() >= rows.to)
    throw Error("Influence on the stream after " + std::to_string(rows.to) + " layers starts after 0 to " +
                std::to_string(rows.to - 1) + " layers, not after " +
                std::to_string(rows.starts.front() < 0 ? rows.starts.front() : rows.starts.back()) + ".");
  if (rows.queries.front() < 0 || rows.queries.back() >= tokens)
    throw Error("The prompt has no token " +
                std::to_string(rows.queries.front() < 0 ? rows.queries.front() : rows.queries.back()) +
                " to ask about; 0 to " + std::to_string(tokens - 1) + " is expected.");
}

}  // namespace sinkscope
