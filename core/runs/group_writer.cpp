#include "core/error.h"
#include "core/runs/hdf5.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <cstdio>
#include <numeric>

#include <hdf5_hl.h>

namespace sinkscope::hdf5 {
namespace {

constexpr std::uint64_t kChunkBytes = std::uint64_t{1} << 20;

/// Whole last axes as long as a chunk stays below kChunkBytes; one index of the first `singleAxes` at a time.
std::vector<hsize_t> chunkOf(const Shape& shape, std::size_t elementSize, std::size_t singleAxes) {
  std::vector<hsize_t> chunk(shape.size(), 1);
  std::uint64_t room = std::max<std::uint64_t>(1, kChunkBytes / elementSize);
  for (std::size_t axis = shape.size(); axis-- > singleAxes && room > 1;) {
    chunk[axis] = std::min(shape[axis], room);
    room /= chunk[axis];
  }
  return chunk;
}

/// A fixed length of one value's own. The one-byte NUL-terminated type stands for the empty text.
Handle textType(const std::string& value) {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), std::max<std::size_t>(1, value.size()));
  H5Tset_strpad(type.get(), value.empty() ? H5T_STR_NULLTERM : H5T_STR_NULLPAD);
  H5Tset_cset(type.get(), isUtf8(value) ? H5T_CSET_UTF8 : H5T_CSET_ASCII);
  return type;
}

}  // namespace

GroupWriter::GroupWriter(hid_t file, std::string fileName) : file_(std::move(fileName)), path_("/") {
  group_ = Handle(check(H5Gopen2(file, "/", H5P_DEFAULT), "/", "open"), H5Gclose);
}

GroupWriter::GroupWriter(Handle group, std::string fileName, std::string path)
    : group_(std::move(group)), file_(std::move(fileName)), path_(std::move(path)) {}

void GroupWriter::failTo(const char* doing, const std::string& field) const {
  throw Error(file_ + ": cannot " + doing + " " + path_ + field + ": " + lastError() + ".");
}

GroupWriter GroupWriter::group(const std::string& name) const {
  const Handle properties(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
  H5Pset_attr_phase_change(properties.get(), 64, 32);
  H5Pset_link_phase_change(properties.get(), 64, 32);
  H5Pset_obj_track_times(properties.get(), false);
  Handle group(check(H5Gcreate2(group_.get(), name.c_str(), H5P_DEFAULT, properties.get(), H5P_DEFAULT), name, "write"),
               H5Gclose);
  return GroupWriter(std::move(group), file_, path_ + name + "/");
}

void GroupWriter::remove(const std::string& name) const {
  if (check(H5Lexists(group_.get(), name.c_str(), H5P_DEFAULT), name, "look up") == 0) return;
  check(H5Ldelete(group_.get(), name.c_str(), H5P_DEFAULT), name, "remove");
}

void GroupWriter::rawAttribute(const Handle& object, const std::string& name, hid_t type, const void* value) const {
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const Handle attribute(
      check(H5Acreate2(object.get(), name.c_str(), type, space.get(), H5P_DEFAULT, H5P_DEFAULT), name, "write"),
      H5Aclose);
  check(H5Awrite(attribute.get(), type, value), name, "write");
}

void GroupWriter::textAttribute(const Handle& object, const std::string& name, const std::string& value) const {
  rawAttribute(object, name, textType(value).get(), value.c_str());
}

void GroupWriter::attribute(const std::string& name, const std::string& value) const {
  textAttribute(group_, name, value);
}

void GroupWriter::attribute(const std::string& name, double value) const {
  rawAttribute(group_, name, typeOf<double>(), &value);
}

void GroupWriter::attribute(const std::string& name, std::int64_t value) const {
  rawAttribute(group_, name, typeOf<std::int64_t>(), &value);
}

void GroupWriter::attribute(const std::string& name, std::uint64_t value) const {
  rawAttribute(group_, name, typeOf<std::uint64_t>(), &value);
}

void GroupWriter::attribute(const std::string& name, bool value) const {
  const std::uint8_t byte = value ? 1 : 0;
  rawAttribute(group_, name, typeOf<std::uint8_t>(), &byte);
}

void GroupWriter::axis(const std::string& name, std::uint64_t size, std::int64_t first) const {
  std::vector<std::int64_t> positions(size);
  std::iota(positions.begin(), positions.end(), first);
  const Handle scale = createScale(name, size, typeOf<std::int64_t>());
  check(H5DSset_scale(scale.get(), name.c_str()), name, "write");
  write(scale, name, typeOf<std::int64_t>(), positions.data(), positions.size());
}

void GroupWriter::dimension(const std::string& name, std::uint64_t size) const {
  const Handle scale = createScale(name, size, typeOf<std::uint8_t>());
  // The name by which netCDF readers know that there are no values.
  char label[80];
  std::snprintf(label, sizeof label, "This is a netCDF dimension but not a netCDF variable.%10llu",
                static_cast<unsigned long long>(size));
  check(H5DSset_scale(scale.get(), label), name, "write");
}

Handle GroupWriter::createScale(const std::string& name, std::uint64_t size, hid_t type) const {
  Handle scale = createPlain(name, {size}, type, 0, kDeflate);
  textAttribute(scale, "axes", name);
  return scale;
}

Handle GroupWriter::createPlain(const std::string& name, const Shape& shape, hid_t type, std::size_t singleAxes,
                                unsigned deflate) const {
  if (std::find(shape.begin(), shape.end(), 0u) != shape.end()) {
    throw Error(file_ + ": cannot write " + path_ + name + " of shape " + describe(shape) + ": it would be empty.");
  }
  const std::vector<hsize_t> extents(shape.begin(), shape.end());
  const std::vector<hsize_t> chunk = chunkOf(shape, H5Tget_size(type), singleAxes);
  const Handle space(H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr), H5Sclose);
  const Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_chunk(properties.get(), static_cast<int>(chunk.size()), chunk.data());
  H5Pset_shuffle(properties.get());
  H5Pset_deflate(properties.get(), deflate);
  H5Pset_fletcher32(properties.get());
  H5Pset_obj_track_times(properties.get(), false);
  return Handle(
      check(H5Dcreate2(group_.get(), name.c_str(), type, space.get(), H5P_DEFAULT, properties.get(), H5P_DEFAULT), name,
            "write"),
      H5Dclose);
}

