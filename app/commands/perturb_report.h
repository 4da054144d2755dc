#pragma once

#include "core/analysis/perturbation.h"

#include <iosfwd>
#include <string>

namespace sinkscope {

/// For a terminal: per layer the mean change behind the swap and the spread, one pair of columns a condition.
void printPerturbation(std::ostream& out, const PerturbResult& result, ChangeNorm norm);

/// Everything as one JSON object; what cannot be compared is null.
std::string perturbJson(const PerturbResult& result);

}  // namespace sinkscope
