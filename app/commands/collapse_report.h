#pragma once

#include "core/analysis/collapse.h"
#include "core/analysis/probes.h"

#include <nlohmann/json.hpp>

namespace sinkscope {

/// Results of `sinkscope collapse` as tables on standard output, for a person.
void printCollapse(const CollapseResult& result, double epsilon);
void printLengths(const LengthProbeResult& result);
void printRepetition(const RepetitionResult& result);

/// The same with everything in them, as JSON objects (documented in `sinkscope collapse --help`).
nlohmann::json collapseJson(const CollapseResult& result, double epsilon);
nlohmann::json lengthsJson(const LengthProbeResult& result);
nlohmann::json repetitionJson(const RepetitionResult& result);

}  // namespace sinkscope
