#include "core/runs/file_driver.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sinkscope::hdf5 {
namespace {

/// How often a header or an index is read again that is just being written. The library waits twice as long each time,
/// from a nanosecond on; its own number of attempts would take a damaged file for ever.
constexpr unsigned kReadAttempts = 24;

/// What the library sees of an open file: its own part first.
struct DriverFile {
  H5FD_t shared{};
  DriverTarget* target = nullptr;
  haddr_t allocated = 0;
};

DriverFile& self(H5FD_t* file) {
  return *reinterpret_cast<DriverFile*>(file);
}
const DriverFile& self(const H5FD_t* file) {
  return *reinterpret_cast<const DriverFile*>(file);
}

H5FD_t* openDriver(const char*, unsigned, hid_t access, haddr_t) {
  const auto* info = static_cast<DriverTarget* const*>(H5Pget_driver_info(access));
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
           H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_SUPPORTS_SWMR_IO;
  return 0;
}

haddr_t allocated(const H5FD_t* file, H5FD_mem_t) {
  return self(file).allocated;
}

herr_t allocate(H5FD_t* file, H5FD_mem_t, haddr_t end) {
  self(file).allocated = end;
  return 0;
}

/// A disk writes a page whole: what is changed in place lies within one.
haddr_t place(H5FD_t* file, H5FD_mem_t kind, hid_t, hsize_t size) {
  constexpr haddr_t kPage = 4096;
  DriverFile& own = self(file);
  const haddr_t used = own.allocated % kPage;
  if (own.target->inPages && kind != H5FD_MEM_DRAW && size <= kPage && used + size > kPage) {
    own.allocated += kPage - used;
  }
  return std::exchange(own.allocated, own.allocated + size);
}

haddr_t endOfFile(const H5FD_t* file, H5FD_mem_t) {
  return self(file).target->end;
}

/// What `H5Fget_vfd_handle` gives: the descriptor's address.
herr_t descriptorOf(H5FD_t* file, hid_t, void** handle) {
  *handle = &self(file).target->descriptor;
  return 0;
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

/// Of a file that grows, headers and indices that are on the disk already are changed in place, to tell of what was
/// written just before. The disk must not learn of it in the other order.
void settle(DriverTarget& target, H5FD_mem_t kind, haddr_t address) {
  if (target.begun == 0) return;
  const bool change = kind != H5FD_MEM_DRAW && (address < target.begun || !target.known.insert(address).second);
  if (change && target.unsettled) target.sync();
  target.unsettled = !change;
}

herr_t write(H5FD_t* file, H5FD_mem_t kind, hid_t, haddr_t address, std::size_t size, const void* buffer) {
  DriverFile& own = self(file);
  settle(*own.target, kind, address);
  own.target->end = std::max(own.target->end, address + size);
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
  if (own.allocated == own.target->end) return 0;
  if (own.target->error == 0 && ::ftruncate(own.target->descriptor, static_cast<off_t>(own.allocated)) != 0) {
    own.target->error = errno;
  }
  own.target->end = own.allocated;
  return 0;
}

/// The library marks a file as being written only for drivers that lock; ours is the descriptor's owner's to lock.
herr_t lockNothing(H5FD_t*, hbool_t) {
  return 0;
}

herr_t unlockNothing(H5FD_t*) {
  return 0;
}

/// The registered driver; one for the life of the program.
hid_t driver() {
  static const H5FD_class_t description = [] {
    H5FD_class_t made{};
    made.name = "sinkscope";
    made.maxaddr = (haddr_t{1} << 63) - 1;
    made.fc_degree = H5F_CLOSE_STRONG;
    made.fapl_size = sizeof(DriverTarget*);
    made.open = openDriver;
    made.close = closeDriver;
    made.query = query;
    made.alloc = place;
    made.get_eoa = allocated;
    made.set_eoa = allocate;
    made.get_eof = endOfFile;
    made.get_handle = descriptorOf;
    made.read = read;
    made.write = write;
    made.truncate = truncate;
    made.lock = lockNothing;
    made.unlock = unlockNothing;
    const H5FD_mem_t kinds[H5FD_MEM_NTYPES] = H5FD_FLMAP_DICHOTOMY;
    std::ranges::copy(kinds, made.fl_map);
    return made;
  }();
  static const hid_t id = H5FDregister(&description);
  return id;
}

Handle accessBy(const DriverTarget* target) {
  Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_driver(access.get(), driver(), &target);
  H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG);
  return access;
}

}  // namespace

bool isGrowing(int descriptor) {
  constexpr std::size_t kVersion = 8, kConsistency = 11;  // bytes of the superblock, from version 3 on
  constexpr unsigned kWrittenForReaders = 4;
  std::array<unsigned char, 12> start{};
  return ::pread(descriptor, start.data(), start.size(), 0) == static_cast<ssize_t>(start.size()) &&
         start[kVersion] >= 3 && (start[kConsistency] & kWrittenForReaders) != 0;
}

void DriverTarget::sync() {
  if (error == 0 && ::fsync(descriptor) != 0) error = errno;
  unsettled = false;
}

WrittenFile::WrittenFile(int descriptor, Use use) : target_(std::make_unique<DriverTarget>()) {
  target_->descriptor = descriptor;
  target_->inPages = use == Use::Grow;
  const Handle access = accessBy(target_.get());
  // The format that has checksums in all its headers and indices.
  H5Pset_libver_bounds(access.get(), H5F_LIBVER_V110, H5F_LIBVER_V110);
  if (use == Use::Change) {
    struct stat status {};
    if (::fstat(descriptor, &status) == 0) target_->end = static_cast<haddr_t>(status.st_size);
    file_ = Handle(H5Fopen("run", H5F_ACC_RDWR, access.get()), H5Fclose);
    return;
  }
  if (use == Use::Grow) H5Pset_meta_block_size(access.get(), 0);  // so that each is given a place of its own
  const Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  H5Pset_attr_phase_change(creation.get(), 64, 32);
  H5Pset_obj_track_times(creation.get(), false);
  file_ = Handle(H5Fcreate("run", H5F_ACC_TRUNC, creation.get(), access.get()), H5Fclose);
}

bool WrittenFile::startGrowing() {
  const bool started = H5Fstart_swmr_write(file_.get()) >= 0;
  target_->begun = target_->end;
  return started;
}

bool WrittenFile::flush() {
  return H5Fflush(file_.get(), H5F_SCOPE_GLOBAL) >= 0;
}

bool WrittenFile::close() {
  const bool flushed = flush();
  return H5Fclose(file_.release()) >= 0 && flushed;
}

void ReadFile::CloseTarget::operator()(DriverTarget* target) const {
  if (target->descriptor >= 0) ::close(target->descriptor);
  delete target;
}

ReadFile::ReadFile(const std::filesystem::path& path) : target_(new DriverTarget) {
  target_->descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status {};
  if (target_->descriptor < 0 || ::fstat(target_->descriptor, &status) != 0) return;
  target_->end = static_cast<haddr_t>(status.st_size);
  const Handle access = accessBy(target_.get());
  unsigned mode = H5F_ACC_RDONLY;
  if (isGrowing(target_->descriptor)) {
    mode |= H5F_ACC_SWMR_READ;
    H5Pset_metadata_read_attempts(access.get(), kReadAttempts);
  }
  file_ = Handle(H5Fopen(path.c_str(), mode, access.get()), H5Fclose);
}

}  // namespace sinkscope::hdf5
