#pragma once

#include "core/text/token.h"

#include <cmath>
#include <functional>
#include <vector>

/// What core/analysis/waking gathers query by query, here from lists of queries.
namespace sinkscope::slow {

/// What one head does at one query.
struct Query {
  Token before;
  double awake, previous;
};

struct Group {
  double count = 0, awake = NAN, variance = NAN, previous = NAN;
};

inline Group groupOf(const std::vector<Query>& queries, const std::function<bool(const Token&)>& belongs) {
  Group group;
  double sum = 0, previous = 0, squares = 0;
  for (const Query& query : queries)
    if (belongs(query.before)) {
      ++group.count;
      sum += query.awake;
      previous += query.previous;
    }
  if (group.count == 0) return group;
  group.awake = sum / group.count;
  group.previous = previous / group.count;
  for (const Query& query : queries)
    if (belongs(query.before)) squares += (query.awake - group.awake) * (query.awake - group.awake);
  if (group.count > 1) group.variance = squares / (group.count - 1);
  return group;
}

}  // namespace sinkscope::slow
