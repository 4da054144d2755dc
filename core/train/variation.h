#pragma once

#include "core/train/recipe.h"

#include <string>
#include <vector>

namespace sinkscope {

/// The recipes that come from `base` when some fields take some values, each with each: a variation is
/// `FIELD=VALUE,VALUE,...` with the field's path in the recipe's JSON, e.g. "optimizer.weight_decay=0,0.1,0.5" or
/// "packing.bos=fixed,separator"; `FIELD+FIELD=VALUE+VALUE,...` sets fields together. Their names tell them apart.
/// Throws `Error` for a field or a value that no recipe has.
std::vector<Recipe> vary(const Recipe& base, const std::vector<std::string>& variations);

}  // namespace sinkscope
