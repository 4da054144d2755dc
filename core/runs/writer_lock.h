#pragma once

namespace sinkscope {

// Who writes a file that grows holds a lock on it, which ends with its descriptor, so also when the program is killed.
// It is a lock of the open file on a byte that no file has: HDF5's own locks, and whoever reads, know nothing of it.

/// Takes the lock, of a file that nobody else knows yet. Where the file system has no locks, nobody holds any.
void lockAsWriter(int descriptor);

/// Whether anyone, in this program or another, writes the file through another descriptor.
bool hasWriter(int descriptor);

}  // namespace sinkscope
