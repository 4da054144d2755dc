#include "core/error.h"
#include "core/runs/hdf5.h"
#include "core/runs/storage.h"

#include <algorithm>
#include <optional>

namespace sinkscope::hdf5 {
namespace {

constexpr std::uint64_t kDeflateGain = 1040;  ///< deflate makes at most 1032 bytes of one

std::optional<std::uint64_t> product(std::span<const std::uint64_t> factors, std::uint64_t start) {
  std::uint64_t result = start;
  for (const std::uint64_t factor : factors) {
    if (__builtin_mul_overflow(result, factor, &result)) return std::nullopt;
  }
  return result;
}

}  // namespace

GroupReader::GroupReader(hid_t file, std::string fileName, std::uint64_t fileSize)
    : group_(H5Gopen2(file, "/", H5P_DEFAULT), H5Gclose), file_(std::move(fileName)), path_("/"), fileSize_(fileSize) {
  if (!group_) failDamaged("", "cannot be opened");
}

GroupReader::GroupReader(Handle group, std::string fileName, std::string path, std::uint64_t fileSize)
    : group_(std::move(group)), file_(std::move(fileName)), path_(std::move(path)), fileSize_(fileSize) {}

std::string GroupReader::field(const std::string& name) const {
  return path_ + name;
}

void GroupReader::fail(const std::string& name, const std::string& what) const {
  throw Error(file_ + ": " + field(name) + " " + what + ".");
}

void GroupReader::failDamaged(const std::string& name, const std::string& what) const {
  fail(name, what + ", the file is damaged (" + lastError() + ")");
}

bool GroupReader::has(const std::string& name) const {
  const htri_t there = H5Lexists(group_.get(), name.c_str(), H5P_DEFAULT);
  if (there < 0) failDamaged(name, "cannot be looked up");
  return there > 0;
}

bool GroupReader::hasAttribute(const std::string& name) const {
  const htri_t there = H5Aexists(group_.get(), name.c_str());
  if (there < 0) failDamaged(name, "cannot be looked up");
  return there > 0;
}

Handle GroupReader::openLinked(const std::string& name, H5I_type_t kind) const {
  const char* expected = kind == H5I_GROUP ? "a group" : "a dataset";
  if (!has(name)) fail(name, std::string("is missing, expected ") + expected);
  H5L_info_t link;
  if (H5Lget_info(group_.get(), name.c_str(), &link, H5P_DEFAULT) < 0 || link.type != H5L_TYPE_HARD) {
    fail(name, std::string("leads elsewhere, expected ") + expected + " in this file");
  }
  Handle object(H5Oopen(group_.get(), name.c_str(), H5P_DEFAULT), H5Oclose);
  if (!object) failDamaged(name, "cannot be opened");
  const H5I_type_t found = H5Iget_type(object.get());
  if (found != kind) {
    fail(name, std::string("is ") +
                   (found == H5I_GROUP     ? "a group"
                    : found == H5I_DATASET ? "a dataset"
                                           : "a type") +
                   ", expected " + expected);
  }
  return object;
}

GroupReader GroupReader::group(const std::string& name) const {
  return GroupReader(openLinked(name, H5I_GROUP), file_, path_ + name + "/", fileSize_);
}

std::uint64_t GroupReader::links() const {
  H5G_info_t info;
  if (H5Gget_info(group_.get(), &info) < 0) failDamaged("", "cannot be listed");
  return info.nlinks;
}

Handle GroupReader::openAttribute(const std::string& name) const {
  if (!hasAttribute(name)) fail(name, "is missing, expected an attribute");
  Handle attribute(H5Aopen(group_.get(), name.c_str(), H5P_DEFAULT), H5Aclose);
  if (!attribute) failDamaged(name, "cannot be opened");
  const Handle space(H5Aget_space(attribute.get()), H5Sclose);
  if (H5Sget_simple_extent_type(space.get()) != H5S_SCALAR) fail(name, "has axes, expected a single value");
  return attribute;
}

std::string GroupReader::text(const std::string& name) const {
  const Handle attribute = openAttribute(name);
  const Handle type(H5Aget_type(attribute.get()), H5Tclose);
  if (H5Tget_class(type.get()) != H5T_STRING || H5Tis_variable_str(type.get()) != 0) {
    fail(name, "is a " + typeName(type.get()) + ", expected a string of fixed length");
  }
  const std::size_t size = H5Tget_size(type.get());
  if (size > fileSize_) fail(name, "claims " + std::to_string(size) + " bytes, more than the file has");
  std::string value(size, '\0');
  if (H5Aread(attribute.get(), type.get(), value.data()) < 0) {
    failDamaged(name, "cannot be read");
  }
  const H5T_str_t padding = H5Tget_strpad(type.get());
  if (padding == H5T_STR_NULLTERM) value.resize(std::min(value.find('\0'), value.size()));
  return value;
}

void GroupReader::scalar(const std::string& name, hid_t type, void* value) const {
  const Handle attribute = openAttribute(name);
  const Handle found(H5Aget_type(attribute.get()), H5Tclose);
  if (H5Tequal(found.get(), type) <= 0) {
    fail(name, "is a " + typeName(found.get()) + ", expected " + typeName(type));
  }
  if (H5Aread(attribute.get(), type, value) < 0) {
    failDamaged(name, "cannot be read");
  }
}

double GroupReader::real(const std::string& name) const {
  double value = 0;
  scalar(name, typeOf<double>(), &value);
  return value;
}

std::int64_t GroupReader::integer(const std::string& name, std::int64_t low, std::int64_t high) const {
  std::int64_t value = 0;
  scalar(name, typeOf<std::int64_t>(), &value);
  if (value < low || value > high) {
    fail(name, "is " + std::to_string(value) + ", expected " + std::to_string(low) + " to " + std::to_string(high));
  }
  return value;
}

std::uint64_t GroupReader::unsignedInteger(const std::string& name) const {
  std::uint64_t value = 0;
  scalar(name, typeOf<std::uint64_t>(), &value);
  return value;
}

bool GroupReader::flag(const std::string& name) const {
  std::uint8_t value = 0;
  scalar(name, typeOf<std::uint8_t>(), &value);
  if (value > 1) fail(name, "is " + std::to_string(value) + ", expected 0 or 1");
  return value == 1;
}

Dataset GroupReader::openDataset(const std::string& name) const {
  Dataset dataset{openLinked(name, H5I_DATASET), {}};
  const Handle properties(H5Dget_create_plist(dataset.handle.get()), H5Pclose);
  const Handle type(H5Dget_type(dataset.handle.get()), H5Tclose);
  if (!properties || !type) failDamaged(name, "cannot be opened");
  const std::string fault = storageFault(properties.get(), H5Tget_size(type.get()));
  if (!fault.empty()) fail(name, fault);
  const Handle space(H5Dget_space(dataset.handle.get()), H5Sclose);
  if (H5Sget_simple_extent_type(space.get()) != H5S_SIMPLE) fail(name, "is a single value, expected an array");
  std::vector<hsize_t> extents(H5S_MAX_RANK);
  const int rank = H5Sget_simple_extent_dims(space.get(), extents.data(), nullptr);
  if (rank < 0) failDamaged(name, "has no readable shape");
  dataset.shape.assign(extents.begin(), extents.begin() + rank);
  return dataset;
}

void GroupReader::checkStorage(const Dataset& dataset, const std::string& name, std::size_t elementSize) const {
  const std::uint64_t stored = std::min<std::uint64_t>(H5Dget_storage_size(dataset.handle.get()), fileSize_);
  const auto bytes = product(dataset.shape, elementSize);
  if (!bytes || *bytes / kDeflateGain > stored) {
    fail(name, "has the shape " + describe(dataset.shape) + ", too much for the " + std::to_string(stored) +
                   " bytes that the file stores for it");
  }
}

std::uint64_t GroupReader::length(const std::string& name, std::uint64_t limit) const {
  const Dataset dataset = openDataset(name);
  if (dataset.shape.size() != 1 || dataset.shape.front() < 1 || dataset.shape.front() > limit) {
    fail(name, "has the shape " + describe(dataset.shape) + ", expected one axis of 1 to " + std::to_string(limit));
  }
  return dataset.shape.front();
}

Dataset GroupReader::dataset(const std::string& name, hid_t type, const Shape& shape) const {
  Dataset dataset = openDataset(name);
  const Handle found(H5Dget_type(dataset.handle.get()), H5Tclose);
  if (H5Tequal(found.get(), type) <= 0) {
    fail(name, "has elements of type " + typeName(found.get()) + ", expected " + typeName(type));
  }
  if (dataset.shape != shape) {
    fail(name, "has the shape " + describe(dataset.shape) + ", expected " + describe(shape));
  }
  checkStorage(dataset, name, H5Tget_size(type));
  return dataset;
}

void GroupReader::checkAxis(const std::string& name, std::uint64_t size) const {
  dataset(name, typeOf<std::int64_t>(), {size});
}

void GroupReader::readAll(const Dataset& dataset, const std::string& name, hid_t type, void* values) const {
  if (H5Dread(dataset.handle.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0) {
    failDamaged(name, "cannot be read");
  }
}

void GroupReader::readBlock(const Dataset& dataset, const std::string& name, std::span<const std::uint64_t> leading,
                            float* values) const {
  std::vector<hsize_t> start(dataset.shape.size(), 0);
  std::vector<hsize_t> count(dataset.shape.begin(), dataset.shape.end());
  for (std::size_t axis = 0; axis < leading.size(); ++axis) {
    start[axis] = leading[axis];
    count[axis] = 1;
  }
  hsize_t size = 1;
  for (const hsize_t extent : count) size *= extent;
  const Handle space(H5Dget_space(dataset.handle.get()), H5Sclose);
  const Handle memory(H5Screate_simple(1, &size, nullptr), H5Sclose);
  if (H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr) < 0 ||
      H5Dread(dataset.handle.get(), typeOf<float>(), memory.get(), space.get(), H5P_DEFAULT, values) < 0) {
    failDamaged(name, "cannot be read");
  }
}

std::string GroupReader::bytes(const std::string& name) const {
  if (!has(name)) return {};
  const std::vector<std::uint8_t> raw = array<std::uint8_t>(name, {length(name, fileSize_ * kDeflateGain)});
  return {raw.begin(), raw.end()};
}

std::vector<std::string> GroupReader::byteStrings(const std::string& name, std::uint64_t count) const {
  const std::vector<std::uint64_t> offsets = array<std::uint64_t>(name + "_offset", {count});
  const std::string joined = bytes(name + "_bytes");
  std::vector<std::string> values;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t end = i + 1 < count ? offsets[i + 1] : joined.size();
    if (offsets[i] > end || end > joined.size() || (i == 0 && offsets[0] != 0)) {
      fail(name + "_offset", "has " + std::to_string(offsets[i]) + " at " + std::to_string(i) +
                                 ", expected offsets that grow from 0 to at most " + std::to_string(joined.size()));
    }
    values.push_back(joined.substr(offsets[i], end - offsets[i]));
  }
  return values;
}

}  // namespace sinkscope::hdf5
