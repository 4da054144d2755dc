#pragma once

// Private to core/runs.

#include <hdf5.h>

#include <cstddef>
#include <string>

namespace sinkscope::hdf5 {

/// Why the way a dataset is stored is not believed (another file, plugins, giant chunks), as the rest of a sentence;
/// empty when it is. `properties`: those that it was made with.
std::string storageFault(hid_t properties, std::size_t elementSize);

/// How it is stored: "chunks of 1 x 4 x 7, shuffle, deflate 4, fletcher32", "contiguous".
std::string storageWords(hid_t properties);

}  // namespace sinkscope::hdf5
