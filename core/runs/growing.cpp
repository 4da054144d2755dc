#include "core/error.h"
#include "core/runs/hdf5.h"

#include <algorithm>

#include <sys/stat.h>

namespace sinkscope::hdf5 {
namespace {

/// Small, as the last chunk is partly empty.
constexpr std::uint64_t kChunkBytes = std::uint64_t{8} << 10;

/// Bytes that the file of an object has now, whatever has become of its name.
std::uint64_t fileSizeOf(const Handle& object) {
  const Handle file(H5Iget_file_id(object.get()), H5Fclose);
  void* descriptor = nullptr;
  struct stat status {};
  if (H5Fget_vfd_handle(file.get(), H5P_DEFAULT, &descriptor) < 0 ||
      ::fstat(*static_cast<const int*>(descriptor), &status) != 0)
    return 0;
  return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace

Handle GroupWriter::createGrowing(const std::string& name, const std::string& axis, hid_t type,
                                  const void* unwritten) const {
  const hsize_t none = 0, unlimited = H5S_UNLIMITED;
  const hsize_t chunk = std::max<hsize_t>(1, kChunkBytes / H5Tget_size(type));
  const Handle space(H5Screate_simple(1, &none, &unlimited), H5Sclose);
  const Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_chunk(properties.get(), 1, &chunk);
  H5Pset_fill_value(properties.get(), type, unwritten);
  H5Pset_obj_track_times(properties.get(), false);
  Handle dataset(
      check(H5Dcreate2(group_.get(), name.c_str(), type, space.get(), H5P_DEFAULT, properties.get(), H5P_DEFAULT), name,
            "write"),
      H5Dclose);
  textAttribute(dataset, "axes", axis);
  return dataset;
}

void GroupWriter::append(const Handle& dataset, const std::string& name, hid_t type, const void* elements,
                         std::uint64_t count) const {
  if (count == 0) return;
  const Handle before(H5Dget_space(dataset.get()), H5Sclose);
  const auto first = static_cast<hsize_t>(H5Sget_simple_extent_npoints(before.get()));
  const hsize_t added = count, size = first + added;
  check(H5Dset_extent(dataset.get(), &size), name, "write");
  const Handle space(H5Dget_space(dataset.get()), H5Sclose);
  check(H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, &first, nullptr, &added, nullptr), name, "write");
  const Handle memory(H5Screate_simple(1, &added, nullptr), H5Sclose);
  check(H5Dwrite(dataset.get(), type, memory.get(), space.get(), H5P_DEFAULT, elements), name, "write");
}

Dataset GroupReader::growing(const std::string& name, hid_t type) const {
  Dataset dataset = openDataset(name);
  const Handle found(H5Dget_type(dataset.handle.get()), H5Tclose);
  if (H5Tequal(found.get(), type) <= 0) {
    fail(name, "has elements of type " + typeName(found.get()) + ", expected " + typeName(type));
  }
  if (dataset.shape.size() != 1) fail(name, "has the shape " + describe(dataset.shape) + ", expected one axis");
  dataset.shape.front() = 0;  // until it is refreshed
  return dataset;
}

void GroupReader::refresh(Dataset& dataset, const std::string& name) const {
  if (H5Drefresh(dataset.handle.get()) < 0) failDamaged(name, "cannot be read");
  const Handle space(H5Dget_space(dataset.handle.get()), H5Sclose);
  const Handle type(H5Dget_type(dataset.handle.get()), H5Tclose);
  const hssize_t length = H5Sget_simple_extent_npoints(space.get());
  if (length < 0) failDamaged(name, "has no readable shape");
  const std::uint64_t fileSize = fileSizeOf(dataset.handle);
  dataset.shape.front() = static_cast<std::uint64_t>(length);
  if (dataset.shape.front() > fileSize / H5Tget_size(type.get())) {
    fail(name, "has the shape " + describe(dataset.shape) + ", too much for the " + std::to_string(fileSize) +
                   " bytes of the file");
  }
}

void GroupReader::readRange(const Dataset& dataset, const std::string& name, hid_t type, std::uint64_t first,
                            std::uint64_t count, void* elements) const {
  if (count == 0) return;
  const hsize_t start = first, size = count;
  const Handle space(H5Dget_space(dataset.handle.get()), H5Sclose);
  const Handle memory(H5Screate_simple(1, &size, nullptr), H5Sclose);
  if (H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, &start, nullptr, &size, nullptr) < 0 ||
      H5Dread(dataset.handle.get(), type, memory.get(), space.get(), H5P_DEFAULT, elements) < 0) {
    failDamaged(name, "cannot be read");
  }
}

}  // namespace sinkscope::hdf5
