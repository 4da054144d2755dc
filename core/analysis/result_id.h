#pragma once

#include "core/analysis/provenance.h"

#include <string>
#include <string_view>

namespace sinkscope {

/// What a result is called wherever its numbers go, such as in a figure's metadata: 16 hexadecimal digits of a hash
/// over its kind ("explore"), its time, the program and the model's files. The same for a result and for the run file
/// that it was saved in.
std::string resultId(std::string_view kind, const Provenance& result);

/// The same of what has no model file yet: a training, by its time, program and recipe.
std::string resultId(std::string_view kind, std::string_view created, std::string_view program,
                     std::string_view settings);

}  // namespace sinkscope
