#pragma once

#include <string>

namespace sinkscope {

/// Of the SQLite library that runs here: "3.40.1".
std::string sqliteVersion();

}  // namespace sinkscope
