#pragma once

// Private to core/catalogue: how the reading process tells of what is in a run file.

#include "core/runs/run_preview.h"
#include "core/runs/run_tree.h"

#include <nlohmann/json.hpp>

#include <vector>

namespace sinkscope {

nlohmann::json toJson(const std::vector<RunNode>& tree);
nlohmann::json toJson(const RunPreviewQuery& query);
nlohmann::json toJson(const RunPreview& preview);
/// These throw an exception for what is none.
std::vector<RunNode> treeFromJson(const nlohmann::json& json);
RunPreviewQuery queryFromJson(const nlohmann::json& json);
RunPreview previewFromJson(const nlohmann::json& json);

}  // namespace sinkscope
