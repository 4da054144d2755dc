#pragma once

#include <string>

namespace sinkscope {

/// Of the HDF5 library that runs here: "1.10.8".
std::string hdf5Version();

}  // namespace sinkscope
