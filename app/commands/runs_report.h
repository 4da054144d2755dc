#pragma once

#include "core/catalogue/catalogue.h"
#include "core/catalogue/run_comparison.h"

#include <nlohmann/json.hpp>

#include <iosfwd>
#include <vector>

namespace sinkscope {

/// What the subcommands of `sinkscope runs` print.
void printRuns(std::ostream& out, const std::vector<RunRow>& runs);
void printRun(std::ostream& out, const std::filesystem::path& path, const RunCard& card);
void printComparison(std::ostream& out, const RunComparison& comparison, bool all);

nlohmann::json jsonOf(const RunRow& run);
/// With the whole text of the prompts.
nlohmann::json jsonOf(const std::filesystem::path& path, const RunCard& card);
nlohmann::json jsonOf(const RunComparison& comparison);

}  // namespace sinkscope
