#include "core/runs/run_labels.h"

#include "core/error.h"
#include "core/new_file.h"
#include "core/runs/file_copy.h"
#include "core/runs/open_file.h"
#include "core/runs/summary_fields.h"
#include "core/runs/training_log.h"
#include "core/runs/writer_lock.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sinkscope {
namespace {

using hdf5::GroupWriter;

constexpr std::size_t kMostBytes = 32 << 10;  // HDF5 keeps attributes of up to 64 KiB in an object's header

void checkLength(const std::string& file, const char* what, std::size_t size) {
  if (size > kMostBytes)
    throw Error(file + ": its " + what + " would have " + std::to_string(size) + " bytes, expected at most " +
                std::to_string(kMostBytes) + ".");
}

bool isGrowingRun(const std::filesystem::path& path) {
  const auto held = hdf5::lock();
  return hdf5::isGrowing(hdf5::openRun(path).file.descriptor());
}

/// The file that is copied, locked as its writer would, so that no training goes on with it meanwhile.
class SourceFile {
 public:
  explicit SourceFile(const std::filesystem::path& path) : path_(path) {
    descriptor_ = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    if (descriptor_ < 0) throw Error(path.string() + ": cannot be changed: " + std::strerror(errno) + ".");
    if (hasWriter(descriptor_)) {
      ::close(descriptor_);
      throw Error(path.string() + ": cannot be labelled while another program writes it.");
    }
    lockAsWriter(descriptor_);
    ::stat(path.c_str(), &status_);
  }
  SourceFile(const SourceFile&) = delete;
  SourceFile& operator=(const SourceFile&) = delete;
  ~SourceFile() { ::close(descriptor_); }

  bool hasChanged() const {
    struct stat now {};
    return ::stat(path_.c_str(), &now) != 0 || now.st_ino != status_.st_ino || now.st_size != status_.st_size ||
           now.st_mtim.tv_sec != status_.st_mtim.tv_sec || now.st_mtim.tv_nsec != status_.st_mtim.tv_nsec;
  }

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
  struct stat status_ {};
};

void relabel(int descriptor, const std::string& name, const RunLabels& labels) {
  const auto held = hdf5::lock();
  hdf5::WrittenFile file(descriptor, hdf5::WrittenFile::Use::Change);
  const auto checkDisk = [&] {
    if (file.error()) throw Error(name + ": cannot write its labels: " + std::strerror(file.error()) + ".");
  };
  if (file.id() < 0) throw Error(name + ": cannot be changed: " + hdf5::lastError() + ".");
  {
    const GroupWriter root(file.id(), name);
    root.remove(runs::kLabelGroup);
    runs::writeLabels(root, labels);
  }
  const bool closed = file.close();
  checkDisk();
  if (!closed) throw Error(name + ": cannot write its labels: " + hdf5::lastError() + ".");
}

}  // namespace

std::string fileTitle(const std::filesystem::path& path) {
  const std::filesystem::path stem = path.stem();
  return stem.extension() == ".sinkscope" ? stem.stem().string() : stem.string();
}

std::string runName(const std::filesystem::path& path, const RunLabels& labels) {
  return labels.name.empty() ? fileTitle(path) : labels.name;
}

std::vector<std::string> tagsOf(const std::string& list) {
  std::vector<std::string> tags;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    std::string tag = list.substr(begin, end - begin);
    tag.erase(0, tag.find_first_not_of(" \t\n"));
    tag.erase(tag.find_last_not_of(" \t\n") + 1);
    if (!tag.empty()) tags.push_back(tag);
    begin = end + 1;
  }
  std::ranges::sort(tags);
  tags.erase(std::ranges::unique(tags).begin(), tags.end());
  return tags;
}

std::string tagList(const std::vector<std::string>& tags) {
  std::string list;
  for (const std::string& tag : tags) list.append(list.empty() ? "" : ", ").append(tag);
  return list;
}

RunLabels runLabels(const std::filesystem::path& path) {
  const auto held = hdf5::lock();
  const hdf5::OpenFile file = hdf5::openRun(path);
  return runs::readLabels(hdf5::GroupReader(file.file.get(), file.name, file.size));
}

void setRunLabels(const std::filesystem::path& path, const RunLabels& labels, const Job& job) {
  const std::string name = path.string();
  checkLength(name, "name", labels.name.size());
  checkLength(name, "note", labels.note.size());
  checkLength(name, "list of tags", tagList(labels.tags).size());
  // The library does not change a file whose writer was killed; its rows are copied into one that is closed.
  if (isGrowingRun(path)) TrainingLogWriter::reopen(path, std::numeric_limits<std::int64_t>::max());
  const SourceFile source(path);
  NewFile copy(path);
  copyInto(copy, path, job);
  relabel(copy.descriptor(), name, labels);
  job.check();
  if (source.hasChanged()) throw Error(name + ": was changed by another program meanwhile; try again.");
  copy.commit();
}

}  // namespace sinkscope
