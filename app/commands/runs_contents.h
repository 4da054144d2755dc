#pragma once

#include "core/runs/run_preview.h"
#include "core/runs/run_tree.h"

#include <nlohmann/json.hpp>

#include <iosfwd>
#include <vector>

namespace sinkscope {

/// What `sinkscope runs show --tree` and `--dataset` print.
void printTree(std::ostream& out, const std::vector<RunNode>& tree);
void printPreview(std::ostream& out, const RunPreview& preview);

nlohmann::json jsonOf(const std::vector<RunNode>& tree);
nlohmann::json jsonOf(const RunPreview& preview);

}  // namespace sinkscope
