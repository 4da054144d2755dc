#include "core/runs/hdf5.h"

#include "core/shape.h"

namespace sinkscope::hdf5 {
namespace {

/// "row of step, loss"
std::string rowName(hid_t type) {
  std::string names;
  for (int i = 0; i < H5Tget_nmembers(type); ++i) {
    char* name = H5Tget_member_name(type, static_cast<unsigned>(i));
    names.append(names.empty() ? "row of " : ", ").append(name ? name : "?");
    H5free_memory(name);
  }
  return names;
}

}  // namespace

std::unique_lock<std::recursive_mutex> lock() {
  static std::recursive_mutex mutex;
  std::unique_lock<std::recursive_mutex> held(mutex);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // the error stack, and so its printing, belongs to the thread
  return held;
}

std::string describe(std::span<const std::uint64_t> shape) {
  return shape.empty() ? "no axes" : shapeText(shape);
}

std::string libraryVersion() {
  unsigned major = 0, minor = 0, release = 0;
  H5get_libversion(&major, &minor, &release);
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release);
}

std::string typeName(hid_t type) {
  const std::string bits = std::to_string(8 * H5Tget_size(type));
  const bool big = H5Tget_order(type) == H5T_ORDER_BE;
  switch (H5Tget_class(type)) {
    case H5T_INTEGER:
      return (H5Tget_sign(type) == H5T_SGN_NONE ? "uint" : "int") + bits + (big ? " (big endian)" : "");
    case H5T_FLOAT:
      return "float" + bits + (big ? " (big endian)" : "");
    case H5T_STRING:
      return H5Tis_variable_str(type) > 0 ? "string of variable length" : "string";
    case H5T_COMPOUND:
      return rowName(type);
    case H5T_ENUM:
      return "enumeration";
    case H5T_REFERENCE:
      return "reference";
    case H5T_VLEN:
      return "sequence of variable length";
    default:
      return "a type that runs do not use";
  }
}

std::string lastError() {
  std::string deepest;
  const auto visit = [](unsigned, const H5E_error2_t* error, void* out) -> herr_t {
    if (error->desc) *static_cast<std::string*>(out) = error->desc;
    return 0;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, visit, &deepest);
  return deepest.empty() ? "unknown HDF5 error" : deepest;
}

template <>
hid_t typeOf<float>() {
  return H5T_IEEE_F32LE;
}
template <>
hid_t typeOf<double>() {
  return H5T_IEEE_F64LE;
}
template <>
hid_t typeOf<std::int64_t>() {
  return H5T_STD_I64LE;
}
template <>
hid_t typeOf<std::uint64_t>() {
  return H5T_STD_U64LE;
}
template <>
hid_t typeOf<std::uint8_t>() {
  return H5T_STD_U8LE;
}

}  // namespace sinkscope::hdf5
