#pragma once

#include "core/array.h"
#include "core/job.h"
#include "core/text/token.h"
#include "core/text/token_class.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sinkscope {

/// How heads behave at queries whose previous token is of each kind. A query i is counted from i = 2 on (at i = 1 the
/// previous token is the first one itself), in layers where it sees token 0.
struct WakeTable {
  Array<std::int64_t, 2> count;  ///< [layer, kind]: queries counted
  Array<double, 3> awake;        ///< [layer, head, kind]: mean of 1 - A[i,0]; NaN of none
  Array<double, 3> variance;     ///< [layer, head, kind]: of 1 - A[i,0], over n - 1; NaN of fewer than two
  Array<double, 3> previous;     ///< [layer, head, kind]: mean of A[i,i-1]; NaN of none
};

/// Conditional scan (after Barbero et al., arXiv 2504.02732, on approximate no-op heads): `E[1 - A[i,0] | token i-1]`.
struct WakeScan {
  std::vector<Token> tokens;  ///< kinds of `byToken`, by id: id, bytes and special; no spans
  WakeTable byToken;
  WakeTable byClass;  ///< kinds are `kTokenClasses`
  WakeTable overall;  ///< one kind: every counted query
};

/// Gathers a scan over many prompts, trace after trace; of each head one column and one diagonal are looked at.
class WakeCollector {
 public:
  WakeCollector(std::int64_t layers, std::int64_t heads, const std::vector<std::vector<Token>>& prompts);

  /// Adds one of the prompts given above; `trace` holds its attention.
  void add(const std::vector<Token>& prompt, const Trace& trace, const Job& job);

  /// The scan of what was added; ends the collector.
  WakeScan finish();

 private:
  WakeScan scan_;  // while it grows, `variance` holds sums of squared deviations from the mean so far
  std::map<std::int64_t, std::size_t> kindOf_;  // by token id
};

/// What the previous token is looked at as.
enum class WakeKinds { Tokens, Classes };

/// A kind of previous token after which a head leaves the sink more than it does on average.
struct Waker {
  std::size_t layer = 0, head = 0;
  std::size_t kind = 0;  ///< into `WakeScan::tokens` or `kTokenClasses`
  std::int64_t count = 0;
  double awake = 0.0;  ///< mean of 1 - A[i,0] after this kind
  double mean = 0.0;   ///< the same over all queries of the head
  /// `awake - mean` and its 95 % interval: normal, `+- 1.96 s`. As `awake - mean = (1 - n/N) (awake - rest)`, with n of
  /// all N queries after this kind and `rest` the mean over the others, `s = (1 - n/N) sqrt(var/n + varRest/(N - n))`.
  /// Queries count as independent of each other, and nothing is corrected for the number of heads and kinds.
  double difference = 0.0, low = 0.0, high = 0.0;
  double previous = 0.0;      ///< mean of A[i,i-1] after this kind
  double meanPrevious = 0.0;  ///< the same over all queries of the head
};

/// Whether this is an if-else head's waker: on average the head rests on token 0 (its share there, `1 - mean`, is above
/// `rest`), and after this kind it gives more than half of its attention to the previous token, and at least twice what
/// it does on average.
bool isIfElse(const Waker& waker, double rest = 0.3);

/// Those of them that are an if-else head's, in their order.
std::vector<Waker> ifElseOf(std::vector<Waker> wakers, double rest = 0.3);

/// A waker's kind for a person: "'’s'" of a token, "apostrophe" of a class.
std::string kindName(const WakeScan& scan, WakeKinds kinds, const Waker& waker);

/// The kinds that wake a head, those whose whole interval lies above 0, seen at least `minimumCount` (2 or more) times.
/// Sorted by the interval's lower end, the largest first: a large difference that was seen often enough to be believed.
std::vector<Waker> findWakers(const WakeScan& scan, WakeKinds kinds, std::size_t layer, std::size_t head,
                              std::int64_t minimumCount);

/// The same of all heads together.
std::vector<Waker> findWakers(const WakeScan& scan, WakeKinds kinds, std::int64_t minimumCount);

}  // namespace sinkscope
