#include "core/runs/run_data.h"

#include "core/error.h"
#include "core/runs/hdf5.h"
#include "core/runs/open_file.h"
#include "core/runs/storage.h"

#include <algorithm>

namespace sinkscope {
namespace {

using hdf5::Handle;

constexpr std::uint64_t kMostBytes = std::uint64_t{8} << 30;  ///< of one column

/// The type that a column is read as, one value or several an element.
struct Kind {
  Handle memory;
  std::size_t values = 1;    // numbers an element
  std::size_t textSize = 0;  // of a text; 0: numbers
  bool isSingle = false;
};

[[noreturn]] void fail(const std::string& file, const std::string& path, const std::string& what) {
  throw Error(file + ": " + path + " " + what + ".");
}

Kind kindOf(hid_t stored, const std::string& file, const std::string& path) {
  Kind kind;
  switch (H5Tget_class(stored)) {
    case H5T_INTEGER:
    case H5T_FLOAT:
      kind.isSingle = H5Tget_class(stored) == H5T_FLOAT && H5Tget_size(stored) <= sizeof(float);
      kind.memory = Handle(H5Tcopy(H5T_NATIVE_DOUBLE), H5Tclose);
      return kind;
    case H5T_STRING:
      if (H5Tis_variable_str(stored) != 0) break;
      kind.textSize = H5Tget_size(stored);
      kind.memory = Handle(H5Tcopy(stored), H5Tclose);
      return kind;
    case H5T_ARRAY: {
      std::vector<hsize_t> extents(static_cast<std::size_t>(H5Tget_array_ndims(stored)));
      H5Tget_array_dims2(stored, extents.data());
      const Handle element(H5Tget_super(stored), H5Tclose);
      Kind inner = kindOf(element.get(), file, path);
      if (inner.textSize > 0) break;
      for (const hsize_t extent : extents) kind.values *= static_cast<std::size_t>(extent);
      kind.isSingle = inner.isSingle;
      kind.memory =
          Handle(H5Tarray_create2(inner.memory.get(), static_cast<unsigned>(extents.size()), extents.data()), H5Tclose);
      return kind;
    }
    default:
      break;
  }
  fail(file, path, "has elements of type " + hdf5::typeName(stored) + ", which are neither numbers nor texts");
}

/// A dataset and which of its elements are read.
struct Selected {
  Handle dataset;
  Handle memory, space;
};

/// Reads one field of the elements; of no field (`name` null) the elements themselves.
void readColumns(const Selected& selected, const Kind& kind, const char* name, const std::string& file,
                 RunTable& table) {
  const std::size_t elements = table.elements();
  const std::size_t size = H5Tget_size(kind.memory.get());
  if (elements > 0 && size > kMostBytes / elements)
    fail(file, table.path, "has " + std::to_string(elements) + " elements, more than can be read at once");
  Handle row;
  if (name) {
    row = Handle(H5Tcreate(H5T_COMPOUND, size), H5Tclose);
    H5Tinsert(row.get(), name, 0, kind.memory.get());
  }
  std::vector<char> bytes(size * elements);
  if (H5Dread(selected.dataset.get(), name ? row.get() : kind.memory.get(), selected.memory.get(), selected.space.get(),
              H5P_DEFAULT, bytes.data()) < 0)
    fail(file, table.path, "cannot be read, the file is damaged (" + hdf5::lastError() + ")");
  const std::string field = name ? name : "";
  if (kind.textSize > 0) {
    RunTable::Column& column = table.columns.emplace_back();
    column.name = field;
    for (std::size_t i = 0; i < elements; ++i) {
      std::string text(bytes.data() + i * size, size);
      text.resize(text.find_last_not_of('\0') + 1);
      column.texts.push_back(std::move(text));
    }
    return;
  }
  const auto* numbers = reinterpret_cast<const double*>(bytes.data());
  for (std::size_t value = 0; value < kind.values; ++value) {
    RunTable::Column& column = table.columns.emplace_back();
    column.name = kind.values == 1 ? field : field + "." + std::to_string(value);
    column.isSingle = kind.isSingle;
    for (std::size_t i = 0; i < elements; ++i) column.numbers.push_back(numbers[i * kind.values + value]);
  }
}

/// With which position an axis begins, by its scale, a dataset of that name beside the array.
std::int64_t firstOf(hid_t file, const std::string& beside, const std::string& axis) {
  const std::string path = beside.substr(0, beside.rfind('/') + 1) + axis;
  if (H5Lexists(file, path.c_str(), H5P_DEFAULT) <= 0) return 0;
  const Handle scale(H5Dopen2(file, path.c_str(), H5P_DEFAULT), H5Dclose);
  if (!scale) return 0;
  const Handle type(H5Dget_type(scale.get()), H5Tclose), space(H5Dget_space(scale.get()), H5Sclose);
  if (H5Tequal(type.get(), hdf5::typeOf<std::int64_t>()) <= 0 || H5Sget_simple_extent_npoints(space.get()) < 1)
    return 0;
  const hsize_t one = 1, none = 0;
  const Handle memory(H5Screate_simple(1, &one, nullptr), H5Sclose);
  H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, &none, nullptr, &one, nullptr);
  std::int64_t first = 0;
  H5Dread(scale.get(), hdf5::typeOf<std::int64_t>(), memory.get(), space.get(), H5P_DEFAULT, &first);
  return first;
}

bool isAxis(const RunEntry& dataset) {
  const std::string name = dataset.path.substr(dataset.path.rfind('/') + 1);
  return dataset.axes.size() == 1 && dataset.axes.front() == name;
}

}  // namespace

