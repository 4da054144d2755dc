#include "core/runs/run_tree.h"

#include "core/error.h"
#include "core/runs/hdf5.h"
#include "core/runs/open_file.h"
#include "core/runs/storage.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>
#include <sstream>
#include <string_view>

namespace sinkscope {
namespace {

using hdf5::Handle;

/// What HDF5's dimension scales need for themselves, and what becomes `RunEntry::axes`.
constexpr std::array<std::string_view, 6> kHidden{
    "CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST", "DIMENSION_LABELS", "axes"};

/// A run nests far less, and has far fewer.
constexpr int kDeepest = 32;
constexpr std::size_t kMostEntries = 100'000;

template <typename T>
std::optional<std::string> number(hid_t attribute, hid_t type) {
  if (H5Tequal(type, hdf5::typeOf<T>()) <= 0) return std::nullopt;
  T value{};
  if (H5Aread(attribute, type, &value) < 0) return std::nullopt;
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return std::string(text.data(), end);
}

/// Walks through a file, names sorted, and makes a line of everything.
class Lister {
 public:
  explicit Lister(const hdf5::OpenFile& file) : file_(file) {}

  void visit(hid_t object, const std::string& path, int depth = 0) {
    const bool group = H5Iget_type(object) == H5I_GROUP;
    if (!group && H5Iget_type(object) != H5I_DATASET) return;
    H5O_info_t info;
    check(H5Oget_info2(object, &info, H5O_INFO_BASIC), path);
    if (!seen_.insert(info.addr).second) return;  // a loop
    if (depth > kDeepest || entries_.size() >= kMostEntries)
      throw Error(file_.name + ": holds more groups in groups, or more of them, than a run can.");
    RunNode node;
    RunEntry& entry = node.entry;
    entry.path = path;
    entry.kind = group ? "group" : "dataset";
    readAttributes(object, entry);
    if (!group) readShape(object, entry);
    if (!group) readStorage(object, node);
    if (entry.axes.size() != entry.shape.size()) entry.axes.clear();
    entries_.push_back(std::move(node));
    if (group) visitMembers(object, path, depth);
  }

  std::vector<RunNode> take() { return std::move(entries_); }

 private:
  void check(std::int64_t result, const std::string& path) const {
    if (result < 0) {
      throw Error(file_.name + ": " + path + " cannot be read, the file is damaged (" + hdf5::lastError() + ").");
    }
  }

  void visitMembers(hid_t group, const std::string& path, int depth) {
    std::vector<std::string> names;
    const auto collect = [](hid_t, const char* name, const H5L_info_t* link, void* out) -> herr_t {
      if (link->type == H5L_TYPE_HARD) static_cast<std::vector<std::string>*>(out)->emplace_back(name);
      return 0;
    };
    check(H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect, &names), path);
    const auto numbered = [](const std::string& name) { return name.find_first_not_of("0123456789") == name.npos; };
    std::ranges::stable_sort(names, [&](const std::string& a, const std::string& b) {
      return numbered(a) && numbered(b) && a.size() < b.size();  // 2 before 10
    });
    for (const std::string& name : names) {
      std::string child = path;
      if (!child.ends_with('/')) child += '/';
      child += name;
      const Handle object(H5Oopen(group, name.c_str(), H5P_DEFAULT), H5Oclose);
      check(object.get(), child);
      visit(object.get(), child, depth + 1);
    }
  }

  void readShape(hid_t dataset, RunEntry& entry) const {
    const Handle type(H5Dget_type(dataset), H5Tclose);
    const Handle space(H5Dget_space(dataset), H5Sclose);
    check(std::min(type.get(), space.get()), entry.path);
    entry.type = hdf5::typeName(type.get());
    std::array<hsize_t, H5S_MAX_RANK> extents;
    const int rank = H5Sget_simple_extent_dims(space.get(), extents.data(), nullptr);
    check(rank, entry.path);
    entry.shape.assign(extents.begin(), extents.begin() + rank);
  }

  void readStorage(hid_t dataset, RunNode& node) const {
    const Handle properties(H5Dget_create_plist(dataset), H5Pclose);
    check(properties.get(), node.entry.path);
    node.storage = hdf5::storageWords(properties.get());
    node.bytes = H5Dget_storage_size(dataset);
  }

  void readAttributes(hid_t object, RunEntry& entry) const {
    std::vector<std::string> names;
    const auto collect = [](hid_t, const char* name, const H5A_info_t*, void* out) -> herr_t {
      static_cast<std::vector<std::string>*>(out)->emplace_back(name);
      return 0;
    };
    check(H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect, &names), entry.path);
    for (const std::string& name : names) {
      if (name == "axes") {
        std::istringstream words(value(object, name, entry.path));
        for (std::string word; words >> word;) entry.axes.push_back(word);
      }
      if (std::ranges::find(kHidden, name) == kHidden.end()) {
        entry.attributes.emplace_back(name, value(object, name, entry.path));
      }
    }
  }

  /// Single numbers and texts of fixed length; of anything else only its type.
  std::string value(hid_t object, const std::string& name, const std::string& path) const {
    const Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose);
    check(attribute.get(), path + "/" + name);
    const Handle type(H5Aget_type(attribute.get()), H5Tclose);
    const Handle space(H5Aget_space(attribute.get()), H5Sclose);
    const hid_t id = attribute.get();
    if (H5Sget_simple_extent_type(space.get()) == H5S_SCALAR) {
      if (H5Tget_class(type.get()) == H5T_STRING && H5Tis_variable_str(type.get()) == 0 &&
          H5Tget_size(type.get()) <= file_.size) {
        std::string text(H5Tget_size(type.get()), '\0');
        check(H5Aread(id, type.get(), text.data()), path + "/" + name);
        text.resize(text.find_last_not_of('\0') + 1);
        return text;
      }
      if (const auto real = number<double>(id, type.get())) return *real;
      if (const auto whole = number<std::int64_t>(id, type.get())) return *whole;
      if (const auto whole = number<std::uint64_t>(id, type.get())) return *whole;
      if (const auto whole = number<std::uint8_t>(id, type.get())) return *whole;
    }
    return hdf5::typeName(type.get());
  }

  const hdf5::OpenFile& file_;
  std::set<haddr_t> seen_;
  std::vector<RunNode> entries_;
};

}  // namespace

std::vector<RunNode> readRunTree(const std::filesystem::path& path) {
  const auto held = hdf5::lock();
  const hdf5::OpenFile file = hdf5::openRun(path);
  const Handle root(H5Gopen2(file.file.get(), "/", H5P_DEFAULT), H5Gclose);
  Lister lister(file);
  lister.visit(root.get(), "/");
  return lister.take();
}

std::vector<RunEntry> listRun(const std::filesystem::path& path) {
  std::vector<RunEntry> entries;
  for (RunNode& node : readRunTree(path)) entries.push_back(std::move(node.entry));
  return entries;
}

}  // namespace sinkscope
