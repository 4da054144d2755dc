#pragma once

#include "core/analysis/influence.h"

#include <nlohmann/json.hpp>

namespace sinkscope {

/// What --json prints of an influence.
nlohmann::json influenceJson(const InfluenceResult& result);

/// The same for a person, on stdout.
void printInfluence(const InfluenceResult& result);

}  // namespace sinkscope
