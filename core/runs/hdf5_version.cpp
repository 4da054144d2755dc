#include "core/runs/hdf5_version.h"

#include "core/runs/hdf5.h"

namespace sinkscope {

std::string hdf5Version() {
  return hdf5::libraryVersion();
}

}  // namespace sinkscope
