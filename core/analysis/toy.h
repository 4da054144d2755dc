#pragma once

#include "core/array.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace sinkscope {

/// The smallest model that shows what a sink does: `h <- h + A h`, one number a token, nothing learned. Every query
/// attends alike to all the tokens it sees. With a sink, the share `sinkShare` of every row goes to token 0, whose
/// value is 0, and the rest alike to the others.
struct ToySettings {
  std::size_t tokens = 6;
  std::size_t layers = 4;
  std::size_t perturbed = 2;        ///< the token that is changed by 1; not token 0, the sink
  std::optional<double> sinkShare;  ///< 0 ... 1; nothing: no sink, token 0 is a token like the others
};

/// What the change of one token does to the others; entry 0 of the layers is before layer 0.
struct ToyChange {
  Array<double, 2> change;    ///< [layer + 1, token]: of the token's value, over the initial change
  Array<double, 2> relative;  ///< [layer + 1, token]: over what a change of that very token grows to
};

/// Throws `Error` for settings that make no such model.
ToyChange toyChange(const ToySettings& settings);

/// Mean of `relative` over the tokens behind the perturbed one, [layer + 1]; NaN where there is none.
std::vector<double> meanToyChanges(const ToyChange& change, std::size_t perturbed);

/// The same after the last layer.
double meanToyChange(const ToyChange& change, std::size_t perturbed);

}  // namespace sinkscope
