#pragma once

#include "core/job.h"

#include <filesystem>
#include <string>

namespace sinkscope {

/// Lower-case hexadecimal SHA-256 of a file's content. A hash that was computed before for the same path, size and
/// time of change is taken from `$XDG_CACHE_HOME/sinkscope/sha256` (else `~/.cache/sinkscope/sha256`).
std::string sha256Of(const std::filesystem::path& path, const Job& job = {});

}  // namespace sinkscope
