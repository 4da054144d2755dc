#pragma once

// Private to core/runs, the only room that includes HDF5: small owners and checked reads and writes over its C API.

#include <hdf5.h>

#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace sinkscope::hdf5 {

/// Held during every use of the library, whose high-level part is not thread-safe, handles' ends included. Recursive,
/// so that a progress callback may read another run. Silences the library's own printing on the calling thread.
std::unique_lock<std::recursive_mutex> lock();

/// Owns one HDF5 identifier.
class Handle {
 public:
  using Close = herr_t (*)(hid_t);

  Handle() = default;
  Handle(hid_t id, Close close) : id_(id), close_(close) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)), close_(other.close_) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }

  explicit operator bool() const { return id_ >= 0; }
  hid_t get() const { return id_; }
  hid_t release() { return std::exchange(id_, H5I_INVALID_HID); }

 private:
  hid_t id_ = H5I_INVALID_HID;
  Close close_ = nullptr;
};

using Shape = std::vector<std::uint64_t>;

/// "2 x 3 x 5"
std::string describe(std::span<const std::uint64_t> shape);

/// "1.10.8"
std::string libraryVersion();

/// "float32", "uint8", "string", ...
std::string typeName(hid_t type);

/// Deepest message of the library's error stack after the last call, e.g. "truncated file: eof = 100, ...".
std::string lastError();

/// Type in the file and in memory of an element: little endian in both, which is what this program runs on.
template <typename T>
hid_t typeOf();
template <>
hid_t typeOf<float>();
template <>
hid_t typeOf<double>();
template <>
hid_t typeOf<std::int64_t>();
template <>
hid_t typeOf<std::uint64_t>();
template <>
hid_t typeOf<std::uint8_t>();

/// A group of a file being written. Every failure throws `Error` naming the file and the field.
///
/// Nothing here has a variable length: HDF5 keeps such values in heaps without checksums, while headers, indices and
/// (filtered) chunks have them. So a damaged file is noticed by the library instead of being believed.
class GroupWriter {
 public:
  /// The root group of `file`.
  GroupWriter(hid_t file, std::string fileName);

  GroupWriter group(const std::string& name) const;
  /// Takes away a group or a dataset, if there is one.
  void remove(const std::string& name) const;

  void attribute(const std::string& name, const std::string& value) const;
  void attribute(const std::string& name, double value) const;
  void attribute(const std::string& name, std::int64_t value) const;
  void attribute(const std::string& name, std::uint64_t value) const;
  void attribute(const std::string& name, bool value) const;

  /// A dimension scale whose values are the positions first, first + 1, ...
  void axis(const std::string& name, std::uint64_t size, std::int64_t first = 0) const;
  /// A dimension scale without values.
  void dimension(const std::string& name, std::uint64_t size) const;

  /// A dataset over dimension scales of this group, in compressed chunks.
  template <typename T>
  void array(const std::string& name, const std::vector<std::string>& axes, std::span<const T> values) const {
    write(create(name, axes, typeOf<T>(), 0, kDeflate), name, typeOf<T>(), values.data(), values.size());
  }
  template <typename T>
  void array(const std::string& name, const std::vector<std::string>& axes, const std::vector<T>& values) const {
    array(name, axes, std::span<const T>(values));
  }
  /// The same for texts: UTF-8 of one length, padded with NUL; bytes that are no UTF-8 become U+FFFD.
  void texts(const std::string& name, const std::string& axis, const std::vector<std::string>& values) const;

  /// Byte strings one after another: `NAME_bytes`, and `NAME_offset` over `axis` with where each begins.
  void byteStrings(const std::string& name, const std::string& axis, const std::vector<std::string>& values) const;
  /// One byte string over a dimension `NAME_position`; nothing is written when it is empty.
  void bytes(const std::string& name, const std::string& value) const;

  /// A float32 dataset of at least three axes that is written an index of its first axis at a time; no chunk spans two
  /// indices of the first two, so that what belongs to one head is read alone.
  Handle createStepwise(const std::string& name, const std::vector<std::string>& axes) const;
  void writeStep(const Handle& dataset, const std::string& name, std::uint64_t step,
                 std::span<const float> values) const;

  /// A dataset of one axis that begins without elements and may be read while it grows: in chunks that are neither
  /// compressed nor moved. An element is `unwritten` until it is written.
  Handle createGrowing(const std::string& name, const std::string& axis, hid_t type, const void* unwritten) const;
  void append(const Handle& dataset, const std::string& name, hid_t type, const void* elements,
              std::uint64_t count) const;

 private:
  static constexpr unsigned kDeflate = 4, kFastDeflate = 1;

