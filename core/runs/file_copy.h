#pragma once

#include "core/job.h"
#include "core/new_file.h"

#include <filesystem>

namespace sinkscope {

/// Puts the bytes of a file into one that is not under its name yet. Throws `Error`.
void copyInto(NewFile& target, const std::filesystem::path& source, const Job& job);

}  // namespace sinkscope
