#pragma once

// Private to core/runs: what the writer and the reader agree on besides docs/run_format.md.

#include "core/trace/trace.h"

#include <array>
#include <string_view>
#include <utility>

namespace sinkscope {

inline constexpr std::string_view kRunSchemaName = "sinkscope-run";
inline constexpr std::string_view kExploreKind = "explore";

inline constexpr std::array<std::pair<Keep, std::string_view>, 3> kKeepNames{
    {{Keep::Statistics, "statistics"}, {Keep::Attention, "attention"}, {Keep::Everything, "everything"}}};

}  // namespace sinkscope
