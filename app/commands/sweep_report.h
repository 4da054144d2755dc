#pragma once

#include "core/analysis/sweep.h"

#include <iosfwd>
#include <string>

namespace sinkscope {

/// For a terminal: per layer the mean change and the spread, then the reach after the last layer by distance; one
/// condition beside the other.
void printSweep(std::ostream& out, const SweepResult& result, ChangeNorm norm);

/// One JSON object: reach and spread by every measure, the changes themselves by `norm`; what was not swapped is null.
std::string sweepJson(const SweepResult& result, ChangeNorm norm);

}  // namespace sinkscope
