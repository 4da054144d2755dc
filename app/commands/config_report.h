#pragma once

#include "core/model/config.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace sinkscope {

/// What makes the model another one than a plain LLaMa, a few words each: "scores capped at 50",
/// "window 4096 in layers 0, 2, 4".
std::vector<std::string> configWords(const ModelConfig& config);

/// The whole config as the run file has it, its fields in this program's JSON spelling ("keyHeads"). A switch that is
/// as in most models is left out.
nlohmann::json configJson(const ModelConfig& config);

}  // namespace sinkscope
