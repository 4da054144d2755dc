#include "core/runs/writer_lock.h"

#include <limits>

#include <fcntl.h>
#include <unistd.h>

namespace sinkscope {
namespace {

struct flock lastByte(short kind) {
  struct flock range {};
  range.l_type = kind;
  range.l_whence = SEEK_SET;
  range.l_start = std::numeric_limits<off_t>::max() - 1;
  range.l_len = 1;
  return range;
}

}  // namespace

void lockAsWriter(int descriptor) {
  struct flock range = lastByte(F_WRLCK);
  ::fcntl(descriptor, F_OFD_SETLK, &range);
}

bool hasWriter(int descriptor) {
  struct flock range = lastByte(F_RDLCK);
  return ::fcntl(descriptor, F_OFD_GETLK, &range) == 0 && range.l_type != F_UNLCK;
}

}  // namespace sinkscope
