#pragma once

#include "core/analysis/explore.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace sinkscope {

/// The measures of a result as text for a person: conventions, sink rate for every eps, per-layer profile, secondary
/// sinks, value drain, loss.
void printReport(std::ostream& out, const ExploreResult& result, const std::vector<double>& epsilons);

/// The same and every head's alpha_0 as one JSON object (documented in `sinkscope analyze --help`).
std::string reportJson(const ExploreResult& result, const std::vector<double>& epsilons);

}  // namespace sinkscope