std::size_t RunTable::elements() const {
  std::size_t count = 1;
  for (const std::uint64_t extent : shape) count *= static_cast<std::size_t>(extent);
  return count;
}

struct RunData::Open {
  hdf5::OpenFile file;
};

RunData::RunData(const std::filesystem::path& path) : entries_(listRun(path)) {
  const auto held = hdf5::lock();
  open_ = std::make_unique<Open>(Open{hdf5::openRun(path)});
}

RunData::~RunData() {
  const auto held = hdf5::lock();
  open_.reset();
}

std::vector<RunEntry> RunData::datasets() const {
  std::vector<RunEntry> found;
  std::ranges::copy_if(entries_, std::back_inserter(found),
                       [](const RunEntry& entry) { return entry.kind == "dataset" && !isAxis(entry); });
  return found;
}

bool RunData::isText(const RunEntry& dataset) {
  return dataset.type == "uint8" && dataset.shape.size() == 1 && dataset.axes.size() == 1 &&
         dataset.axes.front().ends_with("_position");
}

RunTable RunData::table(const RunEntry& entry) const {
  return table(entry, {std::vector<std::uint64_t>(entry.shape.size(), 0), entry.shape});
}

RunTable RunData::table(const RunEntry& entry, const RunSelection& part) const {
  const auto held = hdf5::lock();
  const hid_t file = open_->file.file.get();
  const std::string& name = open_->file.name;
  Selected selected{Handle(H5Dopen2(file, entry.path.c_str(), H5P_DEFAULT), H5Dclose), {}, {}};
  const hid_t dataset = selected.dataset.get();
  if (dataset < 0) fail(name, entry.path, "cannot be opened, the file is damaged (" + hdf5::lastError() + ")");
  const Handle type(H5Dget_type(dataset), H5Tclose), properties(H5Dget_create_plist(dataset), H5Pclose);
  if (const std::string fault = hdf5::storageFault(properties.get(), H5Tget_size(type.get())); !fault.empty())
    fail(name, entry.path, fault);
  selected.space = Handle(H5Dget_space(dataset), H5Sclose);
  RunTable table{entry.path, part.count, entry.axes, {}, {}};
  for (const std::string& axis : entry.axes) table.first.push_back(firstOf(file, entry.path, axis));
  table.first.resize(entry.shape.size(), 0);
  for (std::size_t axis = 0; axis < part.begin.size(); ++axis)
    table.first[axis] += static_cast<std::int64_t>(part.begin[axis]);
  const hsize_t elements = table.elements();
  selected.memory = Handle(H5Screate_simple(1, &elements, nullptr), H5Sclose);
  const std::vector<hsize_t> begin(part.begin.begin(), part.begin.end()), count(part.count.begin(), part.count.end());
  if (!begin.empty() && elements > 0 &&
      H5Sselect_hyperslab(selected.space.get(), H5S_SELECT_SET, begin.data(), nullptr, count.data(), nullptr) < 0)
    fail(name, entry.path, "has no such part");
  if (elements == 0) H5Sselect_none(selected.space.get());
  if (H5Tget_class(type.get()) != H5T_COMPOUND) {
    readColumns(selected, kindOf(type.get(), name, entry.path), nullptr, name, table);
    return table;
  }
  for (int i = 0; i < H5Tget_nmembers(type.get()); ++i) {
    const Handle member(H5Tget_member_type(type.get(), static_cast<unsigned>(i)), H5Tclose);
    char* field = H5Tget_member_name(type.get(), static_cast<unsigned>(i));
    const std::string copied = field ? field : "";
    H5free_memory(field);
    readColumns(selected, kindOf(member.get(), name, entry.path), copied.c_str(), name, table);
  }
  return table;
}

std::string RunData::text(const RunEntry& dataset) const {
  const RunTable bytes = table(dataset);
  std::string text;
  for (const double byte : bytes.columns.front().numbers) text += static_cast<char>(static_cast<unsigned char>(byte));
  return text;
}

}  // namespace sinkscope
