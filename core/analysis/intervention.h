#pragma once

#include "core/model/config.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sinkscope {

/// What is done to a pass.
enum class InterventionKind {
  RemoveHeads,   ///< what heads gathered is replaced, before W_O
  HideSink,      ///< queries behind the first do not see key 0; the rest of their row sums to 1
  ReplaceValue,  ///< the value vectors of some tokens (key 0 where none are named) are replaced for some heads
  OffByOne,      ///< softmax-off-by-one, `exp(x) / (1 + sum exp)`: a row may sum to less than 1
  ReplaceFirst,  ///< another token in the place of the first
  Prepend,       ///< a token before the first, which moves all others by one place
  Cache,         ///< queries see the last keys and the first ones only, as a bounded key-value cache has them
};

/// What stands in for what is taken away. Zero alone overstates: it is far from anything that the model has seen. All
/// but Zero and Scale are made of what is there at the same head at the tokens behind the first of all prompts.
enum class Replacement {
  Zero,
  Mean,     ///< the mean over those tokens
  Noise,    ///< normal random numbers with their mean and standard deviation, component by component
  Shuffle,  ///< that of a random one of those tokens
  Scale,    ///< its own, times a factor; values only
};

/// Whole numbers `first` ... `last`.
struct Interval {
  static constexpr std::int64_t kEnd = -1;  ///< as `last`: to the end
  std::int64_t first = 0, last = kEnd;

  bool contains(std::int64_t n) const { return n >= first && (last == kEnd || n <= last); }
  bool operator==(const Interval&) const = default;
};

/// Heads `heads` of layers `layers`.
struct HeadRange {
  Interval layers, heads;
  bool operator==(const HeadRange&) const = default;
};

/// One change of a model, as a value: it stands in requests, in run files and on the command line in one notation:
///
///     KIND[=HOW][:HEADS][@POSITIONS]
///
///     remove[=zero|mean|noise|shuffle]   value[=zero|mean|noise|shuffle|FACTOR]   hide   off-by-one
///     first=TOKEN   prepend=TOKEN   window=LAST[+FIRST]
///
/// HEADS are LAYER.HEAD, each a number, a range such as 3-5 or *, with commas between; without them all heads.
/// POSITIONS are numbers and ranges, <bos> counted: the queries of `remove`, `hide` and `off-by-one`, the tokens of
/// `value`; without them all queries, and token 0. E.g. "remove=mean:3.2,5.*", "value=0.5:*.1", "window=64+4".
struct Intervention {
  InterventionKind kind = InterventionKind::RemoveHeads;
  Replacement replacement = Replacement::Zero;
  double factor = 0.0;               ///< of `Replacement::Scale`
  std::vector<HeadRange> heads;      ///< empty: all
  std::vector<Interval> positions;   ///< empty: all queries, or token 0 of `ReplaceValue`
  std::string token;                 ///< bytes of the token of `ReplaceFirst` and `Prepend`
  std::int64_t last = 0, first = 0;  ///< of `Cache`: keys that are kept, the query's own counted, and sinks

  bool contains(std::int64_t layer, std::int64_t head) const;
  bool operator==(const Intervention&) const = default;
};

/// The notation's value; throws `Error` saying what was expected.
Intervention parseIntervention(std::string_view text);
/// `parseIntervention` of it gives the same value.
std::string toString(const Intervention& intervention);

/// What a person reads: "heads 3.2, 5.* removed, mean in their place".
std::string interventionTitle(const Intervention& intervention, const std::string& bos);

/// Throws `Error` where it names heads that the model has not.
void checkHeads(const Intervention& intervention, const ModelConfig& config);

}  // namespace sinkscope
