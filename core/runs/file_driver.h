#pragma once

#include "core/runs/hdf5.h"

#include <filesystem>
#include <memory>
#include <unordered_set>
#include <utility>

namespace sinkscope::hdf5 {

// HDF5 files used through descriptors of ours, by a small file driver of ours.

/// What the driver uses.
struct DriverTarget {
  DriverTarget() = default;
  DriverTarget(const DriverTarget&) = delete;
  DriverTarget& operator=(const DriverTarget&) = delete;

  /// Puts what was written on the disk.
  void sync();

  int descriptor = -1;
  int error = 0;                      ///< errno of the first write that failed
  bool inPages = false;               ///< headers and indices lie within a page of the disk each, if they fit
  haddr_t end = 0;                    ///< of the file
  haddr_t begun = 0;                  ///< the same when it began to grow
  std::unordered_set<haddr_t> known;  ///< headers and indices that came later
  bool unsettled = false;             ///< something new was written since the last sync
};

/// A file being written. HDF5's own driver passes a failed write (a full disk) on to the library, which then can
/// neither close the file nor end the program without a crash. This one remembers the first failure and lets the
/// library go on into nothing; `error` is looked at between steps and at the end.
class WrittenFile {
 public:
  enum class Use {
    Once,   ///< written, then closed
    Grow,   ///< read by others while it is written: see `startGrowing`
    Change  ///< there already
  };

  /// A file at the beginning of `descriptor`, which stays the caller's; a new one but for `Change`.
  explicit WrittenFile(int descriptor, Use use = Use::Once);
  WrittenFile(const WrittenFile&) = delete;
  WrittenFile& operator=(const WrittenFile&) = delete;
  ~WrittenFile() = default;

  /// Invalid when the file could not be created or opened.
  hid_t id() const { return file_.get(); }
  /// errno of the first write that failed; 0 when all went well.
  int error() const { return target_->error; }
  /// From here on others may read the file (HDF5's single writer, multiple readers), and there can be no new groups,
  /// datasets and attributes. False when the library fails to.
  bool startGrowing();
  /// Hands everything to the operating system; false when the library fails to.
  bool flush();
  /// Puts what was flushed on the disk. The file there is whole at any moment between: what a header or an index tells
  /// of is put there before it is told. The library is not used.
  void sync() { target_->sync(); }
  /// Flushes and closes; false when the library fails to.
  bool close();

 private:
  std::unique_ptr<DriverTarget> target_;  ///< outlives the file
  Handle file_;
};

/// Whether a file says that it is being written for others to read meanwhile: its writer lives, or was killed.
bool isGrowing(int descriptor);

/// A file being read. HDF5's own driver finds out that a file is open already and gives out the state of then, also
/// that of a file which has grown or was closed by its writer since; files opened here have nothing in common.
class ReadFile {
 public:
  ReadFile() = default;
  /// Invalid when it could not be opened.
  explicit ReadFile(const std::filesystem::path& path);
  ReadFile(ReadFile&&) noexcept = default;
  ReadFile& operator=(ReadFile&& other) noexcept {
    std::swap(target_, other.target_);
    std::swap(file_, other.file_);
    return *this;
  }
  ~ReadFile() = default;

  explicit operator bool() const { return static_cast<bool>(file_); }
  hid_t get() const { return file_.get(); }
  int descriptor() const { return target_->descriptor; }

 private:
  struct CloseTarget {
    void operator()(DriverTarget* target) const;
  };
  std::unique_ptr<DriverTarget, CloseTarget> target_;  ///< outlives the file; its descriptor is its own
  Handle file_;
};

}  // namespace sinkscope::hdf5
