#include "core/catalogue/sqlite_version.h"

#include "core/catalogue/sqlite.h"

namespace sinkscope {

std::string sqliteVersion() {
  return sqlite3_libversion();
}

}  // namespace sinkscope
