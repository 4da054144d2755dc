#include "core/library_versions.h"

#include "core/catalogue/sqlite_version.h"
#include "core/runs/hdf5_version.h"

#include <torch/version.h>

namespace sinkscope {

std::vector<LibraryVersion> coreLibraries() {
  return {{"libtorch", TORCH_VERSION},
          {"HDF5", hdf5Version()},
          {"SQLite", sqliteVersion()},
          {"sentencepiece", SINKSCOPE_SENTENCEPIECE_VERSION}};
}

}  // namespace sinkscope
