#pragma once

#include "core/runs/run_file.h"

#include <string>

namespace sinkscope {

/// What is inconsistent in a result, as the rest of a sentence that names the field, what was found and what was
/// expected; empty when everything fits together. One rule for what is written and for what is read: a page may index
/// the arrays of a run without looking at their shapes again. Arrays may be empty: what was not measured.
std::string faultOf(const ExploreResult& result, const RunView& view);

}  // namespace sinkscope