  GroupWriter(Handle group, std::string fileName, std::string path);

  Handle createPlain(const std::string& name, const Shape& shape, hid_t type, std::size_t singleAxes,
                     unsigned deflate) const;
  Handle createScale(const std::string& name, std::uint64_t size, hid_t type) const;
  Handle create(const std::string& name, const std::vector<std::string>& axes, hid_t type, std::size_t singleAxes,
                unsigned deflate) const;
  void write(const Handle& dataset, const std::string& name, hid_t type, const void* values, std::size_t count) const;
  void rawAttribute(const Handle& object, const std::string& name, hid_t type, const void* value) const;
  void textAttribute(const Handle& object, const std::string& name, const std::string& value) const;
  template <typename Id>
  Id check(Id result, const std::string& field, const char* doing) const {
    if (result < 0) failTo(doing, field);
    return result;
  }
  [[noreturn]] void failTo(const char* doing, const std::string& field) const;

  Handle group_;
  std::string file_, path_;
};

/// A dataset that was opened and found to be what was expected.
struct Dataset {
  Handle handle;
  Shape shape;
};

/// A group of a file being read. Believes nothing: kind, type and shape are checked before anything is allocated, and
/// an array must be plausible for the bytes that the file stores for it. Every failure throws `Error` naming the file,
/// the field, what was expected and what was found.
class GroupReader {
 public:
  /// The root group of `file`.
  GroupReader(hid_t file, std::string fileName, std::uint64_t fileSize);

  bool has(const std::string& name) const;
  bool hasAttribute(const std::string& name) const;
  GroupReader group(const std::string& name) const;
  /// How many groups and datasets are in it.
  std::uint64_t links() const;
  const std::string& file() const { return file_; }
  std::string field(const std::string& name) const;
  [[noreturn]] void fail(const std::string& name, const std::string& what) const;

  std::string text(const std::string& attribute) const;
  double real(const std::string& attribute) const;
  /// An integer attribute within [low, high].
  std::int64_t integer(const std::string& attribute, std::int64_t low, std::int64_t high) const;
  std::uint64_t unsignedInteger(const std::string& attribute) const;
  bool flag(const std::string& attribute) const;

  /// Length of a one-dimensional dataset, at most `limit`.
  std::uint64_t length(const std::string& name, std::uint64_t limit) const;
  void checkAxis(const std::string& name, std::uint64_t size) const;

  /// Opens a dataset that must have this type and shape.
  Dataset dataset(const std::string& name, hid_t type, const Shape& shape) const;
  template <typename T>
  std::vector<T> array(const std::string& name, const Shape& shape) const {
    const Dataset found = dataset(name, typeOf<T>(), shape);
    std::size_t count = 1;
    for (const std::uint64_t extent : shape) count *= extent;
    std::vector<T> values(count);
    readAll(found, name, typeOf<T>(), values.data());
    return values;
  }
  /// `array`, or empty when there is no such dataset.
  template <typename T>
  std::vector<T> optionalArray(const std::string& name, const Shape& shape) const {
    return has(name) ? array<T>(name, shape) : std::vector<T>();
  }
  std::vector<std::string> byteStrings(const std::string& name, std::uint64_t count) const;
  std::string bytes(const std::string& name) const;

  /// Opens a dataset of one axis of any length that must have this type.
  Dataset growing(const std::string& name, hid_t type) const;
  /// Looks how long it has become, and believes no more than the file has bytes for now.
  void refresh(Dataset& dataset, const std::string& name) const;
  void readRange(const Dataset& dataset, const std::string& name, hid_t type, std::uint64_t first, std::uint64_t count,
                 void* elements) const;

  /// Reads the block of the last axes at the given leading indices.
  void readBlock(const Dataset& dataset, const std::string& name, std::span<const std::uint64_t> leading,
                 float* values) const;

 private:
  GroupReader(Handle group, std::string fileName, std::string path, std::uint64_t fileSize);

  /// `fail` where the library itself could not go on.
  [[noreturn]] void failDamaged(const std::string& name, const std::string& what) const;
  Handle openLinked(const std::string& name, H5I_type_t kind) const;
  Dataset openDataset(const std::string& name) const;
  void checkStorage(const Dataset& dataset, const std::string& name, std::size_t elementSize) const;
  void readAll(const Dataset& dataset, const std::string& name, hid_t type, void* values) const;
  Handle openAttribute(const std::string& name) const;
  void scalar(const std::string& attribute, hid_t type, void* value) const;

  Handle group_;
  std::string file_, path_;
  std::uint64_t fileSize_ = 0;
};

}  // namespace sinkscope::hdf5
