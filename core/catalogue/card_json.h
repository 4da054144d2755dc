#pragma once

// Private to core/catalogue: how the reading process tells of a run.

#include "core/runs/run_card.h"

#include <nlohmann/json.hpp>

namespace sinkscope {

nlohmann::json toJson(const RunCard& card);
/// Throws an exception for what is no card.
RunCard cardFromJson(const nlohmann::json& json);

}  // namespace sinkscope
