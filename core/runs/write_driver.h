#pragma once

#include "core/runs/hdf5.h"

#include <memory>

namespace sinkscope::hdf5 {

/// An HDF5 file written through a descriptor of ours, by a small file driver of ours.
///
/// HDF5's own driver passes a failed write (a full disk) on to the library, which then can neither close the file nor
/// end the program without a crash. This one remembers the first failure and lets the library go on into nothing;
/// `error` is looked at between steps and at the end.
class WrittenFile {
 public:
  /// A new file at the beginning of `descriptor`, which stays the caller's.
  explicit WrittenFile(int descriptor);
  WrittenFile(const WrittenFile&) = delete;
  WrittenFile& operator=(const WrittenFile&) = delete;
  ~WrittenFile() = default;

  /// Invalid when the file could not be created.
  hid_t id() const { return file_.get(); }
  /// errno of the first write that failed; 0 when all went well.
  int error() const { return target_->error; }
  /// Flushes and closes; false when the library fails to.
  bool close();

  struct Target {
    int descriptor = -1;
    int error = 0;
  };

 private:
  std::unique_ptr<Target> target_;  ///< outlives the file
  Handle file_;
};

}  // namespace sinkscope::hdf5
