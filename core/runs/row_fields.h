#pragma once

// Private to core/runs: rows of a table that grows. A kind of row is described once, as a function `describe` over its
// fields; the three classes here make the element type of the table of it, and pack and unpack its bytes. A row is one
// element, so that it is in the file whole or not at all.

#include "core/array.h"
#include "core/error.h"
#include "core/runs/hdf5.h"
#include "core/shape.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

namespace sinkscope::runs {

/// Collects the fields of a row into its type in the file and in memory.
class RowType {
 public:
  void value(const char* name, const std::int64_t&) { add(name, hdf5::typeOf<std::int64_t>(), {}); }
  void value(const char* name, const std::uint64_t&) { add(name, hdf5::typeOf<std::uint64_t>(), {}); }
  void value(const char* name, const double&) { add(name, hdf5::typeOf<double>(), {}); }
  void text(const char* name, std::size_t size, const std::string&) {
    const hdf5::Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.get(), size);
    H5Tset_strpad(type.get(), H5T_STR_NULLPAD);
    add(name, type.get(), {});
  }
  template <typename T>
  void list(const char* name, std::size_t size, const std::vector<T>&) {
    add(name, hdf5::typeOf<T>(), {size});
  }
  template <typename T>
  void array(const char* name, const std::array<std::size_t, 2>& shape, const Array<T, 2>&) {
    add(name, hdf5::typeOf<T>(), {shape[0], shape[1]});
  }

  hdf5::Handle make() const {
    std::size_t size = 0;
    for (const Member& member : members_) size += H5Tget_size(member.type.get());
    hdf5::Handle row(H5Tcreate(H5T_COMPOUND, size), H5Tclose);
    std::size_t offset = 0;
    for (const Member& member : members_) {
      H5Tinsert(row.get(), member.name, offset, member.type.get());
      offset += H5Tget_size(member.type.get());
    }
    return row;
  }

 private:
  struct Member {
    const char* name;
    hdf5::Handle type;
  };

  void add(const char* name, hid_t element, const std::vector<hsize_t>& shape) {
    const hid_t type =
        shape.empty() ? H5Tcopy(element) : H5Tarray_create2(element, static_cast<unsigned>(shape.size()), shape.data());
    members_.push_back({name, hdf5::Handle(type, H5Tclose)});
  }

  std::vector<Member> members_;
};

/// Makes the bytes of a row. An empty list or array was not measured: NaN. Throws `Error`, beginning with `source`, for
/// one of another shape.
class RowPacker {
 public:
  explicit RowPacker(std::string source) : source_(std::move(source)) {}

  const std::vector<char>& bytes() const { return bytes_; }

  template <typename T>
  void value(const char*, const T& value) {
    put(&value, 1);
  }
  void text(const char* name, std::size_t size, const std::string& value) {
    if (value.size() > size) fail(name, "is \"" + value + "\", expected at most " + std::to_string(size) + " bytes");
    bytes_.insert(bytes_.end(), value.begin(), value.end());
    bytes_.resize(bytes_.size() + size - value.size(), '\0');
  }
  template <typename T>
  void list(const char* name, std::size_t size, const std::vector<T>& values) {
    if (values.empty()) return fill<T>(size);
    if (values.size() != size)
      fail(name, "has " + std::to_string(values.size()) + " values, expected " + std::to_string(size));
    put(values.data(), size);
  }
  template <typename T>
  void array(const char* name, const std::array<std::size_t, 2>& shape, const Array<T, 2>& values) {
    if (values.empty()) return fill<T>(shape[0] * shape[1]);
    if (values.shape() != shape)
      fail(name, "has the shape " + shapeText(values.shape()) + ", expected " + shapeText(shape));
    put(values.data(), values.size());
  }

 private:
  [[noreturn]] void fail(const char* name, const std::string& what) const {
    throw Error(source_ + ": cannot add a row: its " + name + " " + what + ".");
  }
  template <typename T>
  void put(const T* values, std::size_t count) {
    const auto* begin = reinterpret_cast<const char*>(values);
    bytes_.insert(bytes_.end(), begin, begin + count * sizeof(T));
  }
  template <typename T>
  void fill(std::size_t count) {
    const std::vector<T> missing(count, std::numeric_limits<T>::quiet_NaN());
    put(missing.data(), count);
  }

  std::string source_;
  std::vector<char> bytes_;
};

/// Takes rows from bytes, which must be whole.
class RowUnpacker {
 public:
  explicit RowUnpacker(const char* bytes) : bytes_(bytes) {}

  template <typename T>
  void value(const char*, T& value) {
    take(&value, 1);
  }
  void text(const char*, std::size_t size, std::string& value) {
    value.assign(size, '\0');
    take(value.data(), size);
    value.resize(std::min(value.find('\0'), size));
  }
  template <typename T>
  void list(const char*, std::size_t size, std::vector<T>& values) {
    values.resize(size);
    take(values.data(), size);
  }
  template <typename T>
  void array(const char*, const std::array<std::size_t, 2>& shape, Array<T, 2>& values) {
    values = Array<T, 2>(shape);
    take(values.data(), values.size());
  }

 private:
  template <typename T>
  void take(T* values, std::size_t count) {
    std::memcpy(values, bytes_, count * sizeof(T));
    bytes_ += count * sizeof(T);
  }

  const char* bytes_;
};

}  // namespace sinkscope::runs
