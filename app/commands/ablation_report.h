#pragma once

#include "core/analysis/ablation.h"

#include <nlohmann/json.hpp>

namespace sinkscope {

/// A line an intervention, the untouched model's first.
void printAblation(const AblationResult& result, double epsilon);

nlohmann::json ablationJson(const AblationResult& result, double epsilon);

}  // namespace sinkscope