Handle GroupWriter::create(const std::string& name, const std::vector<std::string>& axes, hid_t type,
                           std::size_t singleAxes, unsigned deflate) const {
  Shape shape;
  std::string label;
  std::vector<Handle> scales;
  for (const std::string& axis : axes) {
    scales.emplace_back(check(H5Dopen2(group_.get(), axis.c_str(), H5P_DEFAULT), axis, "open"), H5Dclose);
    const Handle space(H5Dget_space(scales.back().get()), H5Sclose);
    shape.push_back(static_cast<std::uint64_t>(H5Sget_simple_extent_npoints(space.get())));
    label += (label.empty() ? "" : " ") + axis;
  }
  Handle dataset = createPlain(name, shape, type, singleAxes, deflate);
  for (unsigned i = 0; i < scales.size(); ++i) {
    check(H5DSattach_scale(dataset.get(), scales[i].get(), i), name, "name the axes of");
  }
  textAttribute(dataset, "axes", label);
  return dataset;
}

void GroupWriter::write(const Handle& dataset, const std::string& name, hid_t type, const void* values,
                        std::size_t count) const {
  const Handle space(H5Dget_space(dataset.get()), H5Sclose);
  const auto expected = static_cast<std::size_t>(H5Sget_simple_extent_npoints(space.get()));
  if (count != expected) {
    throw Error(file_ + ": cannot write " + path_ + name + ": it has " + std::to_string(count) +
                " values where its axes have " + std::to_string(expected) + ".");
  }
  check(H5Dwrite(dataset.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), name, "write");
}

void GroupWriter::texts(const std::string& name, const std::string& axis,
                        const std::vector<std::string>& values) const {
  std::vector<std::string> repaired(values.size());
  std::transform(values.begin(), values.end(), repaired.begin(), repairedUtf8);
  std::size_t width = 1;
  for (const std::string& value : repaired) width = std::max(width, value.size());
  std::vector<char> padded(width * values.size(), '\0');
  for (std::size_t i = 0; i < repaired.size(); ++i) std::ranges::copy(repaired[i], padded.data() + i * width);

  const Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), width);
  H5Tset_strpad(type.get(), H5T_STR_NULLPAD);
  H5Tset_cset(type.get(), H5T_CSET_UTF8);
  write(create(name, {axis}, type.get(), 0, kDeflate), name, type.get(), padded.data(), values.size());
}

void GroupWriter::byteStrings(const std::string& name, const std::string& axis,
                              const std::vector<std::string>& values) const {
  std::vector<std::uint64_t> offsets;
  std::string joined;
  for (const std::string& value : values) {
    offsets.push_back(joined.size());
    joined += value;
  }
  array<std::uint64_t>(name + "_offset", {axis}, offsets);
  bytes(name + "_bytes", joined);
}

void GroupWriter::bytes(const std::string& name, const std::string& value) const {
  if (value.empty()) return;
  const std::vector<std::uint8_t> raw(value.begin(), value.end());
  dimension(name + "_position", raw.size());
  array<std::uint8_t>(name, {name + "_position"}, raw);
}

Handle GroupWriter::createStepwise(const std::string& name, const std::vector<std::string>& axes) const {
  return create(name, axes, typeOf<float>(), 2, kFastDeflate);
}

void GroupWriter::writeStep(const Handle& dataset, const std::string& name, std::uint64_t step,
                            std::span<const float> values) const {
  const Handle space(H5Dget_space(dataset.get()), H5Sclose);
  std::vector<hsize_t> count(static_cast<std::size_t>(H5Sget_simple_extent_ndims(space.get())));
  H5Sget_simple_extent_dims(space.get(), count.data(), nullptr);
  std::vector<hsize_t> start(count.size(), 0);
  start.front() = step;
  count.front() = 1;
  check(H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr), name, "write");
  const hsize_t size = values.size();
  const Handle memory(H5Screate_simple(1, &size, nullptr), H5Sclose);
  // The library refuses a selection of another size.
  check(H5Dwrite(dataset.get(), typeOf<float>(), memory.get(), space.get(), H5P_DEFAULT, values.data()), name, "write");
}

}  // namespace sinkscope::hdf5
