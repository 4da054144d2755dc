#include "core/runs/write_driver.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <unistd.h>

namespace sinkscope::hdf5 {
namespace {

/// What the library sees of an open file: its own part first.
struct DriverFile {
  H5FD_t shared{};
  WrittenFile::Target* target = nullptr;
  haddr_t allocated = 0, written = 0;
};

DriverFile& self(H5FD_t* file) {
  return *reinterpret_cast<DriverFile*>(file);
}
const DriverFile& self(const H5FD_t* file) {
  return *reinterpret_cast<const DriverFile*>(file);
}

H5FD_t* openDriver(const char*, unsigned, hid_t access, haddr_t) {
  const auto* info = static_cast<WrittenFile::Target* const*>(H5Pget_driver_info(access));
  if (!info) return nullptr;
  auto file = std::make_unique<DriverFile>();
  file->target = *info;
  return &file.release()->shared;
}

herr_t closeDriver(H5FD_t* file) {
  delete &self(file);
  return 0;
}

herr_t query(const H5FD_t*, unsigned long* flags) {
  *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
           H5FD_FEAT_AGGREGATE_SMALLDATA;
  return 0;
}

haddr_t allocated(const H5FD_t* file, H5FD_mem_t) {
  return self(file).allocated;
}

herr_t allocate(H5FD_t* file, H5FD_mem_t, haddr_t end) {
  self(file).allocated = end;
  return 0;
}

haddr_t endOfFile(const H5FD_t* file, H5FD_mem_t) {
  return self(file).written;
}

herr_t read(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t size, void* buffer) {
  auto* bytes = static_cast<char*>(buffer);
  while (size > 0) {
    const ssize_t got = ::pread(self(file).target->descriptor, bytes, size, static_cast<off_t>(address));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    bytes += got;
    address += static_cast<haddr_t>(got);
    size -= static_cast<std::size_t>(got);
  }
  std::memset(bytes, 0, size);  // beyond the end, as the library expects
  return 0;
}

herr_t write(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t size, const void* buffer) {
  DriverFile& own = self(file);
  own.written = std::max(own.written, address + size);
  const auto* bytes = static_cast<const char*>(buffer);
  while (size > 0 && own.target->error == 0) {
    const ssize_t put = ::pwrite(own.target->descriptor, bytes, size, static_cast<off_t>(address));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) {
      own.target->error = put < 0 ? errno : EIO;
      break;
    }
    bytes += put;
    address += static_cast<haddr_t>(put);
    size -= static_cast<std::size_t>(put);
  }
  return 0;
}

herr_t truncate(H5FD_t* file, hid_t, hbool_t) {
  DriverFile& own = self(file);
  if (own.allocated == own.written) return 0;
  if (own.target->error == 0 && ::ftruncate(own.target->descriptor, static_cast<off_t>(own.allocated)) != 0) {
    own.target->error = errno;
  }
  own.written = own.allocated;
  return 0;
}

/// The registered driver; one for the life of the program.
hid_t driver() {
  static const H5FD_class_t description = [] {
    H5FD_class_t made{};
    made.name = "sinkscope";
    made.maxaddr = (haddr_t{1} << 63) - 1;
    made.fc_degree = H5F_CLOSE_STRONG;
    made.fapl_size = sizeof(WrittenFile::Target*);
    made.open = openDriver;
    made.close = closeDriver;
    made.query = query;
    made.get_eoa = allocated;
    made.set_eoa = allocate;
    made.get_eof = endOfFile;
    made.read = read;
    made.write = write;
    made.truncate = truncate;
    const H5FD_mem_t kinds[H5FD_MEM_NTYPES] = H5FD_FLMAP_DICHOTOMY;
    std::ranges::copy(kinds, made.fl_map);
    return made;
  }();
  static const hid_t id = H5FDregister(&description);
  return id;
}

}  // namespace

WrittenFile::WrittenFile(int descriptor) : target_(std::make_unique<Target>(Target{descriptor, 0})) {
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  const Target* target = target_.get();
  H5Pset_driver(access.get(), driver(), &target);
  // The format that has checksums in all its headers and indices.
  H5Pset_libver_bounds(access.get(), H5F_LIBVER_V110, H5F_LIBVER_V110);
  H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG);
  const Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  H5Pset_attr_phase_change(creation.get(), 64, 32);
  H5Pset_obj_track_times(creation.get(), false);
  file_ = Handle(H5Fcreate("run", H5F_ACC_TRUNC, creation.get(), access.get()), H5Fclose);
}

bool WrittenFile::close() {
  const bool flushed = H5Fflush(file_.get(), H5F_SCOPE_GLOBAL) >= 0;
  return H5Fclose(file_.release()) >= 0 && flushed;
}

}  // namespace sinkscope::hdf5
