#include "core/runs/open_file.h"

#include "core/error.h"
#include "core/runs/run_file.h"
#include "core/runs/schema.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <string_view>

#include <unistd.h>

namespace sinkscope::hdf5 {
namespace {

/// Whether the file begins as HDF5 files do; those with something of another's before it are looked at by the library,
/// which opens them for that.
bool isHdf5(const std::filesystem::path& path) {
  constexpr std::string_view signature = "\x89HDF\r\n\x1a\n";
  char begin[signature.size()];
  std::ifstream file(path, std::ios::binary);
  if (file.read(begin, sizeof begin) && std::string_view(begin, sizeof begin) == signature) return true;
  return H5Fis_hdf5(path.c_str()) > 0;
}

void checkSchema(const OpenFile& open) {
  const GroupReader root(open.file.get(), open.name, open.size);
  const std::string name(kRunSchemaName);
  if (!root.hasAttribute("schema")) {
    throw Error(open.name + ": is an HDF5 file but no Sinkscope run: it has no attribute /schema, expected \"" + name +
                "\".");
  }
  const std::string found = root.text("schema");
  if (found != name) root.fail("schema", "is \"" + found + "\", expected \"" + name + "\"");
  const std::int64_t major = root.integer("schema_major", 1, std::numeric_limits<std::int64_t>::max());
  const std::int64_t minor = root.integer("schema_minor", 0, std::numeric_limits<std::int64_t>::max());
  if (major > kRunSchemaMajor) {
    throw Error(open.name + ": has the run schema " + std::to_string(major) + "." + std::to_string(minor) +
                ", expected " + std::to_string(kRunSchemaMajor) + ".x: a newer Sinkscope wrote it.");
  }
}

}  // namespace

OpenFile openRun(const std::filesystem::path& path) {
  const std::string name = path.string();
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) throw Error(name + ": is a folder, expected a run file.");
  OpenFile open{{}, name, std::filesystem::file_size(path, error)};
  if (error) throw Error(name + ": cannot be opened: " + error.message() + ".");
  if (::access(path.c_str(), R_OK) != 0) throw Error(name + ": cannot be opened: " + std::strerror(errno) + ".");
  if (!isHdf5(path)) throw Error(name + ": is no HDF5 file, expected a Sinkscope run.");
  open.file = ReadFile(path);
  if (!open.file) {
    throw Error(name + ": cannot be opened, the file is truncated or damaged (" + lastError() + ").");
  }
  checkSchema(open);
  return open;
}

}  // namespace sinkscope::hdf5
